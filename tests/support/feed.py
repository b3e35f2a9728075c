"""Feed without servers: its memory and its log as dicts, and the log as its readers see it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.feed.log.entries import Entry, event_key
from services.feed.log.ordering import Arrival
from services.feed.log.standing import Standing
from shared.contracts.topology import DISPATCH, INTAKE
from shared.kernel.case import Notice
from tests.support.people import NOON


def notice(case_id: str, source: str, sequence: int, at: datetime = NOON, **snapshot: Any) -> Notice:
    return Notice(source, case_id, sequence, f"{source.title()}{sequence}", "open", at, snapshot)


def intake_says(case_id: str, sequence: int, **snapshot: Any) -> Notice:
    return notice(case_id, INTAKE, sequence, **snapshot)


def dispatch_says(case_id: str, sequence: int, **snapshot: Any) -> Notice:
    return notice(case_id, DISPATCH, sequence, **snapshot)


@dataclass
class Remembered:
    """As the real one: a standing is saved only over the one that it was made from."""

    standings: dict[str, Standing] = field(default_factory=dict)
    kept: dict[str, Arrival] = field(default_factory=dict)

    def load(self, case_ids: Iterable[str]) -> dict[str, Standing]:
        return {case_id: self.standings.get(case_id, Standing(case_id)) for case_id in case_ids}

    def save(self, standings: Sequence[Standing]) -> set[str]:
        lost = {one.case_id for one in standings if self.load([one.case_id])[one.case_id].version != one.version}
        for one in standings:
            if one.case_id not in lost:
                self.standings[one.case_id] = replace(one, version=one.version + 1)
        return lost

    def early(self, case_ids: Iterable[str]) -> dict[str, list[Arrival]]:
        waiting: dict[str, list[Arrival]] = defaultdict(list)
        for arrival in sorted(self.kept.values(), key=lambda arrival: arrival.since):
            waiting[arrival.notice.case_id].append(arrival)
        return {case_id: waiting[case_id] for case_id in case_ids if case_id in waiting}

    def keep(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            self.kept.setdefault(event_key(arrival.notice), arrival)

    def forget(self, notices: Sequence[Notice]) -> None:
        for one in notices:
            self.kept.pop(event_key(one), None)

    def waiting_cases(self, limit: int, until: datetime) -> list[str]:
        waiting = [arrival.notice.case_id for arrival in self.kept.values() if arrival.since <= until]
        return list(dict.fromkeys(waiting))[:limit]


@dataclass
class Logged:
    entries: list[Entry] = field(default_factory=list)

    def append(self, entries: Sequence[Entry], at: datetime) -> bool:
        known = {entry.event for entry in self.entries}
        news = [entry for entry in entries if entry.event not in known]
        self.entries += news
        return bool(news)

    def told(self, case_id: str, source: str) -> list[int]:
        """The sequences in the order of the log."""
        return [entry.sequence for entry in self.entries if (entry.case_id, entry.source) == (case_id, source)]
