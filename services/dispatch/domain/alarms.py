"""What a clock does while nobody stops it: a warning, then supervision 督办, then one level up after another.

Every rung of this ladder goes off once. Where it stands is part of the order, and so is the moment of
the next rung, which the timer looks for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.dispatch.domain.clocks import ACCEPT, FINISH, VERIFY, Clock, Timetable
from services.dispatch.domain.lifecycle import PAUSED

WARN_AT = 0.8
"""Of the limit; with extensions, of its last part."""
ESCALATE_EVERY = 0.5
"""Of the limit, after it has run out."""

DEADLINES: Mapping[str, str] = {ACCEPT: "accept_by", FINISH: "due_at", VERIFY: "verify_by"}
"""The fact that says when a running clock runs out."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """`verb` is what it does to the order."""

    at: datetime
    clock: str
    verb: str


def schedule(
    timetable: Timetable, state: str, facts: Mapping[str, Any], clocks: Mapping[str, Clock]
) -> dict[str, datetime | None]:
    """The deadlines, and when the timer must look at the order next, if ever."""
    running = {name: clock for name, clock in clocks.items() if clock.is_running}
    deadlines = {
        fact: timetable.deadline(name, facts["category"], running[name]) if name in running else None
        for name, fact in DEADLINES.items()
    }
    moments = [alarm.at for alarm in _next(timetable, facts, running)]
    if state in PAUSED:
        moments.append(facts["resume_at"])
    if state == "pooled" and facts.get("route_again_at"):
        moments.append(facts["route_again_at"])
    return {**deadlines, "wake_at": min(moments, default=None)}


def due(timetable: Timetable, facts: Mapping[str, Any], clocks: Mapping[str, Clock], at: datetime) -> Alarm | None:
    """The first alarm that should have gone off by now."""
    overdue = [alarm for alarm in _next(timetable, facts, clocks) if alarm.at <= at]
    return min(overdue, key=lambda alarm: (alarm.at, alarm.clock), default=None)


def above(unit_path: Sequence[str], unit: str | None) -> str | None:
    """The unit one level up, or the highest itself; without a known unit, the one above the last of the path."""
    if not unit_path:
        return None
    place = unit_path.index(unit) if unit in unit_path else len(unit_path) - 1
    return unit_path[max(place - 1, 0)]


def supervisor(unit_path: Sequence[str], so_far: str | None) -> str | None:
    """The unit above the place, or one further up that supervises already: supervision never goes down."""
    known = [unit for unit in (above(unit_path, None), so_far) if unit in unit_path]
    return min(known, key=unit_path.index, default=None)


def _next(timetable: Timetable, facts: Mapping[str, Any], clocks: Mapping[str, Clock]) -> Iterator[Alarm]:
    """The next rung of every running clock."""
    for name, clock in clocks.items():
        limit = timetable.limit(name, facts["category"])
        if limit is None or not clock.is_running:
            continue
        verb = ("warn", "supervise")[clock.rung] if clock.rung < 2 else "escalate"
        if verb == "escalate" and not _can_rise(facts):
            continue
        moment = timetable.reaches(clock, limit, _parts(clock.rung))
        if moment is not None:
            yield Alarm(moment, name, verb)


def _parts(rung: int) -> float:
    return WARN_AT if rung == 0 else 1 + ESCALATE_EVERY * (rung - 1)


def _can_rise(facts: Mapping[str, Any]) -> bool:
    path = facts.get("unit_path", ())
    return bool(path) and facts.get("supervisor") != path[0]
