"""Work orders as tests open and serve them: what dispatch hears, and the steps of a steward."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from services.dispatch.domain.order import WorkOrder
from services.dispatch.handlers import Dispatch
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.errors import Invalid
from tests.support.district import IN_THE_GRID
from tests.support.memory import InMemoryOrders
from tests.support.people import HEAD, NOON, RESIDENT_ONE, a_steward, command

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
    take(dispatch, case_id, "accept", by)
    take(dispatch, case_id, "start", by)


def served(dispatch: Dispatch, case_id: str, by: Actor) -> None:
    started(dispatch, case_id, by)
    take(dispatch, case_id, "complete", by, answer="示例答复", evidence=PICTURES)


def take(dispatch: Dispatch, case_id: str, verb: str, by: Actor = HEAD, **body: Any) -> WorkOrder:
    """One step, by the dispatcher of the district unless said otherwise."""
    return dispatch.carry_out(verb, command(by, case_id, **body), NOON)


def refused(dispatch: Dispatch, case_id: str, verb: str, by: Actor = HEAD, **body: Any) -> Mapping[str, list[str]]:
    """Why, of a step that the rules refuse."""
    with pytest.raises(Invalid) as refusal:
        take(dispatch, case_id, verb, by, **body)
    return refusal.value.errors
