"""What may be done with a work order before it is judged: who gets it, who serves it, who sees it."""

from typing import Any
from uuid import uuid4

import pytest

from services.dispatch.handlers import Dispatch
from services.dispatch.inquiries import Inquiries
from services.dispatch.organisation.stewards import Steward
from shared.kernel.actor import DISPATCHER, Actor
from shared.kernel.errors import Forbidden, Invalid, NotFound, Taken
from tests.support.district import ELSEWHERE, RULEBOOK, directory, steward
from tests.support.memory import InMemoryOrders
from tests.support.orders import COMMUNITY, ESTATE, GRID, PICTURES, opened, order, report, served
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, a_steward, command


def test_an_accepted_report_opens_an_order_and_goes_to_the_nearest(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    found = order(orders, opened(dispatch))
    assert [event.verb for event in found.history] == ["open", "assign"]
    assert (found.facts["assignee"], found.facts["unit"]) == ("grid-cleaner", "g")
    assert found.facts["unit_path"] == ["d", "s", "c", "e", "g"]
    assert found.facts["why"]["reason"] == "best_score"


def test_a_category_that_is_not_known_yet_fails_alone_and_not_the_batch(
    dispatch: Dispatch, orders: InMemoryOrders
) -> None:
    known, unknown = str(uuid4()), str(uuid4())
    failures = dispatch.follow([report(unknown, category="too_new"), report(known)], NOON)
    assert [notice.case_id for notice, _ in failures] == [unknown]
    assert order(orders, known).state == "assigned"
    assert orders.load(unknown) is None


@pytest.mark.parametrize("facts", [{"position": ELSEWHERE}, {"position": None}])
def test_without_a_known_place_it_waits_for_a_person(
    dispatch: Dispatch, orders: InMemoryOrders, facts: dict[str, Any]
) -> None:
    case_id = opened(dispatch, **facts)
    waiting = order(orders, case_id)
    assert (waiting.state, waiting.facts["why"]["reason"]) == ("pending", "place_unknown")
    assert "unit" not in waiting.facts
    with pytest.raises(Invalid) as refusal:
        dispatch.carry_out("assign", command(HEAD, case_id, steward="grid-cleaner"), NOON)
    assert list(refusal.value.errors) == ["unit"]
    placed = dispatch.carry_out("place", command(HEAD, case_id, unit="h"), NOON)
    assert (placed.facts["unit"], placed.facts["assignee"]) == ("h", "estate-cleaner")
    assert [event.by.subject for event in placed.history[1:]] == [HEAD.subject, "dispatch"]


@pytest.mark.parametrize(
    ("step", "body", "field"), [("place", {"unit": "nowhere"}, "unit"), ("assign", {"steward": "nobody"}, "steward")]
)
def test_an_unknown_unit_or_steward_is_named(
    dispatch: Dispatch, orders: InMemoryOrders, step: str, body: dict[str, str], field: str
) -> None:
    case_id = opened(dispatch, position=None)
    with pytest.raises(Invalid) as refusal:
        dispatch.carry_out(step, command(HEAD, case_id, **body), NOON)
    assert list(refusal.value.errors) == [field]
    assert order(orders, case_id).version == 1


def test_a_wish_is_claimed_by_the_first_and_never_assigned(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch, category="small_wish")
    assert order(orders, case_id).state == "pooled"
    claimed = dispatch.carry_out("claim", command(ESTATE, case_id), NOON)
    assert (claimed.state, claimed.facts["assignee"]) == ("assigned", "estate-cleaner")
    with pytest.raises(Taken) as refusal:
        dispatch.carry_out("claim", command(GRID, case_id), NOON)
    assert refusal.value.by == "estate-cleaner"
    with pytest.raises(Invalid, match="never assigned"):
        dispatch.carry_out(
            "assign", command(HEAD, opened(dispatch, category="small_wish"), steward="grid-cleaner"), NOON
        )


def test_of_two_claims_at_once_one_wins(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch, category="small_wish")
    orders.rivals.append(lambda: dispatch.carry_out("claim", command(GRID, case_id), NOON))
    with pytest.raises(Taken):
        dispatch.carry_out("claim", command(ESTATE, case_id), NOON)
    assert order(orders, case_id).facts["assignee"] == "grid-cleaner"


def test_a_claim_needs_the_skills(orders: InMemoryOrders) -> None:
    full = steward("full", "g", "cleaning", capacity=1)
    dispatch = Dispatch(orders, directory(full, steward("unskilled", "e", "lighting")), RULEBOOK)
    opened(dispatch)
    pooled = opened(dispatch)
    assert order(orders, pooled).facts["why"]["reason"] == "all_at_capacity"
    with pytest.raises(Forbidden, match="cleaning"):
        dispatch.carry_out("claim", command(a_steward("unskilled"), pooled), NOON)
    assert order(orders, pooled).state == "pooled"


def test_who_serves_nowhere_claims_nothing_not_even_what_they_reported(
    dispatch: Dispatch, orders: InMemoryOrders
) -> None:
    case_id = opened(dispatch, category="small_wish")
    with pytest.raises(NotFound):
        dispatch.carry_out("claim", command(a_steward(RESIDENT_ONE.subject), case_id), NOON)
    assert order(orders, case_id).state == "pooled"


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("accept", {}),
        ("start", {}),
        ("complete", {"answer": "示例", "evidence": PICTURES}),
        ("return", {"reason": "示例"}),
    ],
)
def test_only_the_assignee_serves(dispatch: Dispatch, orders: InMemoryOrders, step: str, body: dict[str, Any]) -> None:
    case_id = opened(dispatch)
    if step in ("start", "complete"):
        dispatch.carry_out("accept", command(GRID, case_id), NOON)
    if step == "complete":
        dispatch.carry_out("start", command(GRID, case_id), NOON)
    before = order(orders, case_id).version
    asked = command(ESTATE, case_id, **body)
    with pytest.raises(Forbidden):
        dispatch.carry_out(step, asked, NOON)
    assert order(orders, case_id).version == before


def test_returned_it_goes_to_another_and_never_back_by_itself(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    went_to = []
    for by in (GRID, ESTATE, COMMUNITY):
        returned = dispatch.carry_out("return", command(by, case_id, reason="示例理由"), NOON)
        went_to.append(returned.facts["assignee"])
    assert went_to == ["estate-cleaner", "community-cleaner", None]
    assert (returned.state, returned.facts["returns"]) == ("pending", 3)
    assert returned.facts["why"]["reason"] == "nobody_left"
    assert "示例理由" not in repr(order(orders, case_id).history)


@pytest.mark.parametrize(
    ("category", "pictures", "missing"),
    [
        ("cleaning", [], 1),
        ("cleaning", PICTURES[:1], 1),
        ("disorderly_parking", [], 2),
        ("disorderly_parking", PICTURES[1:], 1),
    ],
)
def test_the_category_says_which_pictures_a_completion_needs(
    orders: InMemoryOrders, category: str, pictures: list[dict[str, Any]], missing: int
) -> None:
    skilled: Steward = steward("skilled", "g", "cleaning", "order_keeping")
    dispatch, by = Dispatch(orders, directory(skilled), RULEBOOK), a_steward("skilled")
    case_id = opened(dispatch, category=category)
    dispatch.carry_out("accept", command(by, case_id), NOON)
    dispatch.carry_out("start", command(by, case_id), NOON)
    with pytest.raises(Invalid) as refusal:
        dispatch.carry_out("complete", command(by, case_id, answer="示例", evidence=pictures), NOON)
    assert len(refusal.value.errors["evidence"]) == missing
    completed = dispatch.carry_out("complete", command(by, case_id, answer="示例", evidence=PICTURES), NOON)
    assert completed.state == "completed"
    assert completed.rounds[0]["served_by"] == "skilled"


def test_the_public_answer_is_in_no_event(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = opened(dispatch)
    served(dispatch, case_id, GRID)
    found = order(orders, case_id)
    assert found.private["answer"] == "示例答复"
    assert "示例答复" not in repr((found.history, found.facts))


@pytest.mark.parametrize(
    ("by", "is_theirs"),
    [
        (RESIDENT_ONE, True),
        (RESIDENT_TWO, False),
        (GRID, True),
        (a_steward("street-mediator"), True),
        (a_steward("nobody"), False),
        (Actor("sample-head", DISPATCHER, "s"), True),
        (Actor("sample-head", DISPATCHER, "h"), False),
        (Actor("sample-head", DISPATCHER), False),
    ],
)
def test_an_order_is_the_business_of_few(
    dispatch: Dispatch, orders: InMemoryOrders, by: Actor, is_theirs: bool
) -> None:
    case_id, inquiries = opened(dispatch), Inquiries(orders, directory(), RULEBOOK)
    if is_theirs:
        assert inquiries.get(case_id, by).case_id == case_id
    else:
        with pytest.raises(NotFound):
            inquiries.get(case_id, by)


def test_capacity_is_kept_within_a_batch(orders: InMemoryOrders) -> None:
    two = (steward("one", "g", "cleaning", capacity=2), steward("two", "e", "cleaning", capacity=1))
    dispatch = Dispatch(orders, directory(*two), RULEBOOK)
    ids = [str(uuid4()) for _ in range(5)]
    dispatch.follow([report(case_id) for case_id in ids], NOON)
    found = [order(orders, case_id) for case_id in ids]
    assert sorted(one.facts["assignee"] for one in found[:3]) == ["one", "one", "two"]
    assert [one.facts.get("assignee") for one in found[3:]] == [None, None]
    assert [one.state for one in found[3:]] == ["pooled", "pooled"]
