"""Connecting to MongoDB, the same way in every process."""

from typing import Any

from pymongo import MongoClient, WriteConcern
from pymongo.database import Database

Mongo = Database[dict[str, Any]]

TIMEOUT_MS = 8000
"""Until a server that does not answer is given up."""

DURABLE = WriteConcern(w="majority", j=True, wtimeout=TIMEOUT_MS)
"""On the disks of a majority, or an error in time for whoever waits."""


def connect(mongo_uri: str, database: str) -> Mongo:
    """The service's own database. Connects lazily: an absent server shows at the first use."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        mongo_uri,
        tz_aware=True,
        appname=database,
        connect=False,
        serverSelectionTimeoutMS=TIMEOUT_MS,
        connectTimeoutMS=TIMEOUT_MS,
        socketTimeoutMS=TIMEOUT_MS,
    )
    return client[database]
