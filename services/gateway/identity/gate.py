"""Whose tokens are believed: the city's, and those of development only where the profile says so."""

import jwt

from services.gateway.identity.city import CityTokens
from services.gateway.identity.person import Person
from services.gateway.identity.settings import read_issuer
from services.gateway.identity.tokens import NOT_TRUSTED, InvalidToken, Tokens
from shared.runtime.settings import DEVELOPMENT, Settings

Believed = CityTokens | Tokens

NOBODY = (
    "No issuer of tokens is set: OIDC_ISSUER and OIDC_AUDIENCE name that of the city; "
    f"PROFILE={DEVELOPMENT} is for development"
)


class Gate:
    def __init__(self, *believed: Believed) -> None:
        self._believed = {one.issuer: one for one in believed}

    def enter(self, token: str) -> Person:
        """Raises InvalidToken, or Unavailable."""
        try:
            # Not believed yet: it only says who is to judge it.
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise InvalidToken(NOT_TRUSTED) from error
        issuer = claims.get("iss")
        if not isinstance(issuer, str) or issuer not in self._believed:
            raise InvalidToken(NOT_TRUSTED)
        return self._believed[issuer].verify(token)


def open_gate(settings: Settings) -> Gate:
    """Raises ValueError where nobody's tokens would be believed, or a setting cannot be worked with."""
    development = settings.profile == DEVELOPMENT
    trusted = read_issuer(development)
    believed: list[Believed] = [CityTokens(trusted)] if trusted else []
    if development:
        believed.append(Tokens(settings.token_secret, settings.token_issuer))
    if not believed:
        raise ValueError(NOBODY)
    return Gate(*believed)
