"""Telling events again: the outbox's mark is set on cases, and their service's sweeper publishes what it covers.

Whoever has heard an event before hears nothing new, so that to tell too many costs time and nothing else.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING
from pymongo import collection as mongo

from shared.runtime.journal import DURABLE

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
            return 0
        later = {"$filter": {"input": "$history", "as": "event", "cond": {"$gte": ["$$event.at", self.since]}}}
        return {"$subtract": [{"$min": {"$map": {"input": later, "as": "event", "in": "$$event.sequence"}}}, 1]}


def count(collection: Cases, told: Told) -> int:
    return collection.count_documents(told.query)


def mark(collection: Cases, told: Told, at: datetime) -> int:
    """Marks the cases as unpublished since `at`; how many. What was unpublished already stays so.

    In pieces: one write of all of them could outlast the patience of the connection.
    """
    after = {"$min": ["$unpublished.after", told.before]}
    change = [{"$set": {"unpublished": {"after": after, "at": at}}}]
    durable = collection.with_options(write_concern=DURABLE)
    return sum(durable.update_many({"_id": {"$in": ids}}, change).matched_count for ids in _ids(collection, told))


def _ids(collection: Cases, told: Told) -> Iterator[list[str]]:
    last = ""
    while ids := [found["_id"] for found in _after(collection, told, last)]:
        yield ids
        last = ids[-1]


def _after(collection: Cases, told: Told, last: str) -> Iterator[dict[str, Any]]:
    following = {"$and": [{"_id": {"$gt": last}}, told.query]}
    yield from collection.find(following, {"_id": 1}).sort("_id", ASCENDING).limit(AT_ONCE)
