"""Tickets between gateway and pictures: what one process may do at the other, once and soon. HS256 JWTs (RFC 7519)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from shared.runtime.secrets import derive

ALGORITHM = "HS256"
KEEP, READ, SHOW = "keep", "read", "show"
"""Keep what is sent, for its owner; read one copy; show a thumbnail to whom it was offered."""
LIFETIMES = {KEEP: timedelta(minutes=2), READ: timedelta(minutes=2), SHOW: timedelta(hours=1)}


class InvalidTicket(Exception):
    """Forged, for something else, or too old."""


class Tickets:
    def __init__(self, secret: str) -> None:
        """Raises ValueError for a secret that is too short."""
        self._keys = {purpose: derive(secret, f"pictures: {purpose}") for purpose in LIFETIMES}

    def issue(self, purpose: str, **said: Any) -> str:
        expires = datetime.now(UTC) + LIFETIMES[purpose]
        return jwt.encode({**said, "exp": expires}, self._keys[purpose], ALGORITHM)

    def read(self, purpose: str, ticket: str) -> dict[str, Any]:
        """What it says. Raises InvalidTicket."""
        try:
            said: dict[str, Any] = jwt.decode(ticket, self._keys[purpose], [ALGORITHM], options={"require": ["exp"]})
        except jwt.PyJWTError as error:
            raise InvalidTicket(str(error)) from error
        return said
