"""The rollups in MongoDB: a document for each cell and each day or month, and who may count into them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from services.evaluation.indicators.cells import Place
from services.evaluation.indicators.measures import Sums
from shared.runtime.mongo import DURABLE, Mongo

ROLLUPS, NEXT, STATE = "rollups", "rollups_next", "rollup_state"
LEASE, BOUNDARIES = "counting", "boundaries"
"""Ids in STATE: who counts, and the closing times by which was counted."""
LEASED_FOR = timedelta(seconds=15)
"""Longer than every instance takes to work by new rules: they are not to count by old and new ones in turn."""
READING = IndexModel([("by", ASCENDING), ("grain", ASCENDING), ("period", ASCENDING), ("of", ASCENDING)])

Amounts = Iterable[tuple[Place, Mapping[str, int]]]


class LeaseLost(Exception):
    """Somebody else counts by now."""


class Rollups:
    def __init__(self, db: Mongo) -> None:
        self.db = db
        self._state = db.get_collection(STATE, write_concern=DURABLE)

    def prepare(self) -> None:
        """A transaction should find what it writes to in place."""
        self.db[ROLLUPS].create_indexes([READING])

    def take_lease(self, holder: str, at: datetime, session: ClientSession) -> bool:
        """Whether `holder` may count from now on, until another does after LEASED_FOR without a sign of life.

        Its transactions are to be of this session.
        """
        held = self._state.find_one({"_id": LEASE})
        if held and held["holder"] != holder:
            if held["until"] >= at:
                return False
            self._end(held)
        free = {"_id": LEASE, "$or": [{"holder": holder}, {"until": {"$lt": at}}]}
        try:
            self._state.update_one(free, _leased(holder, at, session), upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def seize_lease(self, holder: str, at: datetime, session: ClientSession) -> None:
        """From whoever has it: that one's next transaction finds it lost, and writes nothing."""
        if held := self._state.find_one({"_id": LEASE}):
            self._end(held)
        self._state.update_one({"_id": LEASE}, _leased(holder, at, session), upsert=True)

    def _end(self, held: Mapping[str, Any]) -> None:
        """The transaction of whoever died would keep its cases locked for a minute, and the lease too."""
        self.db.command("killSessions", [held["session"]])

    def keep_lease(self, holder: str, at: datetime, session: ClientSession | None = None) -> None:
        """Raises LeaseLost; as part of a transaction, so that whoever lost it writes nothing."""
        until = {"$set": {"until": at + LEASED_FOR}}
        if not self._state.update_one({"_id": LEASE, "holder": holder}, until, session=session).matched_count:
            raise LeaseLost(holder)

    @property
    def holder(self) -> str | None:
        """Who counts, or did last."""
        held = self._state.find_one({"_id": LEASE})
        return held["holder"] if held else None

    def give_back(self, holder: str) -> None:
        self._state.delete_one({"_id": LEASE, "holder": holder})

    @property
    def boundaries(self) -> str | None:
        """Those that everything was marked to be counted by."""
        found = self._state.find_one({"_id": BOUNDARIES})
        return found["of"] if found else None

    @boundaries.setter
    def boundaries(self, boundaries: str) -> None:
        self._state.update_one({"_id": BOUNDARIES}, {"$set": {"of": boundaries}}, upsert=True)

    def add(self, amounts: Amounts, session: ClientSession | None = None, collection: str = ROLLUPS) -> None:
        """To what the cells hold; unordered, one write a cell."""
        if updates := [_update(place, added) for place, added in amounts]:
            self.db[collection].bulk_write(updates, ordered=False, session=session)

    def read(self, by: str, grain: str, periods: Sequence[str], of: Collection[str] | None, most: int) -> Iterator[Any]:
        """(of, period, Sums) of every such cell that holds anything; at most so many."""
        wanted: dict[str, Any] = {"by": by, "grain": grain, "period": {"$in": list(periods)}}
        if of is not None:
            wanted["of"] = {"$in": sorted(of)}
        for found in self.db[ROLLUPS].find(wanted, limit=most):
            yield found["of"], found["period"], sums_of(found)

    def begin_next(self) -> None:
        """An empty collection to count everything into again, beside the one in force."""
        self.db[NEXT].drop()
        self.db[NEXT].create_indexes([READING])

    def put_next_in_force(self) -> None:
        self.db[NEXT].rename(ROLLUPS, dropTarget=True)

    def stream(self, collection: str) -> Iterator[tuple[str, str, Sums]]:
        """(id, collection, sums) of every cell that holds anything, by id."""
        for found in self.db[collection].find().sort("_id", ASCENDING):
            if any((sums := sums_of(found)).parts()):
                yield found["_id"], collection, sums


def sums_of(found: Mapping[str, Any]) -> Sums:
    return Sums.of(found.get("measures", {}), found.get("waived", {}), found.get("handling", {})).strip()


def _leased(holder: str, at: datetime, session: ClientSession) -> Mapping[str, Any]:
    return {"$set": {"holder": holder, "until": at + LEASED_FOR, "session": session.session_id}}


def _update(place: Place, added: Mapping[str, int]) -> UpdateOne:
    named = {"by": place.by, "of": place.of, "grain": place.grain, "period": place.period}
    return UpdateOne({"_id": place.id}, {"$inc": dict(added), "$setOnInsert": named}, upsert=True)
