"""Counting everything again, beside the rollups in force, and putting the new sums in their place.

Counting waits meanwhile, as it is done under the same lease; steps of cases go on and stay marked. What a case adds
is what of it is counted, so that the new sums and the old agree where nothing was ever wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from pymongo.client_session import ClientSession

from services.evaluation.indicators.cells import Gathered, counted
from services.evaluation.indicators.counting import BATCH, SETTLED, WITHOUT, Counter
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
    with counter.session() as session:
        counter.rollups.seize_lease(counter.holder, now(), session)
        try:
            yield from _rebuild(counter, session)
        finally:
            counter.rollups.give_back(counter.holder)


def _rebuild(counter: Counter, session: ClientSession) -> Iterator[Rebuilt]:
    counter.rollups.prepare()
    counter.count_marked(now() - SETTLED, session)
    found = Rebuilt()
    counter.rollups.begin_next()
    yield from _count_all(counter, session, found)
    _compare(counter, found)
    counter.rollups.keep_lease(counter.holder, now())
    counter.rollups.put_next_in_force()
    yield found


def _count_all(counter: Counter, session: ClientSession, found: Rebuilt) -> Iterator[Rebuilt]:
    gathered = Gathered()
    last = ""
    while chunk := counter.after(last, CHUNK, WITHOUT):
        wrong = [document["_id"] for document in chunk if _is_miscounted(document, counter)]
        righted = _righted(counter, session, wrong)
        for document in chunk:
            gathered.add(righted.get(document["_id"], document.get("counted")))
        found.miscounted += righted
        found.cases += len(chunk)
        last = chunk[-1]["_id"]
        if len(gathered) > GATHER:
            counter.rollups.add(gathered.take(), collection=NEXT)
        counter.rollups.keep_lease(counter.holder, now())
        yield found
    counter.rollups.add(gathered.take(), collection=NEXT)


def _is_miscounted(document: Mapping[str, Any], counter: Counter) -> bool:
    """A case that changes just now is marked, and will be counted."""
    told = counted(document["state"], document, counter.periods)
    return "uncounted" not in document and told != document.get("counted")


def _righted(counter: Counter, session: ClientSession, ids: list[str]) -> dict[str, Any]:
    """What is counted of these, once they are counted again.

    Into the sums in force, as the counter does: what is counted of a case is what they hold of it, also if
    the new ones never come into force.
    """
    for start in range(0, len(ids), BATCH):
        counter.count_cases(ids[start : start + BATCH], session)
    return {found["_id"]: found["counted"] for found in counter.evaluations.find({"_id": {"$in": ids}}, {"counted": 1})}


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
