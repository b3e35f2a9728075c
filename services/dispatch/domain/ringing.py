"""What the timer does to an order whose moment has come."""

from datetime import datetime
from typing import Any

from services.dispatch.domain import clocks
from services.dispatch.domain.alarms import Alarm, above, due, supervisor
from services.dispatch.domain.lifecycle import PAUSED
from services.dispatch.domain.order import DISPATCH, WorkOrder
from services.dispatch.domain.postponement import resume


def ring(order: WorkOrder, at: datetime) -> None:
    """Everything that should have happened by now, in order: also after the timer was away for long."""
    if order.state in PAUSED and order.facts["resume_at"] <= at:
        resume(order, DISPATCH, at)
    while alarm := due(order.timetable, order.facts, clocks.read(order.facts), at):
        order.record(alarm.verb, DISPATCH, at, facts=_risen(order, alarm))


def reschedule(order: WorkOrder, at: datetime) -> None:
    """Bring the deadlines to what limits and calendar say today; nothing happens where they say the same."""
    if order.is_out_of_date(at):
        order.record("reschedule", DISPATCH, at)


def _risen(order: WorkOrder, alarm: Alarm) -> dict[str, Any]:
    stored = order.facts["clocks"]
    risen = {**stored[alarm.clock], "rung": stored[alarm.clock]["rung"] + 1}
    facts: dict[str, Any] = {"clocks": {**stored, alarm.clock: risen}, "alarm": alarm.clock}
    if alarm.verb == "supervise":
        facts |= {"supervised": True, "supervisor": supervisor(order.unit_path, order.facts.get("supervisor"))}
    if alarm.verb == "escalate":
        facts["supervisor"] = above(order.unit_path, order.facts.get("supervisor"))
    return facts
