"""A dispatcher's waiting list on the real store: everything that nobody holds is on it, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from services.dispatch.handlers import Dispatch
from services.dispatch.repository import MongoOrders
from shared.contracts.topology import DISPATCH
from shared.runtime.relay import Relay
from steward.stack import Stack
from tests.support.district import ELSEWHERE, RULEBOOK, directory, steward
from tests.support.orders import evaluation, opened, served
from tests.support.people import HEAD, NOON, a_steward, command

pytestmark = pytest.mark.servers


@pytest.fixture
def dispatch(servers: Stack) -> Iterator[Dispatch]:
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(DISPATCH), tz_aware=True)
    collection = client[DISPATCH]["work_orders"]
    with client:
        orders = MongoOrders(collection, Relay(DISPATCH, servers.addresses.amqp_uri(DISPATCH), collection))
        yield Dispatch(orders, directory(steward("only", "g", "cleaning")), RULEBOOK)
        collection.drop()


def served_in_vain(dispatch: Dispatch, case_id: str, round_: int) -> None:
    served(dispatch, case_id, a_steward("only"))
    asked = evaluation(case_id, 3 * round_, round_, rework_requested_at=NOON)
    assert dispatch.follow([asked], NOON) == []


def waiting(dispatch: Dispatch) -> set[str]:
    return {order.case_id for order in dispatch.page(HEAD, "waiting", None)}


def test_what_nobody_holds_waits_and_nothing_else(dispatch: Dispatch) -> None:
    opened(dispatch)  # goes to the steward
    unplaced = opened(dispatch, position=ELSEWHERE)
    assert waiting(dispatch) == {unplaced}


def test_a_supervised_rework_without_anyone_else_waits_in_sight(dispatch: Dispatch) -> None:
    case_id = opened(dispatch)
    served_in_vain(dispatch, case_id, 2)
    assert waiting(dispatch) == set()  # the first rework stays with its steward
    served_in_vain(dispatch, case_id, 3)
    assert waiting(dispatch) == {case_id}
    dispatch.carry_out("assign", command(HEAD, case_id, steward="only"), NOON)
    assert waiting(dispatch) == set()
