"""Links for people without an account: good once, in one round, and for nobody else's case."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.evaluation import links
from services.evaluation.domain.linked import EARLIER, ENTERED_IT, OVER, SERVED_IT_TOO, USED, current_links
from services.evaluation.linked_rating import LinkedRating
from services.evaluation.presenting import present
from shared.kernel.actor import DISPATCHER, STEWARD, Actor
from shared.kernel.errors import Forbidden, Gone, IllegalTransition, Invalid, KeyReused, NotFound
from shared.kernel.link_tokens import case_of
from tests.support.evaluations import DONE, HAPPY, SERVER, UNHAPPY, Desk, order, report
from tests.support.people import HEAD, LINK_KEY, NOON, RESIDENT_ONE, RESIDENT_TWO, WINDOW


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def rating(desk: Desk) -> LinkedRating:
    return LinkedRating(desk.evaluations, LINK_KEY)


def issue(desk: Desk, case_id: str, reporter: str = RESIDENT_ONE.subject) -> str:
    """The token as the dispatcher is shown it."""
    issued = desk.do("issue_link", HEAD, case_id, reporter=reporter)
    shown = present(issued, HEAD, LINK_KEY)["links"]
    return str(next(link["token"] for link in shown if link["reporter"] == reporter))


def gone(rating: LinkedRating, token: str, at: object = NOON) -> str:
    """Why the link is gone, for who looks and for who answers alike."""
    reasons = set()
    with pytest.raises(Gone) as refusal:
        rating.look(token, at)  # type: ignore[arg-type]
    reasons.add(refusal.value.reason)
    with pytest.raises(Gone) as refusal:
        rating.rate(token, f"{uuid4()}", HAPPY, at)  # type: ignore[arg-type]
    reasons.add(refusal.value.reason)
    (reason,) = reasons
    return reason


def test_who_has_the_link_rates_as_the_one_it_was_issued_for(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited()
    token = issue(desk, case_id)
    assert rating.look(token, NOON).facts["served_at"] == NOON
    kept = rating.rate(token, "key", HAPPY | {"words": "示例"}, NOON)
    assert kept == {**HAPPY, "by": RESIDENT_ONE.subject, "round": 1, "at": NOON, "via": "link"}
    rated = desk.at(case_id)
    assert (rated.state, rated.facts["ratings"], rated.private["words"]) == ("settled", [kept], ["示例"])


def test_the_same_request_again_gets_the_first_answer_and_any_other_is_told_it_was_used(
    desk: Desk, rating: LinkedRating
) -> None:
    case_id = desk.invited()
    token = issue(desk, case_id)
    first = rating.rate(token, "key", UNHAPPY, NOON)
    assert desk.facts(case_id)["round"] == 2
    assert rating.rate(token, "key", UNHAPPY, NOON + WINDOW) == first
    assert gone(rating, token) == USED
    assert len(desk.facts(case_id)["ratings"]) == 1


def test_a_key_is_good_for_one_link(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited()
    rating.rate(issue(desk, case_id), "key", UNHAPPY, NOON)
    desk.hear(order(case_id, 9, DONE, DONE))
    with pytest.raises(KeyReused):
        rating.rate(issue(desk, case_id), "key", UNHAPPY, NOON)


def test_of_two_who_answer_at_once_one_wins(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited()
    token = issue(desk, case_id)
    desk.evaluations.rivals.append(lambda: rating.rate(token, "theirs", UNHAPPY, NOON))
    with pytest.raises(Gone) as refusal:
        rating.rate(token, "mine", HAPPY, NOON)
    assert refusal.value.reason == USED
    assert [one["stars"] for one in desk.facts(case_id)["ratings"]] == [1]


def test_an_answer_by_the_account_uses_the_link_up(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited([RESIDENT_TWO.subject])
    token = issue(desk, case_id)
    desk.do("rate", RESIDENT_ONE, case_id, **HAPPY)
    assert gone(rating, token) == USED


def test_a_link_of_an_earlier_round_is_gone_and_the_new_round_has_its_own(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited([RESIDENT_TWO.subject])
    old = issue(desk, case_id)
    desk.do("rate", RESIDENT_TWO, case_id, **UNHAPPY)
    assert gone(rating, old) == EARLIER
    desk.hear(order(case_id, 9, DONE, DONE, followers=[RESIDENT_TWO.subject]))
    assert gone(rating, old) == EARLIER
    new = issue(desk, case_id)
    assert new != old
    assert [link["round"] for link in current_links(desk.at(case_id))] == [2]
    assert rating.rate(new, "key", HAPPY, NOON)["round"] == 2


def test_a_link_ends_with_the_window(desk: Desk, rating: LinkedRating) -> None:
    token = issue(desk, desk.invited())
    assert rating.look(token, NOON + WINDOW - timedelta(milliseconds=1))
    assert gone(rating, token, NOON + WINDOW) == OVER


def test_who_reports_no_more_the_same_is_asked_no_more(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited([RESIDENT_TWO.subject])
    token = issue(desk, case_id, RESIDENT_TWO.subject)
    desk.hear(order(case_id, 6, DONE, followers=[]))
    assert gone(rating, token) == OVER


@pytest.mark.parametrize(
    "tampered",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "Q"),
        lambda token: token[:22] + "A" * 22,
        lambda token: token[:22],
        lambda token: token + "A",
        lambda token: token + "=",
        lambda token: "链接" + token[2:],
        lambda token: links.token(
            b"another key", "01a20dd8-08e7-722d-93f5-f504cabe3072", {"round": 1, "reporter": "x"}
        ),
        lambda token: "",
        lambda token: "no-token",
    ],
)
def test_what_is_no_token_of_an_issued_link_is_not_found(desk: Desk, rating: LinkedRating, tampered: object) -> None:
    token = tampered(issue(desk, desk.invited()))  # type: ignore[operator]
    with pytest.raises(NotFound):
        rating.look(token, NOON)
    with pytest.raises(NotFound):
        rating.rate(token, "key", HAPPY, NOON)


def test_a_good_code_is_not_enough_where_no_link_was_issued(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited([RESIDENT_TWO.subject])
    issue(desk, case_id)
    with pytest.raises(NotFound):
        rating.look(links.token(LINK_KEY, case_id, {"round": 1, "reporter": RESIDENT_TWO.subject}), NOON)


def test_answers_are_checked_as_any_others(desk: Desk, rating: LinkedRating) -> None:
    token = issue(desk, desk.invited())
    with pytest.raises(Invalid) as refusal:
        rating.rate(token, "key", HAPPY | {"stars": 6, "via": "app"}, NOON)
    assert set(refusal.value.errors) == {"stars", "via"}
    assert rating.look(token, NOON)


def test_only_a_dispatcher_of_the_place_issues_and_sees_them(desk: Desk) -> None:
    case_id = desk.invited()
    with pytest.raises(NotFound):
        desk.do("issue_link", Actor("sample-stranger", DISPATCHER, "elsewhere"), case_id, reporter=RESIDENT_ONE.subject)
    for by in (RESIDENT_ONE, Actor(SERVER, STEWARD)):
        with pytest.raises(Forbidden):
            desk.do("issue_link", by, case_id, reporter=RESIDENT_ONE.subject)
    issue(desk, case_id)
    assert "links" not in present(desk.at(case_id), RESIDENT_ONE, LINK_KEY)
    assert "links" not in present(desk.at(case_id), Actor(SERVER, STEWARD), LINK_KEY)


def test_a_link_is_for_somebody_whose_answer_is_awaited(desk: Desk) -> None:
    case_id = desk.invited([RESIDENT_TWO.subject, SERVER])
    desk.do("rate", RESIDENT_TWO, case_id, **HAPPY)
    for reporter in (RESIDENT_TWO.subject, SERVER, "somebody else"):
        with pytest.raises(Invalid):
            desk.do("issue_link", HEAD, case_id, reporter=reporter)
    with pytest.raises(Gone):
        desk.do("issue_link", HEAD, case_id, NOON + WINDOW, reporter=RESIDENT_ONE.subject)
    with pytest.raises(IllegalTransition):
        desk.do("issue_link", HEAD, desk.settled(), reporter=RESIDENT_ONE.subject)


def test_issued_twice_it_is_one_link(desk: Desk) -> None:
    case_id = desk.invited()
    assert issue(desk, case_id) == issue(desk, case_id)
    assert desk.verbs(case_id).count("issue_link") == 1


def test_the_token_names_nobody_and_nothing_of_it_is_kept(desk: Desk) -> None:
    case_id = desk.invited()
    token = issue(desk, case_id)
    assert (len(token), case_of(token)) == (44, case_id)
    assert RESIDENT_ONE.subject not in token
    assert token not in repr(desk.at(case_id))


def test_a_follow_link_leads_to_one_and_the_same_rating_link(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited()
    token, again = (rating.open_to_follower(case_id, RESIDENT_ONE.subject, "sample-worker", NOON) for _ in range(2))
    assert token == again == issue(desk, case_id)
    assert desk.verbs(case_id).count("issue_link") == 1
    assert rating.rate(token, "key", HAPPY, NOON)["via"] == "link"
    with pytest.raises(IllegalTransition):
        rating.open_to_follower(case_id, RESIDENT_ONE.subject, "sample-worker", NOON)


def test_it_leads_to_none_where_who_entered_the_report_served_it(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited()
    with pytest.raises(Forbidden) as refusal:
        rating.open_to_follower(case_id, RESIDENT_ONE.subject, SERVER, NOON)
    assert refusal.value.reason == SERVED_IT_TOO
    assert "links" not in desk.facts(case_id)


def test_it_leads_to_none_once_they_answered_and_others_have_not(desk: Desk, rating: LinkedRating) -> None:
    case_id = desk.invited(followers=[RESIDENT_TWO.subject])
    desk.do("rate", RESIDENT_ONE, case_id, **HAPPY)
    with pytest.raises(Gone) as refusal:
        rating.open_to_follower(case_id, RESIDENT_ONE.subject, "sample-worker", NOON)
    assert refusal.value.reason == USED


def test_before_there_is_an_order_there_is_nothing_to_rate(desk: Desk, rating: LinkedRating) -> None:
    case_id = str(uuid4())
    desk.hear(report(case_id, 1))
    with pytest.raises(NotFound):
        rating.open_to_follower(case_id, RESIDENT_ONE.subject, "sample-worker", NOON)


def test_the_dispatcher_who_entered_the_report_hands_out_no_rating_link(desk: Desk) -> None:
    case_id = str(uuid4())
    desk.hear(report(case_id, 1, entered_by=HEAD.subject, channel="desk"), order(case_id, 5, DONE))
    with pytest.raises(Forbidden) as refusal:
        issue(desk, case_id)
    assert refusal.value.reason == ENTERED_IT
    other = Actor("another-dispatcher", DISPATCHER, "d")
    assert desk.do("issue_link", other, case_id, reporter=RESIDENT_ONE.subject).facts["links"]
