"""What a backup holds: every collection of every database of the system.

Not the users and roles, and not the views: provisioning makes those anew, each as the version of the code has them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pymongo import WriteConcern

from shared.contracts import actions, looks
from steward.stack.database import DATABASES, Client

APPEND_ONLY = (looks.DATABASE, actions.DATABASE)
"""Audit trails: a restore adds to them what they lack, and takes nothing away."""
OF_THE_SERVER = "system."

UNHURRIED = WriteConcern(w="majority", j=True)
"""Of a restore: that a member of the replica set takes long to follow is no reason to break it off."""


class Namespace(NamedTuple):
    database: str
    collection: str

    def __str__(self) -> str:
        return f"{self.database}.{self.collection}"


def namespaces(client: Client) -> Iterator[Namespace]:
    """Of all collections that there are, in the order of DATABASES."""
    for database in DATABASES:
        found = client[database].list_collections(filter={"type": "collection"})
        names = sorted(collection["name"] for collection in found)
        yield from (Namespace(database, name) for name in names if not name.startswith(OF_THE_SERVER))
