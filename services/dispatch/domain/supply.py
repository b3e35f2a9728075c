"""供需对接: a wish, or a case of care, is met by what a station near by offers."""

from datetime import datetime

from services.dispatch.domain.order import WorkOrder
from shared.kernel.actor import STEWARD, Actor


def match(order: WorkOrder, by: Actor, at: datetime, offer: str) -> None:
    """The steward who holds the order, or a dispatcher, says which offer meets it; another may take its place."""
    if by.role == STEWARD:
        order.only_assignee("match", by)
    order.record("match", by, at, facts={"offer": offer})
