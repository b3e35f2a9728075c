"""Tokens of the city's own issuer (OpenID Connect): signed with a key that only it has, and that it may change."""

from collections.abc import Iterable, Mapping
from typing import Any

import jwt

from services.gateway.identity.discovery import key_source
from services.gateway.identity.keys import ALGORITHMS, KeyStore
from services.gateway.identity.person import Person
from services.gateway.identity.settings import Issuer
from services.gateway.identity.tokens import EXPIRED, NOT_TRUSTED, InvalidToken

LEEWAY = 30
"""Seconds by which clocks may differ."""


class CityTokens:
    def __init__(self, trusted: Issuer, keys: KeyStore | None = None) -> None:
        self._trusted = trusted
        self._keys = keys or KeyStore(key_source(trusted.issuer, trusted.jwks_uri))

    @property
    def issuer(self) -> str:
        return self._trusted.issuer

    def verify(self, token: str) -> Person:
        """Raises InvalidToken, or Unavailable where the issuer cannot be asked for a key that it takes."""
        try:
            claims = jwt.decode(
                token,
                self._key(token),
                ALGORITHMS,
                audience=self._trusted.audience,
                issuer=self._trusted.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise InvalidToken(EXPIRED) from error
        except jwt.PyJWTError as error:
            raise InvalidToken(NOT_TRUSTED) from error
        return self._person(claims)

    def _key(self, token: str) -> jwt.PyJWK:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise InvalidToken(NOT_TRUSTED)
        key = self._keys.key(str(header.get("kid")))
        if key is None:
            raise InvalidToken(NOT_TRUSTED)
        return key

    def _person(self, claims: Mapping[str, Any]) -> Person:
        named = names_in(claim(claims, self._trusted.role_claim))
        roles = frozenset(self._trusted.roles[name] for name in named if name in self._trusted.roles)
        units = names_in(claim(claims, self._trusted.unit_claim))
        phone = claims.get("phone_number") if claims.get("phone_number_verified") is True else None
        return Person(claims["sub"], roles, next(iter(units), None), phone if isinstance(phone, str) else None)


def claim(claims: Any, path: str) -> Any:
    """The claim, or the one inside others that the dots lead to; None where there is none. A whole name goes first."""
    if not isinstance(claims, Mapping):
        return None
    if path in claims:
        return claims[path]
    outer, _, inner = path.partition(".")
    return claim(claims.get(outer), inner) if inner else None


def names_in(value: Any) -> list[str]:
    """One name, or a list of them; whatever else stands there names nothing."""
    listed: Iterable[Any] = value if isinstance(value, list) else [value]
    return [name for name in listed if isinstance(name, str) and name]
