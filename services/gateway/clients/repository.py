"""Clients in the gateway's database, found by the digest of their key: the key itself is kept nowhere."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.gateway.clients.client import Client, digest_of
from shared.runtime.mongo import DURABLE, Mongo

CLIENTS = "clients"


class Clients:
    def __init__(self, db: Mongo) -> None:
        self._clients = db.get_collection(CLIENTS, write_concern=DURABLE)

    def add(self, client: Client, key: str) -> None:
        self._clients.insert_one({"_id": digest_of(key), **asdict(client)})

    def by_key(self, key: str) -> Client | None:
        """Whose key it is, unless it was revoked."""
        found = self._clients.find_one({"_id": digest_of(key), "revoked_at": None})
        return _client(found) if found else None

    def all(self) -> list[Client]:
        """The revoked too, the oldest first."""
        return [_client(found) for found in self._clients.find().sort("created_at", 1)]

    def revoke(self, client_id: str, at: datetime) -> bool:
        """False where there is no such client, or its key was revoked before."""
        revoked = {"$set": {"revoked_at": at}}
        return bool(self._clients.update_one({"client_id": client_id, "revoked_at": None}, revoked).modified_count)


def _client(found: Mapping[str, Any]) -> Client:
    return Client(**{name: value for name, value in found.items() if name != "_id"})
