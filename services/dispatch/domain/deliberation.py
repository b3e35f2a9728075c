"""议事: 小事网格议、大事社区议. Community, property company and residents (三方) talk, and what they
cannot settle goes one level up.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.dispatch.domain.alarms import above
from services.dispatch.domain.order import WorkOrder, why_it_waits
from services.dispatch.routing.choice import Decision
from shared.kernel.actor import Actor
from shared.kernel.errors import Invalid

SMALL, LARGE = "small", "large"


def open_deliberation(
    order: WorkOrder, by: Actor, at: datetime, unit: str, question: str, parties: Sequence[str]
) -> None:
    """`unit` is the one that deliberates: the grid, or the one around it, for small matters.

    Whoever held the order no longer does: who serves is decided with the rest.
    """
    talk = {"unit": unit, "parties": list(parties), "opened_at": at}
    order.record(
        "deliberate",
        by,
        at,
        facts={"deliberations": [*order.facts.get("deliberations", []), talk], "assignee": None},
        private={"questions": [*order.private.get("questions", []), question]},
    )


def raise_deliberation(order: WorkOrder, by: Actor, at: datetime, reason: str) -> None:
    """Unsettled: one level up. Raises Invalid in the district, above which there is none."""
    order.lifecycle.next(order.state, "raise")
    *before, talk = order.facts["deliberations"]
    higher = above(order.unit_path, talk["unit"])
    if higher == talk["unit"]:
        raise Invalid({"unit": ["There is no level above the district: decide."]})
    talks = [*before, {**talk, "raised_at": at}, {"unit": higher, "parties": talk["parties"], "opened_at": at}]
    order.record("raise", by, at, facts={"deliberations": talks}, private={"raise_reason": reason})


def decide(order: WorkOrder, by: Actor, at: datetime, decision: str, next_: Decision) -> None:
    """Settled: what was decided is carried out by whom `next_` says."""
    order.record(
        "decide",
        by,
        at,
        facts={**_decided(order, at), **why_it_waits(next_)},
        private={"decisions": [*order.private.get("decisions", []), decision]},
    )
    order.send(at, next_)


def _decided(order: WorkOrder, at: datetime) -> dict[str, Any]:
    order.lifecycle.next(order.state, "decide")
    *before, talk = order.facts["deliberations"]
    return {"deliberations": [*before, {**talk, "decided_at": at}]}
