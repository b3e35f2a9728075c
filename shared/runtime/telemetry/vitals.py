"""Vital signs of a service, read from its own collection: what waits to be told, what is overdue, what is open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
UNPUBLISHED = IndexModel([("unpublished.at", ASCENDING), ("unpublished.since", ASCENDING)], sparse=True)
"""Of every collection of cases: the sweeper goes by `at`, which each try moves on, and the age by `since`."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a timer works off: documents of the collection whose moment has come, by an index of theirs."""

    moment: str
    """The field that says when."""
    among: Mapping[str, Any] = field(default_factory=dict)
    delay: Callable[[], timedelta] = timedelta
    """How long after the moment the timer lets it lie on purpose."""


class Kind(Protocol):
    """A kind of cases; the repositories are such."""

    @property
    def timers(self) -> Mapping[str, Due]:
        """By the name of the timer."""
        ...

    @property
    def open_states(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Vitals:
    unpublished_cases: int
    unpublished_age: float
    """Seconds since the oldest step that may not have been told; 0 where all is told."""
    timer_overdue: Mapping[str, float]
    """By timer, seconds; 0 where nothing is due."""
    open_cases: Mapping[str, int]
    """By state, those without a case included."""

    def __add__(self, other: "Vitals") -> "Vitals":
        """Of two collections of one service."""
        return Vitals(
            self.unpublished_cases + other.unpublished_cases,
            max(self.unpublished_age, other.unpublished_age),
            {**self.timer_overdue, **other.timer_overdue},
            {**self.open_cases, **other.open_cases},
        )


def read_vitals(collection: Collection[dict[str, Any]], kind: Kind, at: datetime) -> Vitals:
    """By indexes alone. Raises PyMongoError where the server is away."""
    waiting, since = _unpublished(collection)
    return Vitals(
        unpublished_cases=waiting,
        unpublished_age=_seconds(since, at),
        timer_overdue={name: _overdue(collection, due, at) for name, due in kind.timers.items()},
        open_cases=_open(collection, kind.open_states),
    )


def unpublished_pipeline() -> list[dict[str, Any]]:
    """Covered by `UNPUBLISHED`."""
    since = {"$ifNull": ["$unpublished.since", "$unpublished.at"]}
    return [
        {"$match": {"unpublished.at": {"$gt": NEVER}}},
        {"$group": {"_id": None, "cases": {"$sum": 1}, "since": {"$min": since}}},
    ]


def open_pipeline(states: frozenset[str]) -> list[dict[str, Any]]:
    """Covered by an index that begins with the state."""
    return [{"$match": {"state": {"$in": sorted(states)}}}, {"$group": {"_id": "$state", "cases": {"$sum": 1}}}]


def _unpublished(collection: Collection[dict[str, Any]]) -> tuple[int, datetime | None]:
    for found in collection.aggregate(unpublished_pipeline()):
        return found["cases"], found["since"]
    return 0, None


def _overdue(collection: Collection[dict[str, Any]], due: Due, at: datetime) -> float:
    latest = at - due.delay()
    is_due = {**due.among, due.moment: {"$gt": NEVER, "$lte": latest}}
    first = collection.find(is_due, {due.moment: 1}).sort(due.moment, ASCENDING).limit(1)
    return max((_seconds(found[due.moment], latest) for found in first), default=0.0)


def _open(collection: Collection[dict[str, Any]], states: frozenset[str]) -> dict[str, int]:
    found = {row["_id"]: row["cases"] for row in collection.aggregate(open_pipeline(states))} if states else {}
    return {state: found.get(state, 0) for state in sorted(states)}


def _seconds(since: datetime | None, at: datetime) -> float:
    return max((at - since).total_seconds(), 0.0) if since else 0.0
