"""A dispatcher's waiting list on the real store: everything that nobody holds is on it, and nothing else."""

import pytest

from services.dispatch.handlers import Dispatch
from services.dispatch.inquiries import Inquiries
from services.dispatch.repository import MongoOrders
from tests.support.district import ELSEWHERE, RULEBOOK, directory, steward
from tests.support.orders import evaluation, opened, served
from tests.support.people import HEAD, NOON, a_steward, command

pytestmark = pytest.mark.servers

DIRECTORY = directory(steward("only", "g", "cleaning"))


@pytest.fixture
def dispatch(orders: MongoOrders) -> Dispatch:
    return Dispatch(orders, DIRECTORY, RULEBOOK)


def served_in_vain(dispatch: Dispatch, case_id: str, round_: int) -> None:
    served(dispatch, case_id, a_steward("only"))
    asked = evaluation(case_id, 3 * round_, round_, rework_requested_at=NOON)
    assert dispatch.follow([asked], NOON) == []


def waiting(orders: MongoOrders) -> set[str]:
    return {order.case_id for order in Inquiries(orders, DIRECTORY, RULEBOOK).page(HEAD, "waiting", NOON).items}


def test_what_nobody_holds_waits_and_nothing_else(dispatch: Dispatch, orders: MongoOrders) -> None:
    opened(dispatch)  # goes to the steward
    unplaced = opened(dispatch, position=ELSEWHERE)
    assert waiting(orders) == {unplaced}


def test_a_supervised_rework_without_anyone_else_waits_in_sight(dispatch: Dispatch, orders: MongoOrders) -> None:
    case_id = opened(dispatch)
    served_in_vain(dispatch, case_id, 2)
    assert waiting(orders) == set()  # the first rework stays with its steward
    served_in_vain(dispatch, case_id, 3)
    assert waiting(orders) == {case_id}
    dispatch.carry_out("assign", command(HEAD, case_id, steward="only"), NOON)
    assert waiting(orders) == set()
