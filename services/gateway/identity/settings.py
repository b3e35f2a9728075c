"""Settings of identity: which issuer of the city is believed, and how it names roles and units."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.kernel.actor import PERSONS
from shared.runtime.environment import environment

UNENCRYPTED = "http://"


def as_ours() -> dict[str, str]:
    """Where the city calls the roles what they are called here."""
    return {role: role for role in PERSONS}


@dataclass(frozen=True, slots=True)
class Issuer:
    """`roles`: its name of a role → ours. A claim inside another is named with dots, as `realm_access.roles`."""

    issuer: str
    audience: str
    jwks_uri: str | None = None
    role_claim: str = "roles"
    unit_claim: str = "unit"
    roles: Mapping[str, str] = field(default_factory=as_ours)


def read_issuer(development: bool) -> Issuer | None:
    """None where OIDC_ISSUER is not set. Raises ValueError, naming the variable, for what cannot be worked with."""
    env = environment()
    issuer = env.str("OIDC_ISSUER", "")
    if not issuer:
        return None
    audience = env.str("OIDC_AUDIENCE", "")
    if not audience:
        raise ValueError("OIDC_AUDIENCE must name the audience that the issuer puts into tokens for this gateway")
    jwks_uri = env.str("OIDC_JWKS_URI", "") or None
    if not development and any(address.startswith(UNENCRYPTED) for address in (issuer, jwks_uri or "")):
        raise ValueError("OIDC_ISSUER and OIDC_JWKS_URI must be https:// addresses")
    return Issuer(
        issuer,
        audience,
        jwks_uri,
        env.str("OIDC_ROLE_CLAIM", "") or "roles",
        env.str("OIDC_UNIT_CLAIM", "") or "unit",
        read_roles(env.str("OIDC_ROLES", "")) or as_ours(),
    )


def read_roles(text: str) -> dict[str, str]:
    """`网格员=steward,派单中心=dispatcher`: of several names for a role, each has its pair. Raises ValueError."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    roles = {name.strip(): role.strip() for name, _, role in pairs}
    if unknown := sorted({role for role in roles.values() if role not in PERSONS}):
        raise ValueError(f"OIDC_ROLES: {', '.join(map(repr, unknown))} is no role: one of {', '.join(PERSONS)}")
    return roles
