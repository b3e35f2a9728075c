"""From hand to hand: transfers 转派, wishes 微心愿, questions to the resident 请补充, verification 核查."""

import pytest

from services.dispatch.domain import completion
from services.dispatch.domain.joint import convene, finish_part
from services.dispatch.handlers import Dispatch
from shared.kernel.actor import INSPECTOR, Actor
from shared.kernel.errors import Forbidden, IllegalTransition, Invalid, NotFound
from tests.support.district import RULEBOOK, directory, steward
from tests.support.memory import InMemoryOrders
from tests.support.orders import (
    COMMUNITY,
    ESTATE,
    GRID,
    PICTURES,
    evaluation,
    opened,
    order,
    refused,
    served,
    started,
    take,
)
from tests.support.people import HEAD, LOOKER, NOON, RESIDENT_ONE, RESIDENT_TWO, a_steward
from tests.support.timed_order import TimedOrder, at_work

# Transfers


def test_transferred_it_goes_to_another_and_never_back_by_itself(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    went_to = [take(dispatch, case_id, "transfer", reason="示例理由").facts["assignee"] for _ in range(2)]
    assert went_to == ["estate-cleaner", "community-cleaner"]
    waiting = take(dispatch, case_id, "transfer", reason="示例理由")
    assert (waiting.state, waiting.facts["assignee"], waiting.facts["transfers"]) == ("pending", None, 3)
    assert "示例理由" not in repr(order(orders, case_id).history)


def test_by_hand_it_goes_to_anyone_and_back_too(dispatch: Dispatch) -> None:
    case_id = opened(dispatch)
    take(dispatch, case_id, "transfer", reason="示例", steward="community-cleaner")
    back = take(dispatch, case_id, "transfer", reason="示例", steward="grid-cleaner")
    assert (back.state, back.facts["assignee"], back.facts["why"]) == (
        "assigned",
        "grid-cleaner",
        {"reason": "by_hand", "by": HEAD.subject},
    )


def test_to_another_unit_it_is_routed_there(dispatch: Dispatch) -> None:
    moved = take(dispatch, opened(dispatch), "transfer", reason="示例", unit="h")
    assert (moved.facts["unit"], moved.facts["unit_path"]) == ("h", ["d", "s", "c", "e", "h"])
    assert moved.facts["assignee"] == "estate-cleaner"


@pytest.mark.parametrize("where", [{"unit": "nowhere"}, {"steward": "nobody"}])
def test_to_nowhere_and_nobody_nothing_is_transferred(
    dispatch: Dispatch, orders: InMemoryOrders, where: dict[str, str]
) -> None:
    case_id = opened(dispatch)
    assert list(refused(dispatch, case_id, "transfer", reason="示例", **where)) == list(where)
    assert order(orders, case_id).facts["assignee"] == "grid-cleaner"


def test_out_of_the_middle_of_the_work_the_next_one_begins_anew(dispatch: Dispatch) -> None:
    case_id = opened(dispatch)
    started(dispatch, case_id, GRID)
    take(dispatch, case_id, "transfer", reason="示例")
    with pytest.raises(IllegalTransition):
        take(dispatch, case_id, "complete", ESTATE, answer="示例", evidence=PICTURES)
    served(dispatch, case_id, ESTATE)


def test_a_rework_that_nobody_holds_was_transferred_from_nobody(orders: InMemoryOrders) -> None:
    dispatch, only = Dispatch(orders, directory(steward("only", "g", "cleaning")), RULEBOOK), a_steward("only")
    case_id = opened(dispatch)
    for round_, sequence in ((2, 4), (3, 7)):
        served(dispatch, case_id, only)
        dispatch.follow([evaluation(case_id, sequence, round_, rework_requested_at=NOON)], NOON)
    moved = take(dispatch, case_id, "transfer", reason="示例", unit="h")
    assert (moved.state, moved.facts.get("transferred_from", [])) == ("pending", [])


# Wishes


@pytest.mark.parametrize("verb", ["assign", "decide"])
def test_a_wish_in_the_pool_is_given_to_nobody(dispatch: Dispatch, orders: InMemoryOrders, verb: str) -> None:
    case_id = opened(dispatch, category="small_wish")
    body = {}
    if verb == "decide":
        take(dispatch, case_id, "deliberate", matter="small", question="示例", parties=["community", "residents"])
        body = {"decision": "示例"}
    before = order(orders, case_id).version
    assert list(refused(dispatch, case_id, verb, steward="grid-cleaner", **body)) == ["steward"]
    assert order(orders, case_id).version == before


def test_a_claimed_wish_goes_back_to_the_pool_and_to_nobody_else(dispatch: Dispatch) -> None:
    case_id = opened(dispatch, category="small_wish")
    take(dispatch, case_id, "claim", GRID)
    assert list(refused(dispatch, case_id, "transfer", reason="示例", steward="estate-cleaner")) == ["steward"]
    assert take(dispatch, case_id, "transfer", reason="示例").state == "pooled"
    assert take(dispatch, case_id, "claim", ESTATE).facts["assignee"] == "estate-cleaner"


# Questions to the resident


def test_the_work_goes_on_when_the_resident_has_answered(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    started(dispatch, case_id, GRID)
    for number in ("一", "二"):
        asked = take(dispatch, case_id, "ask", GRID, question=f"示例问{number}?")
        assert (asked.state, asked.private["question"]) == ("needs_information", f"示例问{number}?")
        told = take(dispatch, case_id, "inform", RESIDENT_ONE, text=f"示例答{number}")
        assert told.state == "in_progress"
    assert told.private["information"] == ["示例答一", "示例答二"]
    assert "示例" not in repr(order(orders, case_id).history)


def test_only_who_serves_asks_and_only_who_reported_answers(dispatch: Dispatch) -> None:
    case_id = opened(dispatch)
    started(dispatch, case_id, GRID)
    with pytest.raises(Forbidden):
        take(dispatch, case_id, "ask", COMMUNITY, question="示例?")
    take(dispatch, case_id, "ask", GRID, question="示例?")
    with pytest.raises(NotFound):
        take(dispatch, case_id, "inform", RESIDENT_TWO, text="示例")
    with pytest.raises(IllegalTransition):
        take(dispatch, case_id, "complete", GRID, answer="示例", evidence=PICTURES)


# Verification

DONE = "2026-09-28 10:00 complete"


def completed(terms: str = "verification") -> TimedOrder:
    one = at_work(terms)
    one.do(DONE)
    return one


def test_somebody_else_looks_at_what_was_done() -> None:
    one = completed()
    assert one.order.rounds[0]["to_verify"]
    completion.verify(one.order, LOOKER, NOON)
    assert (one.order.state, one.order.rounds[0]["verified_at"]) == ("verified", NOON)


@pytest.mark.parametrize("who", ["one", "helper"])
def test_not_who_served_nor_who_had_a_part_in_it(who: str) -> None:
    one = at_work("verification")
    convene(one.order, HEAD, NOON, [{"steward": "helper", "task": "示例"}])
    finish_part(one.order, a_steward("helper"), NOON)
    one.do(DONE)
    by = Actor(who, INSPECTOR, "d")
    with pytest.raises(Forbidden, match="served themselves"):
        completion.verify(one.order, by, NOON)
    with pytest.raises(Forbidden, match="served themselves"):
        completion.reject(one.order, by, NOON, "示例")


def test_who_served_an_earlier_round_may_look_at_a_later_one() -> None:
    one = completed()
    one.do("2026-09-28 11:00 rework_supervised two", "2026-09-28 11:00 accept", "2026-09-28 11:00 start")
    one.do("2026-09-28 12:00 complete")
    completion.verify(one.order, Actor("one", INSPECTOR, "d"), NOON)
    assert one.order.state == "verified"


@pytest.mark.parametrize("step", ["verify", "send_back"])
def test_only_where_the_category_asks_for_it(step: str) -> None:
    completed("").follow(f"2026-09-28 11:00 {step} | refused category")


@pytest.mark.parametrize("since", ["2026-09-28 11:00 verify", "2026-09-28 11:00 verify\n2026-09-28 11:00 close"])
def test_once_verified_the_inspector_sends_nothing_back_but_a_dispatcher_opens_it_again(since: str) -> None:
    one = completed()
    one.follow(since)
    with pytest.raises(Invalid, match="no verification"):
        completion.reject(one.order, LOOKER, NOON, "示例")
    completion.reject(one.order, HEAD, NOON, "示例")
    assert (one.order.state, one.order.round) == ("reworking", 2)


def test_what_is_sent_back_is_a_new_round_for_the_same_steward() -> None:
    one = completed()
    completion.reject(one.order, LOOKER, NOON, "示例理由")
    assert (one.order.state, one.order.facts["assignee"], one.order.round) == ("reworking", "one", 2)
    assert "verified_at" not in one.order.rounds[0]
    assert one.order.private["rework_reason"] == "示例理由"
    assert "示例理由" not in repr(one.order.history)


def test_nobody_but_an_inspector_verifies() -> None:
    for by in (HEAD, a_steward("two"), RESIDENT_TWO):
        with pytest.raises(Forbidden):
            completion.verify(completed().order, by, NOON)
