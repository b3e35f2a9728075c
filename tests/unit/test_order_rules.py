"""What may be done with a work order: by whom, with what, and where it goes next."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.dispatch.domain.lifecycle import BEFORE_SERVICE
from services.dispatch.domain.order import WorkOrder
from services.dispatch.handlers import Dispatch
from services.dispatch.inquiries import Inquiries
from services.dispatch.organisation.stewards import Steward
from shared.kernel.actor import DISPATCHER, Actor
from shared.kernel.case import Notice
from shared.kernel.errors import Forbidden, Invalid, NotFound, Taken, UnknownCase
from tests.support.district import ELSEWHERE, IN_THE_GRID, RULEBOOK, directory, steward
from tests.support.memory import InMemoryOrders
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, a_steward, command

GRID, ESTATE, COMMUNITY = (a_steward(f"{place}-cleaner") for place in ("grid", "estate", "community"))
PICTURES = [{"kind": kind, "reference": "sample/1.jpg", "taken_at": NOON} for kind in ("before", "after")]


@pytest.fixture
def orders() -> InMemoryOrders:
    return InMemoryOrders()


@pytest.fixture
def dispatch(orders: InMemoryOrders) -> Dispatch:
    return Dispatch(orders, directory(), RULEBOOK)


def report(case_id: str, sequence: int = 2, **facts: Any) -> Notice:
    snapshot = {"reporter": RESIDENT_ONE.subject, "category": "cleaning", "position": IN_THE_GRID}
    moments = {"reported_at": NOON, "accepted_at": NOON}
    return Notice("intake", case_id, sequence, "ReportAccepted", "accepted", NOON, {**snapshot, **moments, **facts})


def evaluation(case_id: str, sequence: int, round_: int, **facts: Any) -> Notice:
    return Notice("evaluation", case_id, sequence, "Any", "any", NOON, {"round": round_, **facts})


def opened(dispatch: Dispatch, **facts: Any) -> str:
    case_id = str(uuid4())
    assert dispatch.follow([report(case_id, **facts)], NOON) == []
    return case_id


def order(orders: InMemoryOrders, case_id: str) -> WorkOrder:
    found = orders.load(case_id)
    assert found is not None
    return found


def served(dispatch: Dispatch, case_id: str, by: Actor) -> None:
    dispatch.carry_out("accept", command(by, case_id), NOON)
    dispatch.carry_out("start", command(by, case_id), NOON)
    dispatch.carry_out("complete", command(by, case_id, answer="示例答复", evidence=PICTURES), NOON)


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
