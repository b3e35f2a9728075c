"""集中办好一件事: a project is long, and goes from milestone to milestone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.dispatch.domain.order import WorkOrder
from shared.kernel.actor import STEWARD, Actor
from shared.kernel.errors import Invalid


def plan(order: WorkOrder, by: Actor, at: datetime, milestones: Sequence[Mapping[str, Any]]) -> None:
    """Set what is still to be reached; each of `milestones` is {name, due_at}. What was reached stays.

    Raises Invalid for an order that is no project.
    """
    if by.role == STEWARD:
        order.only_assignee("plan", by)
    _require_project(order)
    reached = [milestone for milestone in _milestones(order) if "reached_at" in milestone]
    names = [order.private["milestone_names"][milestone["number"] - 1] for milestone in reached]
    kept = [{**milestone, "number": number} for number, milestone in enumerate(reached, start=1)]
    new = [
        {"number": number, "due_at": milestone["due_at"]}
        for number, milestone in enumerate(milestones, start=len(kept) + 1)
    ]
    order.record(
        "plan",
        by,
        at,
        facts={"milestones": [*kept, *new]},
        private={"milestone_names": [*names, *(milestone["name"] for milestone in milestones)]},
    )


def reach(order: WorkOrder, by: Actor, at: datetime, number: int) -> None:
    """Raises Invalid for a milestone that is not there, or was reached before."""
    order.only_assignee("reach", by)
    if number not in {milestone["number"] for milestone in _ahead(order)}:
        raise Invalid({"number": ["There is no milestone of this number ahead."]})
    milestones = [
        {**milestone, "reached_at": at} if milestone["number"] == number else milestone
        for milestone in _milestones(order)
    ]
    order.record("reach", by, at, facts={"milestones": milestones})


def require_milestones_reached(order: WorkOrder) -> None:
    if order.terms.kind != "project":
        return
    if not _milestones(order):
        raise Invalid({"milestones": ["A project needs a plan: say its milestones first."]})
    if ahead := [milestone["number"] for milestone in _ahead(order)]:
        raise Invalid({"milestones": [f"Milestone {number} is not reached yet." for number in ahead]})


def _require_project(order: WorkOrder) -> None:
    if order.terms.kind != "project":
        raise Invalid({"category": ["Only a project has milestones."]})


def _milestones(order: WorkOrder) -> Sequence[Mapping[str, Any]]:
    milestones: Sequence[Mapping[str, Any]] = order.facts.get("milestones", ())
    return milestones


def _ahead(order: WorkOrder) -> list[Mapping[str, Any]]:
    return [milestone for milestone in _milestones(order) if "reached_at" not in milestone]
