"""矛盾调解: a dispute is confidential; where talking is not enough, police and lawyer come together."""

from collections.abc import Mapping
from datetime import datetime

from services.dispatch.domain.joint import convene
from services.dispatch.domain.order import WorkOrder
from shared.kernel.actor import STEWARD, Actor
from shared.kernel.errors import Invalid

TASKS = {
    "police": "到场维护秩序、了解情况。 Keep the peace and hear both sides.",
    "lawyer": "释法说理、给出法律意见。 Explain the law and advise.",
}


def call_law(order: WorkOrder, by: Actor, at: datetime, called: Mapping[str, str | None]) -> None:
    """All of `called` (police, lawyer → the steward found) or none.

    Raises Invalid for an order that is no dispute, or where one of them cannot be found.
    """
    if by.role == STEWARD:
        order.only_assignee("call_law", by)
    if order.terms.kind != "dispute":
        raise Invalid({"category": ["Only a dispute goes to police and lawyer."]})
    if missing := [who for who, steward in called.items() if steward is None]:
        raise Invalid(
            {
                who: [f"No {who} serves this place or one above it: transfer the order to where one does."]
                for who in missing
            }
        )
    parties = [{"steward": str(steward), "task": TASKS[who]} for who, steward in called.items()]
    convene(order, by, at, parties, verb="call_law")
