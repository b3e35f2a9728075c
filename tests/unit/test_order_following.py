"""How an order follows its report and its evaluation: withdrawn, reworked, supervised, closed."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from services.dispatch.domain.lifecycle import BEFORE_SERVICE
from services.dispatch.handlers import Dispatch
from shared.kernel.errors import NotFound, UnknownCase
from tests.support.district import RULEBOOK, directory, steward
from tests.support.memory import InMemoryOrders
from tests.support.orders import GRID, evaluation, opened, order, report, served
from tests.support.people import HEAD, NOON, a_steward, command


def test_the_first_rework_goes_to_the_same_steward(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    served(dispatch, case_id, GRID)
    assert dispatch.follow([evaluation(case_id, 4, 2, rework_requested_at=NOON)], NOON) == []
    reworked = order(orders, case_id)
    assert (reworked.state, reworked.facts["assignee"], reworked.round) == ("reworking", "grid-cleaner", 2)
    assert "supervised" not in reworked.facts
    served(dispatch, case_id, GRID)
    assert [turn["served_by"] for turn in order(orders, case_id).rounds] == ["grid-cleaner"] * 2


def test_the_second_rework_goes_one_level_up_under_supervision(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    for round_, sequence in ((2, 4), (3, 7)):
        served(dispatch, case_id, GRID)
        dispatch.follow([evaluation(case_id, sequence, round_, rework_requested_at=NOON)], NOON)
    escalated = order(orders, case_id)
    assert (escalated.state, escalated.facts["assignee"], escalated.round) == ("assigned", "estate-cleaner", 3)
    assert (escalated.facts["supervised"], escalated.facts["unit"]) == (True, "e")
    assert escalated.facts["unit_path"] == ["d", "s", "c", "e"]


def test_a_second_rework_without_anyone_else_waits_for_a_dispatcher(orders: InMemoryOrders) -> None:
    dispatch, by = Dispatch(orders, directory(steward("only", "g", "cleaning")), RULEBOOK), a_steward("only")
    case_id = opened(dispatch)
    for round_, sequence in ((2, 4), (3, 7)):
        served(dispatch, case_id, by)
        dispatch.follow([evaluation(case_id, sequence, round_, rework_requested_at=NOON)], NOON)
    waiting = order(orders, case_id)
    assert (waiting.state, waiting.facts["assignee"]) == ("reworking", None)
    with pytest.raises(NotFound):
        dispatch.carry_out("accept", command(by, case_id), NOON)
    assert dispatch.carry_out("assign", command(HEAD, case_id, steward="only"), NOON).state == "assigned"


@pytest.mark.parametrize("verdict", ["settled_at", "expired_at"])
def test_it_closes_once_its_last_round_is_judged(dispatch: Dispatch, orders: InMemoryOrders, verdict: str) -> None:
    case_id = opened(dispatch)
    served(dispatch, case_id, GRID)
    dispatch.follow([evaluation(case_id, 4, 1, **{verdict: NOON})], NOON)
    assert (order(orders, case_id).state, order(orders, case_id).facts["closed_at"]) == ("closed", NOON)


def test_a_verdict_after_a_rework_closes_and_asks_for_no_other(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    served(dispatch, case_id, GRID)
    dispatch.follow([evaluation(case_id, 4, 2, rework_requested_at=NOON)], NOON)
    served(dispatch, case_id, GRID)
    dispatch.follow([evaluation(case_id, 7, 2, rework_requested_at=NOON, settled_at=NOON)], NOON)
    assert (order(orders, case_id).state, order(orders, case_id).round) == ("closed", 2)


def test_the_verdict_on_an_earlier_round_closes_no_later_one(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    served(dispatch, case_id, GRID)
    dispatch.follow([evaluation(case_id, 4, 2, rework_requested_at=NOON)], NOON)
    served(dispatch, case_id, GRID)
    dispatch.follow([evaluation(case_id, 5, 1, settled_at=NOON)], NOON)
    assert order(orders, case_id).state == "completed"


def _nothing(_: Dispatch, __: str) -> None:
    """Assigned by itself."""


def _accept(dispatch: Dispatch, case_id: str) -> None:
    dispatch.carry_out("accept", command(GRID, case_id), NOON)


def _start(dispatch: Dispatch, case_id: str) -> None:
    _accept(dispatch, case_id)
    dispatch.carry_out("start", command(GRID, case_id), NOON)


@pytest.mark.parametrize(
    ("until", "outcome"), [(_nothing, "cancelled"), (_accept, "cancelled"), (_start, "in_progress")]
)
def test_a_withdrawal_cancels_until_the_work_has_started(
    dispatch: Dispatch, orders: InMemoryOrders, until: Callable[[Dispatch, str], None], outcome: str
) -> None:
    case_id = opened(dispatch)
    until(dispatch, case_id)
    assert dispatch.follow([report(case_id, 3, withdrawal_requested_at=NOON)], NOON) == []
    assert order(orders, case_id).state == outcome
    assert order(orders, case_id).inbox == {"intake": 3}


def test_service_starts_with_the_work_itself() -> None:
    assert {"pending", "pooled", "deliberating", "assigned", "accepted"} == BEFORE_SERVICE


def test_a_withdrawal_that_arrives_during_a_rework_cancels_nothing(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    served(dispatch, case_id, GRID)
    dispatch.follow([evaluation(case_id, 3, 2, rework_requested_at=NOON)], NOON)
    dispatch.carry_out("accept", command(GRID, case_id), NOON)
    assert dispatch.follow([report(case_id, 3, withdrawal_requested_at=NOON)], NOON) == []
    assert order(orders, case_id).state == "accepted"


def test_a_withdrawal_that_overtakes_the_acceptance_ends_as_in_order(
    dispatch: Dispatch, orders: InMemoryOrders
) -> None:
    overtaken, in_order = str(uuid4()), opened(dispatch)
    dispatch.follow([report(in_order, 3, withdrawal_requested_at=NOON)], NOON)
    dispatch.follow([report(overtaken, 3, withdrawal_requested_at=NOON), report(overtaken, 2)], NOON)
    histories = [
        [(event.verb, event.state) for event in order(orders, case_id).history] for case_id in (in_order, overtaken)
    ]
    assert histories[0] == histories[1] == [("open", "pending"), ("assign", "assigned"), ("cancel", "cancelled")]


def test_an_evaluation_without_its_order_is_a_failure(dispatch: Dispatch) -> None:
    failures = dispatch.follow([evaluation(str(uuid4()), 4, 2)], NOON)
    assert [type(error) for _, error in failures] == [UnknownCase]
