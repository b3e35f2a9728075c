"""Tokens of development: HS256 JWTs (RFC 7519) under a secret of the stack's own. They prove nothing about a person."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from services.gateway.identity.person import Person
from shared.kernel.actor import PERSONS, Actor

ALGORITHM = "HS256"
AUDIENCE = "gateway"
SHORTEST_SECRET = 32
"""Bytes, as RFC 7518 section 3.2 asks of HS256."""

EXPIRED = "The token has expired: get a new one."
NOT_TRUSTED = "The token is not one that this gateway trusts."


class InvalidToken(Exception):
    """Not a token that is trusted here, or not any more; says which."""


class Tokens:
    def __init__(self, secret: str, issuer: str) -> None:
        """Raises ValueError for a secret that is too short to keep a secret."""
        if len(secret.encode()) < SHORTEST_SECRET:
            raise ValueError(f"TOKEN_SECRET must have at least {SHORTEST_SECRET} bytes")
        self._secret = secret
        self.issuer = issuer

    def issue(self, actor: Actor, lifetime: timedelta) -> str:
        issued = datetime.now(UTC)
        claims: dict[str, Any] = {"iss": self.issuer, "aud": AUDIENCE, "sub": actor.subject, "role": actor.role}
        claims |= {"iat": issued, "exp": issued + lifetime} | ({"unit": actor.unit} if actor.unit else {})
        return jwt.encode(claims, self._secret, ALGORITHM)

    def verify(self, token: str) -> Person:
        """Raises InvalidToken."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                [ALGORITHM],
                audience=AUDIENCE,
                issuer=self.issuer,
                options={"require": ["exp", "iss", "aud", "sub", "role"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise InvalidToken(EXPIRED) from error
        except jwt.PyJWTError as error:
            raise InvalidToken(NOT_TRUSTED) from error
        if claims["role"] not in PERSONS:
            raise InvalidToken("The token carries no role that is known here.")
        return Person(claims["sub"], frozenset({claims["role"]}), claims.get("unit"))
