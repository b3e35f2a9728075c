"""The clocks of an order: until somebody accepts it, until it is done, until it is verified.

A clock is what has happened to it: the spans in which it ran. What is left, and when it runs out, is
computed from them under the limits and the calendar of the day, so changing either needs no repair.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, Self

from services.dispatch.domain.lifecycle import UNSERVED
from shared.kernel.limits import Limit
from shared.kernel.worktime import WorkCalendar

ACCEPT, FINISH, VERIFY = "accept", "finish", "verify"

RUNS_IN: Mapping[str, frozenset[str]] = {
    ACCEPT: frozenset({"pending", "pooled", "assigned", "reworking"}),
    FINISH: frozenset(UNSERVED),
    VERIFY: frozenset({"completed"}),
}
"""States in which each clock runs. So the finish clock stops on completion, and while the order is
suspended or waits for information; and nothing that is said about an order starts one anew."""

VERIFICATION = Limit(1, "wd")
"""For an inspector to look at what was done."""


class Pictures(Protocol):
    @property
    def kinds(self) -> tuple[str, ...]: ...


class Terms(Protocol):
    """What a category asks of those who serve it."""

    @property
    def kind(self) -> str: ...
    @property
    def duty(self) -> Any: ...
    @property
    def skills(self) -> frozenset[str]: ...
    @property
    def accept_limit(self) -> Limit | None: ...
    @property
    def limit(self) -> Limit | None: ...
    @property
    def verification(self) -> bool: ...
    @property
    def evidence(self) -> Pictures: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """`spans`: (from, to) in which it ran, the last without an end while it runs.

    `rung` counts the alarms that have gone off, `extensions` how often the limit was granted again.
    """

    spans: tuple[tuple[datetime, datetime | None], ...] = ()
    rung: int = 0
    extensions: int = 0

    @classmethod
    def of(cls, facts: Mapping[str, Any] | None) -> Self:
        if not facts:
            return cls()
        return cls(tuple((span["from"], span["to"]) for span in facts["spans"]), facts["rung"], facts["extensions"])

    @property
    def facts(self) -> dict[str, Any]:
        spans = [{"from": start, "to": end} for start, end in self.spans]
        return {"spans": spans, "rung": self.rung, "extensions": self.extensions}

    @property
    def is_running(self) -> bool:
        return bool(self.spans) and self.spans[-1][1] is None

    def run(self, at: datetime) -> Self:
        return self if self.is_running else replace(self, spans=(*self.spans, (at, None)))

    def stop(self, at: datetime) -> Self:
        if not self.is_running:
            return self
        start = self.spans[-1][0]
        return replace(self, spans=(*self.spans[:-1], (start, max(start, at))))


@dataclass(frozen=True, slots=True)
class Timetable:
    """The limits of the categories, and the calendar in which they pass."""

    calendar: WorkCalendar
    categories: Mapping[str, Terms]

    def limit(self, name: str, category: str) -> Limit | None:
        if name == VERIFY:
            return VERIFICATION
        terms = self.categories[category]
        return terms.accept_limit if name == ACCEPT else terms.limit

    def reaches(self, clock: Clock, limit: Limit, parts: float) -> datetime | None:
        """When `parts` of the limit, beyond what was granted in extensions, have passed; None if not while it ran."""
        left = limit.duration * (parts + clock.extensions)
        for start, end in clock.spans:
            if end is None or (passed := self.calendar.between(start, end, limit.is_working_time)) >= left:
                return self.calendar.add(start, left, limit.is_working_time)
            left -= passed
        return None

    def deadline(self, name: str, category: str, clock: Clock) -> datetime | None:
        """When the clock runs out, or ran out before it stopped; None where there is no limit or it stopped in time."""
        limit = self.limit(name, category)
        return self.reaches(clock, limit, 1) if limit else None

    def elapsed(self, name: str, category: str, clock: Clock, at: datetime) -> timedelta:
        """How long the clock has run by then: in working time where its limit passes in that, else around the clock."""
        limit = self.limit(name, category)
        is_working = limit is not None and limit.is_working_time
        passed = (self.calendar.between(start, end, is_working) for start, end in clock.stop(at).spans if end)
        return sum(passed, timedelta())


def of_round(turn: Mapping[str, Any]) -> tuple[str, ...]:
    """Whether it is verified was settled on completion, and stays so whatever is asked of the category later."""
    return (ACCEPT, FINISH, VERIFY) if turn.get("to_verify") else (ACCEPT, FINISH)


def read(facts: Mapping[str, Any]) -> dict[str, Clock]:
    """The clocks of an order, from its facts."""
    return {name: Clock.of(stored) for name, stored in facts.get("clocks", {}).items()}


def move(
    clocks: Mapping[str, Clock], names: Sequence[str], state: str, at: datetime, *, new_round: bool, new_holder: bool
) -> dict[str, Clock]:
    """The clocks as the order enters `state`.

    Each round has a finish clock of its own. Each wait for acceptance, and for verification, is a new one,
    and so is that for the acceptance of somebody else.
    """
    moved = {}
    for name in names:
        clock = clocks.get(name, Clock())
        runs = state in RUNS_IN[name]
        is_new_wait = name != FINISH and not clock.is_running
        if runs and (new_round or is_new_wait or (name == ACCEPT and new_holder)):
            clock = Clock()
        moved[name] = clock.run(at) if runs else clock.stop(at)
    return moved
