"""A client: a program of another office or city, known by its key."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex, token_urlsafe

from shared.kernel.actor import RESIDENT, Actor

ID_BYTES, KEY_BYTES = 8, 32


@dataclass(frozen=True, slots=True)
class Client:
    """`contact`: who answers for it, as an office or an address, never as a key."""

    client_id: str
    name: str
    contact: str
    created_at: datetime
    revoked_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """It reports as a resident does, and follows what it has reported itself."""
        return Actor(f"o-{self.client_id}", RESIDENT)


def new_client(name: str, contact: str, at: datetime) -> Client:
    return Client(token_hex(ID_BYTES), name, contact, at)


def new_key() -> str:
    """256 random bits: nobody guesses them, so a plain digest keeps them safe; a password would need a slow one."""
    return token_urlsafe(KEY_BYTES)


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
