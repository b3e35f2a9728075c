"""Work orders as tests open and serve them: what dispatch hears, and the steps of a steward."""

from typing import Any
from uuid import uuid4

from services.dispatch.domain.order import WorkOrder
from services.dispatch.handlers import Dispatch
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from tests.support.district import IN_THE_GRID
from tests.support.memory import InMemoryOrders
from tests.support.people import NOON, RESIDENT_ONE, a_steward, command

GRID, ESTATE, COMMUNITY = (a_steward(f"{place}-cleaner") for place in ("grid", "estate", "community"))
PICTURES = [{"kind": kind, "reference": "sample/1.jpg", "taken_at": NOON} for kind in ("before", "after")]


def report(case_id: str, sequence: int = 2, **facts: Any) -> Notice:
    """Of a cleaning in the grid, accepted at noon."""
    snapshot = {"reporter": RESIDENT_ONE.subject, "category": "cleaning", "position": IN_THE_GRID}
    moments = {"reported_at": NOON, "accepted_at": NOON}
    return Notice("intake", case_id, sequence, "ReportAccepted", "accepted", NOON, {**snapshot, **moments, **facts})


def evaluation(case_id: str, sequence: int, round_: int, **facts: Any) -> Notice:
    return Notice("evaluation", case_id, sequence, "Any", "any", NOON, {"round": round_, **facts})


def opened(dispatch: Dispatch, **facts: Any) -> str:
    """The id of a new order."""
    case_id = str(uuid4())
    assert dispatch.follow([report(case_id, **facts)], NOON) == []
    return case_id


def order(orders: InMemoryOrders, case_id: str) -> WorkOrder:
    found = orders.load(case_id)
    assert found is not None
    return found


def started(dispatch: Dispatch, case_id: str, by: Actor) -> None:
    dispatch.carry_out("accept", command(by, case_id), NOON)
    dispatch.carry_out("start", command(by, case_id), NOON)


def served(dispatch: Dispatch, case_id: str, by: Actor) -> None:
    started(dispatch, case_id, by)
    dispatch.carry_out("complete", command(by, case_id, answer="示例答复", evidence=PICTURES), NOON)
