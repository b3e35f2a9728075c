"""What a case adds to the sums, on which statistical day, and in which cells.

Everything is computed of the facts alone, so it does not matter in which order they came to be known.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.evaluation.indicators.periods import Periods
from shared.contracts.answers import BASICALLY_SATISFIED, DISSATISFIED, SATISFIED

GROUPS: Mapping[str, tuple[str, ...]] = {
    "reported": ("filed",),
    "accepted": ("closed",),
    "dispatched": ("returned", "accurate"),
    "due": ("served", "served_in_time", "overdue", "reworked", "extended"),
    "to_close": ("closed_of_due", "closed_in_time"),
    "handled": ("handling_seconds",),
    "ratings": ("contacted", "resolved", "satisfied", "basically_satisfied", "dissatisfied", "stars"),
}
"""How many cases (or ratings) there are, and what is known of just these: denominators and their numerators."""
MEASURES = tuple(name for group, counted in GROUPS.items() for name in (group, *counted))

VOID = "void"
VERDICTS = {
    SATISFIED: "satisfied",
    BASICALLY_SATISFIED: "basically_satisfied",
    DISSATISFIED: "dissatisfied",
}
Facts = Mapping[str, Any]
Moment = datetime | None
Amounts = dict[str, int]


@dataclass(slots=True)
class Sums:
    """`waived`: what an exemption took away, to be added for the figures without it.

    `handling`: how many were handled in so many minutes, to three significant digits.
    """

    measures: Counter[str] = field(default_factory=Counter)
    waived: Counter[str] = field(default_factory=Counter)
    handling: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, *parts: Mapping[str, int]) -> "Sums":
        """Of measures, waived and handling, as they are stored."""
        return cls(*map(Counter, parts))

    def add(self, other: "Sums") -> None:
        for mine, its in zip(self.parts(), other.parts(), strict=True):
            for name, amount in its.items():
                mine[name] += amount

    def parts(self) -> tuple[Counter[str], ...]:
        return self.measures, self.waived, self.handling

    def strip(self) -> "Sums":
        """Itself, from now on without what sums to nothing."""
        for part in self.parts():
            for name in [name for name, amount in part.items() if not amount]:
                del part[name]
        return self


Tally = dict[str, Sums]
"""Statistical day -> what the case adds there."""


def tally(state: str | None, facts: Facts, periods: Periods) -> Tally:
    """What a case in this state adds to each day. An exempt case 申诉通过 keeps apart what was waived."""
    found: Tally = defaultdict(Sums)
    is_exempt = bool(facts.get("exempt"))
    for moment, amounts in _amounts(state, facts, is_exempt):
        found[periods.day_of(moment)].measures.update(amounts)
    if is_exempt:
        for moment, amounts in _amounts(state, facts, is_exempt=False):
            found[periods.day_of(moment)].waived.update(amounts)
        for sums in found.values():
            sums.waived.subtract(sums.measures)
    if state != VOID and (minutes := _handling_minutes(facts)) is not None:
        found[periods.day_of(facts["service"]["served_at"])].handling[str(minutes)] += 1
    return {day: sums.strip() for day, sums in found.items()}


def cells(facts: Facts) -> Iterator[tuple[str, str]]:
    """The dimensions (by, of) that the case counts in."""
    service = facts.get("service") or {}
    yield "all", ""
    yield from (("place", code) for code in facts.get("unit_path") or ())
    if facts.get("category"):
        yield "category", facts["category"]
    yield from ((name, service[name]) for name in ("unit", "steward", "partner_kind") if service.get(name))


def _amounts(state: str | None, facts: Facts, is_exempt: bool) -> Iterator[tuple[datetime, Amounts]]:
    """What happened, or should have happened, at which moment."""
    if reported_at := facts.get("reported_at"):
        yield reported_at, {"reported": 1, "filed": int(state != VOID and _is_accepted(facts))}
    if state == VOID:
        return
    if _is_accepted(facts):
        yield facts["opened_at"], {"accepted": 1, "closed": int(_closed_at(facts) is not None)}
    yield from _of_service(facts.get("service") or {}, facts.get("overdue_at"), is_exempt)
    yield from _of_closing(facts.get("close_by"), _closed_at(facts), is_exempt)
    if not is_exempt:
        yield from _of_ratings(facts)


def _of_service(service: Facts, overdue_at: Moment, is_exempt: bool) -> Iterator[tuple[datetime, Amounts]]:
    served_at, serve_by = service.get("served_at"), service.get("serve_by")
    if dispatched_at := service.get("dispatched_at"):
        returns, transfers = service.get("returns") or 0, service.get("transfers") or 0
        yield dispatched_at, {"dispatched": 1, "returned": int(returns > 0), "accurate": int(not returns + transfers)}
    if due_at := serve_by or served_at:
        in_time = service.get("in_time") or serve_by is None or is_exempt
        is_late = served_at is None and overdue_at is not None and overdue_at >= due_at
        yield (
            due_at,
            {
                "due": 1,
                "served": int(served_at is not None),
                "served_in_time": int(served_at is not None and bool(in_time)),
                "overdue": int(is_late),
                "reworked": int((service.get("rounds") or 0) > 1),
                "extended": int((service.get("extensions") or 0) > 0),
            },
        )
    if served_at and service.get("handling") is not None:
        yield served_at, {"handled": 1, "handling_seconds": service["handling"]}


def _of_closing(close_by: Moment, closed_at: Moment, is_exempt: bool) -> Iterator[tuple[datetime, Amounts]]:
    if due_at := close_by or closed_at:
        in_time = closed_at is not None and (close_by is None or closed_at <= close_by or is_exempt)
        yield due_at, {"to_close": 1, "closed_of_due": int(closed_at is not None), "closed_in_time": int(in_time)}


def _of_ratings(facts: Facts) -> Iterator[tuple[datetime, Amounts]]:
    """Valid is the last rating of each reporter, whatever round it was of."""
    last = {rating.get("by", facts.get("reporter")): rating for rating in facts.get("ratings") or ()}
    for rating in last.values():
        yield (
            rating["at"],
            {
                "ratings": 1,
                "contacted": int(rating["contacted"]),
                "resolved": int(rating["resolved"]),
                VERDICTS[rating["satisfaction"]]: 1,
                "stars": rating["stars"],
            },
        )


def _handling_minutes(facts: Facts) -> int | None:
    """Whole minutes, half up, to three significant digits; None of a case that was not served."""
    service = facts.get("service") or {}
    if not service.get("served_at") or service.get("handling") is None:
        return None
    minutes: int = (service["handling"] + 30) // 60
    unit: int = 10 ** max(0, len(str(minutes)) - 3)
    return (minutes + unit // 2) // unit * unit


def _is_accepted(facts: Facts) -> bool:
    return facts.get("opened_at") is not None


def _closed_at(facts: Facts) -> Moment:
    return facts.get("settled_at") or facts.get("expired_at")
