"""One moment of all databases: what a majority had then, read in one snapshot session.

The first read fixes the moment, and every later one is of the same, whatever is written meanwhile; MongoDB keeps
what is needed for it for `minSnapshotHistoryWindowInSeconds` (300 unless set otherwise).
https://www.mongodb.com/docs/manual/reference/read-concern-snapshot/
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bson import Timestamp
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure

from steward.backup.contents import Namespace, namespaces
from steward.backup.errors import BackupError
from steward.stack.database import Client

TOO_OLD, UNAVAILABLE = 239, 246
"""MongoDB's codes of SnapshotTooOld and SnapshotUnavailable."""
WINDOW = "minSnapshotHistoryWindowInSeconds"
TAKES_TOO_LONG = (
    f"备份未完成: 数据库只保留 {WINDOW} 秒的快照, 备份用时更长。 No backup was made: it takes longer than the database "
    f"keeps the snapshot. Raise the parameter {WINDOW} (300 unless set), as docs/backup.md says, and begin again."
)


class Moved(Exception):
    """A collection or an index was made or dropped just now: that moment cannot be read; take another one."""


class Snapshot:
    """`taken_at` is the cluster time that everything read here is of."""

    def __init__(self, client: Client, session: ClientSession) -> None:
        before = list(namespaces(client))
        if not before:
            raise BackupError("数据库是空的 There is nothing to back up: provision the servers first.")
        self._client, self._session = client, session
        self.taken_at = self._begin(before[0])
        self.namespaces = list(namespaces(client))
        if self.namespaces != before:
            raise Moved

    def batches(self, namespace: Namespace) -> Iterator[bytes]:
        """All of its documents as BSON, some megabytes at a time."""
        with _understood():
            collection = self._client[namespace.database][namespace.collection]
            yield from collection.find_raw_batches(session=self._session)

    def indexes(self, namespace: Namespace) -> Sequence[Mapping[str, Any]]:
        """All but that of `_id`, which every collection has."""
        found = self._client[namespace.database][namespace.collection].list_indexes()
        return [index for index in found if index["name"] != "_id_"]

    def _begin(self, first: Namespace) -> Timestamp:
        """The first read of the session; one of a collection that is not there would fix no moment."""
        find = {"find": first.collection, "limit": 1, "readConcern": {"level": "snapshot"}}
        with _understood():
            answer = self._client[first.database].command(find, session=self._session)
        moment: Timestamp = answer["cursor"]["atClusterTime"]
        return moment


@contextmanager
def open_snapshot(client: Client) -> Iterator[Snapshot]:
    """Raises Moved."""
    with client.start_session(snapshot=True) as session:
        yield Snapshot(client, session)


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except OperationFailure as failure:
        if failure.code == UNAVAILABLE:
            raise Moved from failure
        if failure.code == TOO_OLD:
            raise BackupError(TAKES_TOO_LONG) from failure
        raise
