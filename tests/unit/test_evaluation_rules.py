"""Who rates what and when, and what comes of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.evaluation import handlers
from services.evaluation.domain.evaluation import Evaluation
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor
from shared.kernel.case import Notice
from shared.kernel.errors import Forbidden, Gone, IllegalTransition, NotFound
from tests.support.memory import InMemoryEvaluations
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, TERMS, WINDOW, a_steward, command

HAPPY = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}
UNHAPPY = HAPPY | {"satisfaction": "dissatisfied", "stars": 1}
UNRESOLVED = HAPPY | {"resolved": False}
LUKEWARM = HAPPY | {"satisfaction": "basically_satisfied", "stars": 3}
LAST_MOMENT = NOON + WINDOW - timedelta(milliseconds=1)


@pytest.fixture
def evaluations() -> InMemoryEvaluations:
    return InMemoryEvaluations()


def order(case_id: str, sequence: int, rounds: int = 1, completed: bool = True, **facts: Any) -> Notice:
    """Of an order in its `rounds`th round; the earlier ones are completed, the last one if said so."""
    done = {"started_at": NOON, "completed_at": NOON, "served_by": "sample-steward"}
    turns = [done] * (rounds - 1) + [done if completed else {}]
    known = {"reporter": RESIDENT_ONE.subject, "category": "cleaning", "opened_at": NOON}
    place = {"unit": "g", "unit_path": ["d", "g"]}
    snapshot = {**known, **place, "rounds": turns, **facts}
    return Notice("dispatch", case_id, sequence, "Any", "any", NOON, snapshot)


def follow(evaluations: InMemoryEvaluations, *notices: Notice) -> None:
    assert handlers.follow(evaluations, notices, NOON, TERMS) == []


def invited(evaluations: InMemoryEvaluations, **facts: Any) -> str:
    case_id = str(uuid4())
    follow(evaluations, order(case_id, 5, **facts))
    return case_id


def stored(evaluations: InMemoryEvaluations, case_id: str) -> Evaluation:
    found = evaluations.load(case_id)
    assert found is not None
    return found


def verbs(evaluation: Evaluation) -> list[str]:
    return [event.verb for event in evaluation.history]


def rate(evaluations: InMemoryEvaluations, case_id: str, answers: dict[str, Any], at: Any = NOON) -> Evaluation:
    return handlers.carry_out(evaluations, "rate", command(RESIDENT_ONE, case_id, **answers), at, TERMS)


def test_it_is_expected_once_the_order_is_open_and_invites_once_it_is_completed(
    evaluations: InMemoryEvaluations,
) -> None:
    case_id = str(uuid4())
    follow(evaluations, order(case_id, 1, completed=False))
    assert stored(evaluations, case_id).state == "expected"
    follow(evaluations, order(case_id, 5))
    invitation = stored(evaluations, case_id)
    assert (invitation.state, invitation.facts["served_by"]) == ("invited", "sample-steward")
    assert invitation.facts["due_at"] == NOON + WINDOW


def test_completion_that_overtakes_the_opening_invites_all_the_same(evaluations: InMemoryEvaluations) -> None:
    case_id = str(uuid4())
    follow(evaluations, order(case_id, 5), order(case_id, 1, completed=False))
    assert verbs(stored(evaluations, case_id)) == ["expect", "invite"]


def test_a_rework_by_a_person_is_followed_through_the_invitation_it_overtook(
    evaluations: InMemoryEvaluations,
) -> None:
    case_id = str(uuid4())
    follow(evaluations, order(case_id, 9, rounds=2, completed=False))
    expected = stored(evaluations, case_id)
    assert verbs(expected) == ["expect", "invite", "expect_again"]
    assert (expected.state, expected.facts["round"]) == ("expected", 2)


@pytest.mark.parametrize("opened_before", [True, False])
def test_a_cancelled_order_voids_it(evaluations: InMemoryEvaluations, opened_before: bool) -> None:
    case_id = str(uuid4())
    if opened_before:
        follow(evaluations, order(case_id, 1, completed=False))
    follow(evaluations, order(case_id, 3, completed=False, cancelled_at=NOON))
    assert verbs(stored(evaluations, case_id)) == ["expect", "void"]


@pytest.mark.parametrize("answers", [HAPPY, LUKEWARM])
def test_a_content_answer_settles(evaluations: InMemoryEvaluations, answers: dict[str, Any]) -> None:
    rated = rate(evaluations, invited(evaluations), answers)
    assert (rated.state, verbs(rated)) == ("settled", ["expect", "invite", "rate", "settle"])
    assert rated.facts["ratings"] == [{**answers, "by": RESIDENT_ONE.subject, "round": 1, "at": NOON}]


@pytest.mark.parametrize("answers", [UNHAPPY, UNRESOLVED])
def test_two_unhappy_answers_ask_for_rework_and_the_third_settles(
    evaluations: InMemoryEvaluations, answers: dict[str, Any]
) -> None:
    case_id = invited(evaluations)
    for round_ in (1, 2):
        rated = rate(evaluations, case_id, answers)
        assert (rated.state, rated.facts["round"]) == ("expected", round_ + 1)
        follow(evaluations, order(case_id, 5 * (round_ + 1), rounds=round_ + 1))
    last = rate(evaluations, case_id, answers)
    assert (last.state, last.facts["round"], len(last.facts["ratings"])) == ("settled", 3, 3)


def test_one_answer_a_round(evaluations: InMemoryEvaluations) -> None:
    case_id = invited(evaluations)
    rate(evaluations, case_id, HAPPY)
    with pytest.raises(IllegalTransition):
        rate(evaluations, case_id, UNHAPPY)
    assert stored(evaluations, case_id).facts["ratings"] == [
        {**HAPPY, "by": RESIDENT_ONE.subject, "round": 1, "at": NOON}
    ]


def test_the_round_before_the_rework_invites_nobody_again(evaluations: InMemoryEvaluations) -> None:
    case_id = invited(evaluations)
    rate(evaluations, case_id, UNHAPPY)
    follow(evaluations, order(case_id, 6, rounds=2, completed=False))
    with pytest.raises(IllegalTransition) as refusal:
        rate(evaluations, case_id, HAPPY)
    assert refusal.value.state == "expected"


def test_words_are_private(evaluations: InMemoryEvaluations) -> None:
    rated = rate(evaluations, invited(evaluations), HAPPY | {"words": "示例评语"})
    assert rated.private == {"words": ["示例评语"]}
    assert "示例评语" not in repr((rated.history, rated.facts))


def test_the_window_ends_to_the_millisecond(evaluations: InMemoryEvaluations) -> None:
    late, in_time = invited(evaluations), invited(evaluations)
    with pytest.raises(Gone):
        rate(evaluations, late, HAPPY, NOON + WINDOW)
    assert rate(evaluations, in_time, HAPPY, LAST_MOMENT).state == "settled"


def test_only_what_is_due_expires_and_then_the_answer_is_gone(evaluations: InMemoryEvaluations) -> None:
    unanswered, answered = invited(evaluations), invited(evaluations)
    rate(evaluations, answered, HAPPY)
    handlers.expire_due(evaluations, LAST_MOMENT)
    assert stored(evaluations, unanswered).state == "invited"
    handlers.expire_due(evaluations, NOON + WINDOW)
    assert stored(evaluations, unanswered).state == "expired"
    assert stored(evaluations, answered).state == "settled"
    with pytest.raises(Gone):
        rate(evaluations, unanswered, HAPPY)


def test_expiry_reads_past_the_first_page(evaluations: InMemoryEvaluations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "BATCH", 2)
    ids = [invited(evaluations) for _ in range(5)]
    handlers.expire_due(evaluations, NOON + WINDOW)
    assert {stored(evaluations, case_id).state for case_id in ids} == {"expired"}


def test_a_rating_that_wins_the_race_stays_a_rating(evaluations: InMemoryEvaluations) -> None:
    case_id = invited(evaluations)
    evaluations.rivals.append(lambda: rate(evaluations, case_id, HAPPY, LAST_MOMENT))
    handlers.expire_due(evaluations, NOON + WINDOW)
    assert verbs(stored(evaluations, case_id)) == ["expect", "invite", "rate", "settle"]


def test_an_expiry_that_wins_the_race_stays_an_expiry(evaluations: InMemoryEvaluations) -> None:
    case_id = invited(evaluations)
    evaluations.rivals.append(lambda: handlers.expire_due(evaluations, NOON + WINDOW))
    with pytest.raises(Gone):
        rate(evaluations, case_id, HAPPY, LAST_MOMENT)
    assert stored(evaluations, case_id).state == "expired"


def test_nobody_rates_a_case_that_they_served(evaluations: InMemoryEvaluations) -> None:
    case_id = invited(evaluations, reporter="sample-steward")
    with pytest.raises(Forbidden):
        handlers.carry_out(
            evaluations, "rate", command(Actor("sample-steward", RESIDENT), case_id, **HAPPY), NOON, TERMS
        )
    assert stored(evaluations, case_id).state == "invited"


def followed(evaluations: InMemoryEvaluations, **facts: Any) -> str:
    """The id of an invitation to one who reported it, and one who reported the same."""
    return invited(evaluations, followers=[RESIDENT_TWO.subject], **facts)


def rate_as(by: Actor, evaluations: InMemoryEvaluations, case_id: str, answers: dict[str, Any]) -> Evaluation:
    return handlers.carry_out(evaluations, "rate", command(by, case_id, **answers), NOON, TERMS)


def test_who_reported_the_same_rates_too_and_it_is_settled_when_all_have(evaluations: InMemoryEvaluations) -> None:
    case_id = followed(evaluations)
    assert rate_as(RESIDENT_TWO, evaluations, case_id, HAPPY).state == "rated"
    with pytest.raises(Forbidden, match="yours is given"):
        rate_as(RESIDENT_TWO, evaluations, case_id, UNHAPPY)
    settled = rate_as(RESIDENT_ONE, evaluations, case_id, LUKEWARM)
    assert (settled.state, len(settled.facts["ratings"])) == ("settled", 2)


def test_one_who_is_not_content_is_enough_for_a_rework(evaluations: InMemoryEvaluations) -> None:
    case_id = followed(evaluations)
    rate_as(RESIDENT_ONE, evaluations, case_id, HAPPY)
    assert rate_as(RESIDENT_TWO, evaluations, case_id, UNHAPPY).state == "expected"
    follow(evaluations, order(case_id, 10, rounds=2, followers=[RESIDENT_TWO.subject]))
    assert stored(evaluations, case_id).awaited == {RESIDENT_ONE.subject, RESIDENT_TWO.subject}


def test_at_the_end_of_the_window_it_is_settled_with_what_was_answered(evaluations: InMemoryEvaluations) -> None:
    case_id = followed(evaluations)
    rate_as(RESIDENT_TWO, evaluations, case_id, HAPPY)
    handlers.expire_due(evaluations, NOON + WINDOW)
    assert stored(evaluations, case_id).state == "settled"


def test_nobody_waits_for_who_follows_no_longer(evaluations: InMemoryEvaluations) -> None:
    case_id = followed(evaluations)
    rate_as(RESIDENT_ONE, evaluations, case_id, HAPPY)
    follow(evaluations, order(case_id, 6, followers=[]))
    assert stored(evaluations, case_id).state == "settled"


def test_who_served_it_is_not_waited_for(evaluations: InMemoryEvaluations) -> None:
    case_id = invited(evaluations, followers=["sample-steward"])
    assert rate(evaluations, case_id, HAPPY).state == "settled"


def test_only_the_reporter_rates(evaluations: InMemoryEvaluations) -> None:
    case_id = invited(evaluations)
    with pytest.raises(NotFound):
        handlers.carry_out(evaluations, "rate", command(RESIDENT_TWO, case_id, **HAPPY), NOON, TERMS)
    with pytest.raises(Forbidden):
        handlers.carry_out(evaluations, "rate", command(HEAD, case_id, **HAPPY), NOON, TERMS)


@pytest.mark.parametrize(
    ("by", "is_theirs"),
    [
        (RESIDENT_ONE, True),
        (RESIDENT_TWO, False),
        (a_steward("sample-steward"), True),
        (a_steward("another"), False),
        (Actor("sample-head", DISPATCHER, "g"), True),
        (Actor("sample-head", DISPATCHER, "d"), True),
        (Actor("sample-head", DISPATCHER, "h"), False),
    ],
)
def test_an_evaluation_is_the_business_of_few(evaluations: InMemoryEvaluations, by: Actor, is_theirs: bool) -> None:
    case_id = invited(evaluations)
    if is_theirs:
        assert handlers.get(evaluations, case_id, by).case_id == case_id
    else:
        with pytest.raises(NotFound):
            handlers.get(evaluations, case_id, by)
