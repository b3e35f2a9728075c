"""The log in MongoDB: `_id` is the position, each one more than the one before it.

Whoever appends takes the positions right after the last; of two that do so at once, the unique `_id` lets one
through and the other looks again. So no position is skipped, none becomes visible before a lower one, and a
reader that has seen everything up to a position misses nothing by asking for what comes after it.

Only a restore leaves a gap, once and on purpose (`leap`): positions that were given after the backup was taken are
never given again, and whoever was told one of them begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import BulkWriteError, OperationFailure, WriteConcernError
from pymongo.read_concern import ReadConcern

from services.feed.log.entries import Entry
from shared.runtime.group_commit import DUPLICATE_KEY
from shared.runtime.mongo import DURABLE, Mongo

LOG, TAIL = "log", "log_tail"
EXPIRY = "expiry"
INDEXES = (
    IndexModel([("event", ASCENDING)], unique=True),
    IndexModel([("streams", ASCENDING), ("_id", ASCENDING)]),
)
OPTIONS_CONFLICT = 85


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What was asked for, as far as `upto`: go on from there.

    `lost`: the position asked for is none from which the log could still be read without a gap; start anew at `upto`.
    """

    entries: Sequence[Entry]
    upto: int
    lost: bool = False


class Log:
    def __init__(self, db: Mongo) -> None:
        majority = ReadConcern("majority")
        self._log = db.get_collection(LOG, write_concern=DURABLE, read_concern=majority)
        self._tail = db.get_collection(TAIL, write_concern=DURABLE, read_concern=majority)

    def append(self, entries: Sequence[Entry], at: datetime) -> bool:
        """Durable when it returns, each once whoever else appends it too; whether there was anything new."""
        is_new = False
        while entries := self._unknown(entries):
            is_new = True
            self._try(entries, at)
        return is_new

    def tail(self) -> int:
        """The last position; kept apart as well, as all entries may have expired, and as a restore leaps ahead."""
        last = self._log.find_one({}, {"_id": 1}, sort=[("_id", DESCENDING)])
        kept = self._tail.find_one({"_id": TAIL})
        return max(int(last["_id"]) if last else 0, int(kept["position"]) if kept else 0)

    def leap(self, position: int) -> None:
        """Goes on after that position, if it is ahead; nothing that lies between is ever read without a gap."""
        self._tail.update_one({"_id": TAIL}, {"$max": {"position": position}}, upsert=True)

    def read(self, after: int, limit: int, streams: Sequence[str] | None = None) -> Excerpt:
        """What follows that position, of all or of these streams, oldest first."""
        tail = self.tail()
        if not self._goes_on(after, tail):
            return Excerpt((), tail, lost=True)
        wanted: dict[str, Any] = {"_id": {"$gt": after, "$lte": tail}}
        if streams is not None:
            wanted["streams"] = {"$in": list(streams)}
        found = [Entry.from_document(one) for one in self._log.find(wanted).sort("_id", ASCENDING).limit(limit)]
        return Excerpt(found, found[-1].position or tail if len(found) == limit else tail)

    def _goes_on(self, after: int, tail: int) -> bool:
        """Whether the very next position is there, or still to come."""
        return after == tail or self._log.find_one({"_id": after + 1}, {"_id": 1}) is not None

    def _unknown(self, entries: Sequence[Entry]) -> list[Entry]:
        if not entries:
            return []
        known = self._log.find({"event": {"$in": [entry.event for entry in entries]}}, {"event": 1})
        events = {found["event"] for found in known}
        return [entry for entry in entries if entry.event not in events]

    def _try(self, entries: Sequence[Entry], at: datetime) -> None:
        """All of them, or those before the first whose position or event somebody else has taken."""
        first = self.tail() + 1
        documents = [entry.document(first + index, at) for index, entry in enumerate(entries)]
        try:
            self._log.insert_many(documents, ordered=True)
        except BulkWriteError as error:
            require_only_doubles(error)
            return
        self._tail.update_one({"_id": TAIL}, {"$max": {"position": first + len(documents) - 1}}, upsert=True)


def prepare_log(db: Mongo, retention: timedelta) -> None:
    """Indexes; the retention may be another than at the last start."""
    db[LOG].create_indexes([*INDEXES])
    expiry = IndexModel("logged_at", name=EXPIRY, expireAfterSeconds=int(retention.total_seconds()))
    try:
        db[LOG].create_indexes([expiry])
    except OperationFailure as error:
        if error.code != OPTIONS_CONFLICT:
            raise
        db[LOG].drop_index(EXPIRY)  # the service has no right to `collMod`
        db[LOG].create_indexes([expiry])


def require_only_doubles(error: BulkWriteError) -> None:
    """Raises the error again where it tells of more than keys that exist already."""
    if error.details.get("writeConcernErrors"):
        raise WriteConcernError("not durable yet", details=error.details) from error
    if any(complaint["code"] != DUPLICATE_KEY for complaint in error.details["writeErrors"]):
        raise error
