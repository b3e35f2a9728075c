"""The counter: keeps the rollups equal to what the cases say.

Every step of a case marks its document `uncounted` in the same write. The counter takes marked documents in
batches, and in one transaction adds what they say now, takes away what was counted of them before, and keeps in
each what of it is counted now. So a crash at any moment leaves every case counted once.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from services.evaluation.indicators.cells import Gathered, counted
from services.evaluation.indicators.periods import Periods
from services.evaluation.indicators.rollups import LeaseLost, Rollups
from shared.runtime.clock import now
from shared.runtime.transactions import in_transaction_of

EVALUATIONS = "evaluations"
"""The collection of the cases."""
BATCH = 200
MARKED_AT_ONCE = 10_000
SETTLED = timedelta(seconds=0.5)
"""Younger marks are left alone: the case may be in the middle of several steps, which would collide with counting."""
INTERRUPTED = 11601
"""MongoDB's code for what was ended by somebody else."""
WITHOUT = {"history": 0, "private": 0, "inbox": 0}
"""What no figure depends on."""


class Counter:
    """`holder` is this process: of all that look, one counts at a time."""

    def __init__(self, evaluations: Collection[dict[str, Any]], periods: Periods, holder: str) -> None:
        self.evaluations = evaluations
        self.rollups = Rollups(evaluations.database)
        self.periods = periods
        self.holder = holder

    def count(self, at: datetime) -> None:
        """All that was marked so far, unless another counter is at it."""
        with self.session() as session, suppress(LeaseLost):
            if self.rollups.take_lease(self.holder, at, session):
                self._mark_all_after_change()
                self.count_marked(at - SETTLED, session)

    def session(self) -> ClientSession:
        """For all transactions under one lease."""
        return self.evaluations.database.client.start_session()

    def uncounted(self) -> int:
        """How many cases have changes that are in no figure yet."""
        return self.evaluations.count_documents({"uncounted": {"$lte": now()}})

    def count_marked(self, until: datetime, session: ClientSession) -> None:
        """Raises LeaseLost."""
        while ids := self._marked(until):
            self.count_cases(ids, session)

    def count_cases(self, ids: Sequence[str], session: ClientSession) -> None:
        """These, marked or not, as they are now: all of them or none. Raises LeaseLost."""
        try:
            in_transaction_of(session, partial(self._count, ids))
        except OperationFailure as failure:
            # Whoever takes it over ends the session first.
            if failure.code == INTERRUPTED or self.rollups.holder != self.holder:
                raise LeaseLost(self.holder) from failure
            raise

    def after(self, last: str, most: int, fields: Mapping[str, int]) -> list[dict[str, Any]]:
        """The cases that follow that id, in the order of their ids."""
        following = self.evaluations.find({"_id": {"$gt": last}}, fields)
        return list(following.sort("_id", ASCENDING).limit(most))

    def _mark_all_after_change(self) -> None:
        """When days or months close at another time than before, or nothing was ever counted, every case counts."""
        boundaries = str(self.periods)
        if self.rollups.boundaries == boundaries:
            return
        self.rollups.prepare()
        self._mark_all()
        self.rollups.boundaries = boundaries

    def _mark_all(self) -> None:
        """In pieces, as one write of all of them could outlast the patience of the connection. Raises LeaseLost."""
        last = ""
        while chunk := [found["_id"] for found in self.after(last, MARKED_AT_ONCE, {"_id": 1})]:
            self.evaluations.update_many({"_id": {"$gt": last, "$lte": chunk[-1]}}, {"$set": {"uncounted": now()}})
            self.rollups.keep_lease(self.holder, now())
            last = chunk[-1]

    def _marked(self, until: datetime) -> list[str]:
        """The longest marked first."""
        marked = {"uncounted": {"$lte": until}}
        return [found["_id"] for found in self.evaluations.find(marked, {"_id": 1}).sort("uncounted", 1).limit(BATCH)]

    def _count(self, ids: Sequence[str], session: ClientSession) -> None:
        self.rollups.keep_lease(self.holder, now(), session)
        difference = Gathered()
        updates = []
        for document in self.evaluations.find({"_id": {"$in": list(ids)}}, WITHOUT, session=session):
            told = counted(document["state"], document, self.periods)
            if told != document.get("counted"):
                difference.add(document.get("counted"), -1)
                difference.add(told)
            updates.append(
                UpdateOne({"_id": document["_id"]}, {"$set": {"counted": told}, "$unset": {"uncounted": ""}})
            )
        self.rollups.add(difference.take(), session)
        self.evaluations.bulk_write(updates, ordered=False, session=session)
