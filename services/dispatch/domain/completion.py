"""办结 and 核查: the steward completes with an answer and pictures, and somebody else looks at what was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.dispatch.domain import clocks
from services.dispatch.domain.clocks import FINISH
from services.dispatch.domain.joint import require_parts_done, takes_part
from services.dispatch.domain.order import WorkOrder
from services.dispatch.domain.project import require_milestones_reached
from shared.kernel.actor import Actor
from shared.kernel.errors import Forbidden, Invalid

SECOND = timedelta(seconds=1)


def complete(order: WorkOrder, by: Actor, at: datetime, answer: str, evidence: Sequence[Mapping[str, Any]]) -> None:
    """A public answer always, and pictures where the category asks for them.

    Raises Invalid without them, or while a part of a joint order or a milestone of a project is open.
    """
    order.only_assignee("complete", by)
    require_parts_done(order)
    require_milestones_reached(order)
    shown = {item["kind"] for item in evidence}
    missing = [kind for kind in order.terms.evidence.kinds if kind not in shown]
    if missing:
        raise Invalid(
            {"evidence": [f"This category needs a picture of the place {kind} the work." for kind in missing]}
        )
    due_at = order.facts.get("due_at")
    turn = order.this_round(
        completed_at=at,
        served_by=by.subject,
        due_at=due_at,
        in_time=due_at is None or at <= due_at,
        handling=_handling(order, at),
        to_verify=order.terms.verification,
        **_pictures(evidence),
    )
    order.record("complete", by, at, facts=turn, private={"answer": answer, "evidence": list(evidence)})


def verify(order: WorkOrder, by: Actor, at: datetime) -> None:
    """核查: by anyone but those who served. Raises Invalid where the category does not ask for it."""
    _require_verification(order, "verify", by)
    order.record("verify", by, at, facts=order.this_round(verified_at=at))


def reject(order: WorkOrder, by: Actor, at: datetime, reason: str) -> None:
    """返工 by a person: an inspector who is not content, or a dispatcher who opens the case again."""
    if by.role != "dispatcher":
        _require_verification(order, "rework", by)
    order.rework(by, at, reason)


def _pictures(evidence: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The ids go out with the event, so that pictures hears whose they are; what stands beside them stays private."""
    named = [item["picture"] for item in evidence if "picture" in item]
    return {"pictures": named} if named else {}


def _handling(order: WorkOrder, at: datetime) -> int:
    """Seconds, half up, that the finish clock of this round has run."""
    elapsed = order.timetable.elapsed(FINISH, order.facts["category"], clocks.read(order.facts)[FINISH], at)
    return (elapsed + SECOND / 2) // SECOND


def _require_verification(order: WorkOrder, verb: str, by: Actor) -> None:
    order.lifecycle.permit(verb, by)
    order.lifecycle.next(order.state, verb)
    if not order.rounds[-1].get("to_verify") or order.state != "completed":
        raise Invalid({"category": ["This order waits for no verification."]})
    if order.rounds[-1]["served_by"] == by.subject or takes_part(order, by.subject):
        raise Forbidden(verb, by.role, "Nobody verifies what they served themselves.")
