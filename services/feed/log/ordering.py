"""In which order the events of a case are given on, however they come.

A source numbers its events of a case from 1 without a gap, and feed hears all of them. So it knows which one is
next. What comes early waits for those before it; what was waited for too long, as its predecessors may never come
(they are older than feed itself, or dead letters), goes on without them; and should they come after all, they are
given then. So nothing is lost, nothing is doubled, and the order is that of the source unless it is later than
`PATIENCE`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from shared.kernel.case import Notice

PATIENCE = timedelta(seconds=30)
"""Longer than a relay's crash, its restart and the sweep after it take."""
MOST_MISSING = 1000
"""Events before the first one heard that are remembered as missing."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Of one source about one case: the highest sequence given on, and which below it were not."""

    upto: int = 0
    missing: frozenset[int] = frozenset()

    def has(self, sequence: int) -> bool:
        return sequence <= self.upto and sequence not in self.missing

    def can_follow(self, sequence: int) -> bool:
        return sequence <= self.upto + 1

    def plus(self, sequence: int) -> "Heard":
        skipped = range(max(self.upto + 1, sequence - MOST_MISSING), sequence)
        return Heard(max(self.upto, sequence), self.missing.union(skipped) - {sequence})


@dataclass(frozen=True, slots=True)
class Arrival:
    """A notice, and since when it is here."""

    notice: Notice
    since: datetime

    @property
    def sequence(self) -> int:
        return self.notice.sequence

    @property
    def source(self) -> str:
        return self.notice.source


def sort_out(heard: dict[str, Heard], arrivals: Sequence[Arrival], at: datetime) -> tuple[list[Arrival], list[Arrival]]:
    """Of one case: what is to be given on now, in order, and what comes early and waits. What was heard is neither.

    The sources take turns as they arrived; `heard` is by source, and stays as it is.
    """
    ready: list[tuple[int, Arrival]] = []
    early: list[Arrival] = []
    slots = {id(arrival): slot for slot, arrival in enumerate(arrivals)}
    for source, theirs in groupby(sorted(arrivals, key=attrgetter("source", "sequence")), attrgetter("source")):
        news = _without_doubles(heard.get(source, Heard()), list(theirs))
        count = _how_many_can_go(heard.get(source, Heard()), news, at)
        turns = sorted(slots[id(arrival)] for arrival in news[:count])
        ready += zip(turns, news[:count], strict=True)
        early += news[count:]
    return [arrival for _, arrival in sorted(ready, key=lambda pair: pair[0])], early


def _without_doubles(heard: Heard, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Of doubles, the one that has waited the longest."""
    longest = {arrival.sequence: arrival for arrival in sorted(arrivals, key=attrgetter("since"), reverse=True)}
    return [longest[sequence] for sequence in sorted(longest) if not heard.has(sequence)]


def _how_many_can_go(heard: Heard, news: Sequence[Arrival], at: datetime) -> int:
    """Of news in the order of their sequence: as far as there is no gap, and up to the last that waited too long."""
    count = 0
    for number, arrival in enumerate(news, start=1):
        if heard.can_follow(arrival.sequence) or at - arrival.since >= PATIENCE:
            heard, count = heard.plus(arrival.sequence), number
    return count
