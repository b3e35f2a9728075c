"""Who appeals, who reviews, and what comes of it."""

from datetime import datetime, timedelta

import pytest

from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD, Actor
from shared.kernel.errors import Forbidden, Gone, IllegalTransition, NotFound
from tests.support.evaluations import CLOSED_AT, DONE, SERVER, SOON, Desk, order
from tests.support.people import NOON, RESIDENT_ONE, TERMS

STEWARD_WHO_SERVED = Actor(SERVER, STEWARD)
STREET = Actor("sample-head-of-street", DISPATCHER, "s")
ANOTHER_OF_THE_STREET = Actor("sample-deputy-of-street", DISPATCHER, "s")
GRID = Actor("sample-head-of-grid", DISPATCHER, "g")
DISTRICT = Actor("sample-head-of-district", DISPATCHER, "d")
APPEAL = {"ground": "beyond_control", "reason": "示例"}
GRANTED, REFUSED = {"granted": True, "reason": "示例"}, {"granted": False, "reason": "示例"}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def appealed(desk: Desk, by: Actor = STEWARD_WHO_SERVED) -> str:
    case_id = desk.settled()
    desk.do("appeal", by, case_id, **APPEAL)
    return case_id


@pytest.mark.parametrize("by", [STEWARD_WHO_SERVED, GRID, DISTRICT])
def test_who_served_appeals_or_a_dispatcher_of_the_place(desk: Desk, by: Actor) -> None:
    case_id = appealed(desk, by)
    assert desk.at(case_id).state == "disputed"
    assert desk.facts(case_id)["appeal"] == {
        "round": 1,
        "by": by.subject,
        "at": NOON,
        "ground": "beyond_control",
        "reviews": [],
    }


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (Actor("another-steward", STEWARD), NotFound),
        (Actor("sample-stranger", DISPATCHER, "elsewhere"), NotFound),
        (Actor(RESIDENT_ONE.subject, STEWARD), NotFound),  # a steward whose own report it is
        (Actor(SERVER, RESIDENT), Forbidden),
        (RESIDENT_ONE, Forbidden),
    ],
)
def test_nobody_else_appeals(desk: Desk, by: Actor, refusal: type[Exception]) -> None:
    case_id = desk.settled()
    with pytest.raises(refusal):
        desk.do("appeal", by, case_id, **APPEAL)
    assert desk.at(case_id).state == "settled"


def test_an_unrated_case_can_be_appealed_too_and_keeps_that_it_expired(desk: Desk) -> None:
    case_id = desk.expired()
    desk.do("appeal", STEWARD_WHO_SERVED, case_id, SOON, **APPEAL)
    desk.do("review", GRID, case_id, SOON, **REFUSED)
    assert (desk.at(case_id).state, desk.facts(case_id)["expired_at"]) == ("settled", CLOSED_AT)
    with pytest.raises(Gone):
        desk.do("rate", RESIDENT_ONE, case_id, SOON, contacted=True, resolved=True, satisfaction="satisfied", stars=5)


def test_an_open_case_cannot_be_appealed(desk: Desk) -> None:
    case_id = desk.invited()
    with pytest.raises(IllegalTransition):
        desk.do("appeal", STEWARD_WHO_SERVED, case_id, **APPEAL)


@pytest.mark.parametrize(
    ("at", "is_in_time"),
    [
        (NOON + TERMS.appeal_window - timedelta(milliseconds=1), True),
        (NOON + TERMS.appeal_window, False),
    ],
)
def test_the_window_counts_from_closing_to_the_millisecond(desk: Desk, at: datetime, is_in_time: bool) -> None:
    case_id = desk.settled()
    if is_in_time:
        assert desk.do("appeal", STEWARD_WHO_SERVED, case_id, at, **APPEAL).state == "disputed"
    else:
        with pytest.raises(Gone):
            desk.do("appeal", STEWARD_WHO_SERVED, case_id, at, **APPEAL)


def test_two_who_grant_exempt_the_case_and_the_fact_stays(desk: Desk) -> None:
    case_id = appealed(desk)
    ratings = desk.facts(case_id)["ratings"]
    assert desk.do("review", GRID, case_id, **GRANTED).state == "disputed"
    decided = desk.do("review", STREET, case_id, SOON, **GRANTED)
    assert (decided.state, decided.facts["exempt"], decided.facts["ratings"]) == ("settled", True, ratings)
    assert (decided.facts["appeal"]["decided_at"], decided.facts["appeal"]["granted"]) == (SOON, True)
    assert desk.verbs(case_id)[-4:] == ["appeal", "review", "review", "decide"]


@pytest.mark.parametrize("answers", [[REFUSED], [GRANTED, REFUSED]])
def test_one_refusal_ends_it_and_exempts_nothing(desk: Desk, answers: list[dict[str, object]]) -> None:
    case_id = appealed(desk)
    for by, answer in zip((GRID, STREET), answers, strict=False):
        decided = desk.do("review", by, case_id, **answer)
    assert (decided.state, decided.facts.get("exempt")) == ("settled", None)
    assert decided.facts["appeal"]["granted"] is False
    with pytest.raises(IllegalTransition):
        desk.do("review", DISTRICT, case_id, **GRANTED)


@pytest.mark.parametrize(
    ("first", "second", "is_right"),
    [
        (GRID, STREET, True),
        (STREET, ANOTHER_OF_THE_STREET, True),
        (GRID, DISTRICT, True),
        (STREET, GRID, False),
        (DISTRICT, STREET, False),
        (STREET, STREET, False),
        (STREET, Actor(STREET.subject, DISPATCHER, "d"), False),
    ],
)
def test_the_second_review_is_anothers_and_of_the_level_of_the_first_or_above(
    desk: Desk, first: Actor, second: Actor, is_right: bool
) -> None:
    case_id = appealed(desk)
    desk.do("review", first, case_id, **GRANTED)
    if is_right:
        assert desk.do("review", second, case_id, **GRANTED).facts["exempt"] is True
    else:
        with pytest.raises(Forbidden):
            desk.do("review", second, case_id, **GRANTED)
        assert desk.at(case_id).state == "disputed"


@pytest.mark.parametrize("reviewed_before", [True, False])
def test_nobody_reviews_their_own_appeal_or_what_they_served(desk: Desk, reviewed_before: bool) -> None:
    case_id = appealed(desk, STREET)
    if reviewed_before:
        desk.do("review", GRID, case_id, **GRANTED)
    for by in (STREET, Actor(SERVER, DISPATCHER, "d")):
        with pytest.raises(Forbidden):
            desk.do("review", by, case_id, **GRANTED)
    with pytest.raises(NotFound):
        desk.do("review", Actor("sample-stranger", DISPATCHER, "elsewhere"), case_id, **GRANTED)


def test_there_is_one_appeal_a_case(desk: Desk) -> None:
    case_id = appealed(desk)
    desk.do("review", GRID, case_id, **REFUSED)
    with pytest.raises(Forbidden):
        desk.do("appeal", GRID, case_id, **APPEAL)


def test_an_appeal_lapses_when_the_case_is_reopened_and_does_not_count(desk: Desk) -> None:
    case_id = appealed(desk)
    desk.do("review", GRID, case_id, **GRANTED)
    desk.hear(order(case_id, 9, DONE, {}))
    reopened = desk.at(case_id)
    assert (reopened.state, "lapsed_at" in reopened.facts["appeal"]) == ("expected", True)
    assert "exempt" not in reopened.facts
    desk.hear(order(case_id, 12, DONE, DONE))
    desk.do("rate", RESIDENT_ONE, case_id, contacted=True, resolved=True, satisfaction="satisfied", stars=5)
    again = desk.do("appeal", STEWARD_WHO_SERVED, case_id, **APPEAL)
    assert (again.state, again.facts["appeal"]["round"], again.facts["appeal"]["reviews"]) == ("disputed", 2, [])
    assert again.private["review_reasons"] == []


def test_reasons_are_private_and_nothing_of_an_appeal_goes_out(desk: Desk) -> None:
    case_id = desk.settled()
    desk.do("appeal", STEWARD_WHO_SERVED, case_id, ground="wrong_record", reason="PLANTED-1")
    desk.do("review", GRID, case_id, granted=True, reason="PLANTED-2")
    found = desk.at(case_id)
    assert found.private == {"appeal_reason": "PLANTED-1", "review_reasons": ["PLANTED-2"]}
    assert "PLANTED" not in repr((found.history, found.facts))
    assert "appeal" not in found.snapshot()
