"""Settings of the limits: LIMIT_ADDRESS_READ, LIMIT_PERSON_WRITE and so on, as `60/minute`, or `off`."""

from collections.abc import Mapping

from limits import RateLimitItem, parse

from services.gateway.protection.limiting.kinds import ADDRESS, KEY, PERSON, READ, SIGN_IN, UPLOAD, WRITE
from shared.runtime.environment import environment

Limits = Mapping[tuple[str, str], RateLimitItem]
"""(whose, kind of request) → how many in which time; what is not in it is not limited."""

OFF = "off"
DEFAULTS = {
    (ADDRESS, READ): "6000/minute",
    (ADDRESS, WRITE): "600/minute",
    (ADDRESS, UPLOAD): "300/minute",
    (ADDRESS, SIGN_IN): "30/minute",
    (PERSON, READ): "600/minute",
    (PERSON, WRITE): "60/minute",
    (PERSON, UPLOAD): "30/minute",
    (KEY, READ): "1200/minute",
    (KEY, WRITE): "300/minute",
    (KEY, UPLOAD): "60/minute",
}
"""A whole estate may stand behind one address of a mobile operator, so an address has ten times what a person has."""


def read_limits() -> Limits:
    """`LIMITS=off`: none at all. Raises ValueError, naming the variable, for a limit that cannot be read."""
    env = environment()
    if env.str("LIMITS", "") == OFF:
        return {}
    said = {what: (name, env.str(name, default)) for what, default in DEFAULTS.items() for name in [_name(*what)]}
    return {what: _parsed(name, text) for what, (name, text) in said.items() if text != OFF}


def _name(whose: str, kind: str) -> str:
    return f"LIMIT_{whose}_{kind}".upper()


def _parsed(name: str, text: str) -> RateLimitItem:
    try:
        return parse(text)
    except ValueError as error:
        raise ValueError(f"{name} must be a number in a time, as 60/minute, or {OFF}: not {text!r}") from error
