"""Telling events again: the outbox's mark is set on cases, and their service's sweeper publishes what it covers.

Whoever has heard an event before hears nothing new, so that to tell too many costs time and nothing else.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo import collection as mongo

from shared.runtime.marks import marking
from shared.runtime.mongo import DURABLE
from steward.batches import in_batches

AT_ONCE = 1000

Cases = mongo.Collection[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """Which events are told again: of these cases, from the first one in the span on. What is left open means all."""

    cases: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def query(self) -> dict[str, Any]:
        """The cases that have an event of the span."""
        span = ({"$gte": self.since} if self.since else {}) | ({"$lt": self.until} if self.until else {})
        happened = {"history": {"$elemMatch": {"at": span}}} if span else {}
        return happened | ({"_id": {"$in": list(self.cases)}} if self.cases else {})

    @property
    def before(self) -> Any:
        """An aggregation's expression: the sequence of the last event that is not told again."""
        if self.since is None:
            return {"$literal": 0}
        later = {"$filter": {"input": "$history", "as": "event", "cond": {"$gte": ["$$event.at", self.since]}}}
        return {"$subtract": [{"$min": {"$map": {"input": later, "as": "event", "in": "$$event.sequence"}}}, 1]}


def count(collection: Cases, told: Told) -> int:
    return collection.count_documents(told.query)


def mark(collection: Cases, told: Told, at: datetime) -> int:
    """Marks the cases as unpublished since `at`; how many. What was unpublished already stays so.

    In pieces: one write of all of them could outlast the patience of the connection.
    """
    durable = collection.with_options(write_concern=DURABLE)
    marked = 0
    for cases in in_batches(_cases(collection, told), AT_ONCE):
        changes = [UpdateOne({"_id": case["_id"]}, marking(case["before"], at)) for case in cases]
        marked += durable.bulk_write(changes, ordered=False).matched_count
    return marked


def _cases(collection: Cases, told: Told) -> Iterator[dict[str, Any]]:
    """Each with the sequence `before` the first event that is told again."""
    return collection.aggregate([{"$match": told.query}, {"$project": {"before": told.before}}], batchSize=AT_ONCE)
