"""Recording: what was heard becomes entries of the log, in order.

The steps of a batch may be cut off anywhere and are then done again: the log takes an event once, a standing is
written over the one it was made from, and what comes early is kept before its message is acked.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.feed.log.entries import Entry
from services.feed.log.ordering import Arrival, sort_out
from services.feed.log.standing import Standing
from shared.kernel.case import Notice
from shared.kernel.errors import Busy

ATTEMPTS = 8
AT_ONCE = 200
SETTLED = timedelta(seconds=0.5)
"""What came early and is no older is in the hands of whoever took it."""


class Memory(Protocol):
    def load(self, case_ids: Sequence[str]) -> dict[str, Standing]: ...
    def save(self, standings: Sequence[Standing]) -> set[str]: ...
    def early(self, case_ids: Sequence[str]) -> dict[str, list[Arrival]]: ...
    def keep(self, arrivals: Sequence[Arrival]) -> None: ...
    def forget(self, notices: Sequence[Notice]) -> None: ...
    def waiting_cases(self, limit: int, until: datetime) -> list[str]: ...


class Appending(Protocol):
    def append(self, entries: Sequence[Entry], at: datetime) -> bool: ...


class Recorder:
    def __init__(self, memory: Memory, log: Appending) -> None:
        self._memory = memory
        self._log = log

    def take(self, notices: Sequence[Notice], at: datetime) -> bool:
        """Whether the log has grown. Raises Busy where others change the same cases all the time."""
        arrived: dict[str, list[Arrival]] = defaultdict(list)
        for notice in notices:
            arrived[notice.case_id].append(Arrival(notice, at))
        return self._settle(arrived, at)

    def give_up_waiting(self, at: datetime) -> bool:
        """Gives on what came early and can go now: its turn has come, or it has waited too long."""
        cases = self._memory.waiting_cases(AT_ONCE, at - SETTLED)
        return self._settle({case_id: [] for case_id in cases}, at)

    def _settle(self, arrived: dict[str, list[Arrival]], at: datetime) -> bool:
        has_grown = False
        for _ in range(ATTEMPTS):
            if not arrived:
                return has_grown
            grown, lost = self._attempt(arrived, at)
            has_grown = has_grown or grown
            arrived = {case_id: arrived[case_id] for case_id in lost}
        raise Busy(next(iter(arrived)))

    def _attempt(self, arrived: dict[str, list[Arrival]], at: datetime) -> tuple[bool, set[str]]:
        """Whether the log has grown, and the cases that somebody else changed meanwhile."""
        ids = list(arrived)
        standings, waiting = self._memory.load(ids), self._memory.early(ids)
        entries: list[Entry] = []
        changed: list[Standing] = []
        early: list[Arrival] = []
        for case_id in ids:
            arrivals = [*waiting.get(case_id, ()), *arrived[case_id]]
            then, given, left = _give(standings[case_id], arrivals, at)
            entries += given
            early += left
            if then != standings[case_id]:
                changed.append(then)
        self._memory.keep(early)
        has_grown = self._log.append(entries, at)
        lost = self._memory.save(changed)
        self._memory.forget(_done(waiting, early, lost))
        return has_grown, lost


def _give(standing: Standing, arrivals: Sequence[Arrival], at: datetime) -> tuple[Standing, list[Entry], list[Arrival]]:
    """The case after what can be given on of it, the entries of that, and what came early."""
    ready, early = sort_out(dict(standing.heard), arrivals, at)
    entries = []
    for arrival in ready:
        then = standing.after(arrival.notice)
        entries.append(Entry.of(arrival.notice, then.unit_path, standing.streams(then)))
        standing = then
    return standing, entries, early


def _done(waiting: dict[str, list[Arrival]], early: Sequence[Arrival], lost: set[str]) -> list[Notice]:
    """What waited and does no longer: given on, or known already."""
    still = {(arrival.source, arrival.notice.case_id, arrival.sequence) for arrival in early}
    return [
        arrival.notice
        for case_id, arrivals in waiting.items()
        for arrival in arrivals
        if case_id not in lost and (arrival.source, case_id, arrival.sequence) not in still
    ]
