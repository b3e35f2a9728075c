"""Counting everything again, beside the rollups in force, and putting the new sums in their place.

Counting waits meanwhile, as it is done under the same lease; steps of cases go on and stay marked. What a marked
case adds is what of it was counted, so that the new sums and the old agree where nothing was ever wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from pymongo import ASCENDING, UpdateOne

from services.evaluation.indicators.cells import Gathered, counted
from services.evaluation.indicators.counting import SETTLED, WITHOUT, Counter
from services.evaluation.indicators.periods import Periods
from services.evaluation.indicators.rollups import NEXT, ROLLUPS
from shared.runtime.clock import now

CHUNK = 1000
GATHER = 50_000
"""Cells held in memory at most, before they are written."""


@dataclass
class Rebuilt:
    """`miscounted`: cases of which something else was counted than they say. `differing`: cells, by id."""

    cases: int = 0
    cells: int = 0
    miscounted: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not (self.miscounted or self.differing)


def rebuild(counter: Counter) -> Iterator[Rebuilt]:
    """How far it is, again and again; at the end the new sums are in force. Raises LeaseLost to another rebuild.

    A crash before the end leaves the old sums in force.
    """
    counter.rollups.seize_lease(counter.holder, now())
    try:
        counter.rollups.prepare()
        counter.count_marked(now() - SETTLED)
        found = Rebuilt()
        counter.rollups.begin_next()
        yield from _count_all(counter, found)
        _compare(counter, found)
        counter.rollups.keep_lease(counter.holder, now())
        counter.rollups.put_next_in_force()
        yield found
    finally:
        counter.rollups.give_back(counter.holder)


def _count_all(counter: Counter, found: Rebuilt) -> Iterator[Rebuilt]:
    gathered = Gathered()
    last = ""
    while chunk := _after(counter, last):
        repairs = []
        for document in chunk:
            amounts = _amounts(document, counter.periods)
            if amounts is not None and amounts != document.get("counted"):
                found.miscounted.append(document["_id"])
                repairs.append(_repair(document, amounts))
            gathered.add(amounts)
        if repairs:
            counter.evaluations.bulk_write(repairs, ordered=False)
        found.cases += len(chunk)
        last = chunk[-1]["_id"]
        if len(gathered) > GATHER or len(chunk) < CHUNK:
            counter.rollups.add(gathered.take(), collection=NEXT)
        counter.rollups.keep_lease(counter.holder, now())
        yield found
    counter.rollups.add(gathered.take(), collection=NEXT)


def _after(counter: Counter, last: str) -> list[dict[str, Any]]:
    following = counter.evaluations.find({"_id": {"$gt": last}}, WITHOUT)
    return list(following.sort("_id", ASCENDING).limit(CHUNK))


def _amounts(document: Mapping[str, Any], periods: Periods) -> Mapping[str, Any] | None:
    """What it says; of a case that changes just now, what was counted."""
    if "uncounted" in document:
        return document.get("counted")
    return counted(document["state"], document, periods)


def _repair(document: Mapping[str, Any], amounts: Mapping[str, Any]) -> UpdateOne:
    """Whatever was counted of it, this is in the sums from now on."""
    return UpdateOne({"_id": document["_id"], "uncounted": {"$exists": False}}, {"$set": {"counted": amounts}})


def _compare(counter: Counter, found: Rebuilt) -> None:
    """Both in the order of their ids, so that nothing is held in memory."""
    streams = (counter.rollups.stream(collection) for collection in (ROLLUPS, NEXT))
    for cell, entries in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        sums = {name: amounts for _, name, amounts in entries}
        if sums.get(ROLLUPS) != sums.get(NEXT):
            found.differing.append(cell)
        found.cells += 1
        if found.cells % GATHER == 0:
            counter.rollups.keep_lease(counter.holder, now())
