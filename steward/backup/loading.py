"""Loading: the documents of a backup into the databases, and the indexes as they were."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bson.json_util import loads
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from shared.runtime.group_commit import DUPLICATE_KEY
from steward.backup.contents import APPEND_ONLY, UNHURRIED, namespaces
from steward.backup.errors import BackupError
from steward.backup.files import read_part
from steward.backup.manifest import Part
from steward.stack.database import Client

AT_ONCE = 8 << 20
"""Bytes of documents that are held, and sent, at a time."""
BY_THEMSELVES = frozenset({"rules", "organisation", "rollup_state", "log_tail"})
"""Collections that provisioning, and services that start, put something into before anybody has done anything."""


def require_empty(client: Client) -> None:
    """Raises BackupError where the databases hold what a restore would replace."""
    for namespace in namespaces(client):
        held = client[namespace.database][namespace.collection]
        if namespace.collection not in BY_THEMSELVES and held.find_one({}, {"_id": 1}):
            raise BackupError(
                f"数据库不是空的 The database is not empty: {namespace} has documents. Say --replace to put the backup "
                "in the place of all that is there."
            )


def clear(client: Client) -> None:
    """Every collection but the audit trails."""
    for namespace in namespaces(client):
        if namespace.database not in APPEND_ONLY:
            client[namespace.database].drop_collection(namespace.collection)


def load_part(client: Client, folder: Path, part: Part) -> None:
    """Durable when it returns; the indexes come after the documents, as one build is quicker than many insertions."""
    collection = client[part.database].get_collection(part.collection, write_concern=UNHURRIED)
    for documents in _batches(folder, part):
        _insert(collection, documents, doubles_are_known=part.database in APPEND_ONLY)
    if part.indexes:
        client[part.database].command("createIndexes", part.collection, indexes=[_index(one) for one in part.indexes])


def _index(plain: Mapping[str, Any]) -> Any:
    """As it was: the moment in a partial index is not just a text."""
    return loads(json.dumps(plain))


def _batches(folder: Path, part: Part) -> Iterator[list[Any]]:
    batch: list[Any] = []
    size = 0
    for document in read_part(folder, part):
        batch.append(document)
        size += len(document.raw)
        if size >= AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _insert(collection: Collection[Any], documents: Sequence[Any], doubles_are_known: bool) -> None:
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        codes = {complaint["code"] for complaint in error.details["writeErrors"]}
        if not doubles_are_known or codes - {DUPLICATE_KEY} or error.details["writeConcernErrors"]:
            raise
