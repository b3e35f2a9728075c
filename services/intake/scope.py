"""Whose business a report is, by what intake knows itself and what dispatch has signed; whoever else asks is not told.

The gateway is believed about who asks, and about nothing more.
"""

from typing import Any

from services.intake.domain import Report
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor
from shared.kernel.case_tokens import Grant

UNPLACED: tuple[list[str] | None, ...] = (None, [])
"""Paths of reports that lie in no unit: any dispatcher may take them on."""

WAITING = ("submitted", "needs_information")
"""States in which it is for the dispatchers of its place to decide, and there is no order yet."""


def may_decide(report: Report, by: Actor) -> bool:
    """Residents on their own; dispatchers on what lies in their unit or below it, or nowhere; workers on what they
    entered for somebody.
    """
    if by.role == RESIDENT:
        return is_reporter(report, by)
    return is_in_scope(report, by) or has_entered(report, by)


def may_see(report: Report, by: Actor, grant: Grant | None = None) -> bool:
    """Also whoever's own report was merged into it. Staff see it by its order, of which dispatch is asked.

    Until it is accepted there is no order, and it lies on the desks of its place.
    """
    if by.role == RESIDENT:
        return is_reporter(report, by) or by.subject in report.facts.get("followers", ())
    if grant and grant.case_id in (report.case_id, report.facts.get("parent")):
        return True
    is_on_the_desk = "accepted_at" not in report.facts and is_in_scope(report, by)
    return is_on_the_desk or has_entered(report, by)


def serves(report: Report, by: Actor, grant: Grant | None) -> bool:
    """Whether it is theirs to serve or to decide at this moment, and so to know how the reporter is reached."""
    is_waiting_for_them = report.state in WAITING and is_in_scope(report, by)
    return is_waiting_for_them or (grant is not None and grant.serves)


def is_reporter(report: Report, by: Actor) -> bool:
    return bool(report.facts["reporter"] == by.subject)


def has_entered(report: Report, by: Actor) -> bool:
    return bool(report.facts.get("entered_by") == by.subject)


def is_in_scope(report: Report, by: Actor) -> bool:
    """Whether they are a dispatcher of its place, or of one above; a dispatcher without a unit is none of any."""
    if by.role != DISPATCHER or by.unit is None:
        return False
    path: list[str] | None = report.facts.get("unit_path")
    return path in UNPLACED or by.unit in (path or ())


def in_scope_of(unit: str) -> dict[str, Any]:
    """The same as a filter of reports."""
    return {"unit_path": {"$in": [unit, *UNPLACED]}}
