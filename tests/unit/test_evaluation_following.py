"""What evaluation makes of what reports and orders tell, whichever it hears first."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from services.evaluation import handlers
from services.evaluation.pseudonyms import alias
from shared.kernel.case import Notice
from shared.runtime.secrets import SHORTEST_SECRET, derive
from tests.support.evaluations import DONE, HAPPY, PATH, SERVER, Desk, order, report
from tests.support.people import NOON, RESIDENT_ONE, WINDOW

DEADLINE = NOON + timedelta(days=1)
SERVING = {"steward": SERVER, "unit": "s", "partner_kind": "red_steward"}
DISPATCHED = {"serving": SERVING, "dispatched_at": NOON, "returns": 1, "transfers": 0, "extensions": 2}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def case_id() -> str:
    return str(uuid4())


def test_a_report_that_waits_is_known_with_what_it_says(desk: Desk, case_id: str) -> None:
    desk.hear(report(case_id, 1, category="cleaning", unit_path=PATH))
    assert desk.at(case_id).state == "reported"
    assert desk.facts(case_id) == {
        "alias": "sample-alias",
        "round": 1,
        "reporter": RESIDENT_ONE.subject,
        "reported_at": NOON,
        "category": "cleaning",
        "unit_path": PATH,
    }


@pytest.mark.parametrize("state", ["rejected", "withdrawn", "merged"])
def test_a_report_that_nobody_serves_is_void_and_says_as_what(desk: Desk, case_id: str, state: str) -> None:
    desk.hear(report(case_id, 1), report(case_id, 2, state))
    assert (desk.at(case_id).state, desk.facts(case_id)["void_as"]) == ("void", state)


def test_a_void_that_overtakes_the_report_is_the_same(desk: Desk, case_id: str) -> None:
    desk.hear(report(case_id, 2, "rejected"), report(case_id, 1))
    assert desk.verbs(case_id) == ["note", "void"]


def test_what_is_taken_out_of_another_report_is_waited_for_again(desk: Desk, case_id: str) -> None:
    for notice in (report(case_id, 1), report(case_id, 2, "merged"), report(case_id, 3)):
        desk.hear(notice)
    assert (desk.at(case_id).state, desk.facts(case_id)["void_as"]) == ("reported", None)
    desk.hear(report(case_id, 4, "rejected"))
    assert (desk.at(case_id).state, desk.facts(case_id)["void_as"]) == ("void", "rejected")


def test_a_rejection_after_an_unheard_unmerging_is_a_rejection(desk: Desk, case_id: str) -> None:
    desk.hear(report(case_id, 2, "merged"), report(case_id, 4, "rejected"))
    assert desk.facts(case_id)["void_as"] == "rejected"


@pytest.mark.parametrize("late", [report("", 2, "merged"), report("", 3)], ids=["merged", "unmerged"])
def test_an_order_outweighs_that_its_report_was_once_merged(desk: Desk, case_id: str, late: Notice) -> None:
    desk.hear(report(case_id, 1), report(case_id, 2, "merged"), order(case_id, 1))
    assert desk.at(case_id).state == "expected"
    other = str(uuid4())
    desk.hear(order(other, 1), Notice(late.source, other, late.sequence, late.type, late.state, late.at, late.snapshot))
    assert desk.at(other).state == "expected"


@pytest.mark.parametrize("told", list(permutations(range(4))))
def test_a_withdrawal_after_acceptance_voids_once_in_whatever_order_it_is_told(
    desk: Desk, case_id: str, told: tuple[int, ...]
) -> None:
    notices = [
        report(case_id, 1),
        order(case_id, 1, **DISPATCHED),
        order(case_id, 3, cancelled_at=NOON, **DISPATCHED),
        report(case_id, 4, "withdrawn"),
    ]
    desk.hear(*(notices[number] for number in told))
    assert desk.verbs(case_id).count("void") == 1
    assert (desk.at(case_id).state, desk.facts(case_id)["void_as"]) == ("void", "withdrawn")
    assert desk.facts(case_id)["service"]["steward"] == SERVER


def test_a_withdrawal_that_the_report_tells_first_voids_already(desk: Desk, case_id: str) -> None:
    desk.hear(order(case_id, 1), report(case_id, 4, "withdrawn"))
    assert (desk.at(case_id).state, desk.facts(case_id)["void_as"]) == ("void", "withdrawn")


@pytest.mark.parametrize("order_first", [True, False])
def test_the_orders_word_on_category_and_place_counts_for_more(desk: Desk, case_id: str, order_first: bool) -> None:
    notices = [report(case_id, 1, category="other", unit_path=["d"]), order(case_id, 1)]
    desk.hear(*(reversed(notices) if order_first else notices))
    facts = desk.facts(case_id)
    assert (facts["category"], facts["unit_path"], facts["reported_at"]) == ("cleaning", PATH, NOON)


def test_an_order_without_a_place_leaves_the_reports(desk: Desk, case_id: str) -> None:
    nowhere = order(case_id, 1)
    snapshot = {name: value for name, value in nowhere.snapshot.items() if name not in ("unit", "unit_path")}
    desk.hear(Notice("dispatch", case_id, 1, "Any", "any", NOON, snapshot), report(case_id, 1, unit_path=["d"]))
    assert desk.facts(case_id)["unit_path"] == ["d"]


def test_how_it_is_served_is_told_whole(desk: Desk, case_id: str) -> None:
    desk.hear(order(case_id, 1, {}, due_at=DEADLINE, **DISPATCHED))
    told = {name: value for name, value in DISPATCHED.items() if name != "serving"}
    serving = {**told, **SERVING, "rounds": 1, "serve_by": DEADLINE, "served_at": None}
    assert desk.facts(case_id)["service"] == serving
    assert desk.facts(case_id)["close_by"] == DEADLINE + WINDOW
    done = {**DONE, "due_at": DEADLINE, "in_time": True, "handling": 60}
    desk.hear(order(case_id, 5, done, due_at=None, **DISPATCHED))
    assert desk.facts(case_id)["service"] == {**serving, "served_at": NOON, "in_time": True, "handling": 60}
    desk.hear(order(case_id, 9, done, {}, due_at=DEADLINE + WINDOW, **DISPATCHED))
    assert desk.facts(case_id)["service"] == {
        **serving,
        "rounds": 2,
        "serve_by": DEADLINE + WINDOW,
        "handling": 60,
    }
    assert desk.facts(case_id)["close_by"] == DEADLINE + WINDOW


def test_where_there_is_no_deadline_there_is_none_to_close(desk: Desk, case_id: str) -> None:
    for number, due_at in enumerate((DEADLINE, None), start=1):
        desk.hear(order(case_id, number, {}, due_at=due_at))
    assert (desk.facts(case_id)["service"]["serve_by"], desk.facts(case_id)["close_by"]) == (None, None)


def test_what_tells_nothing_new_leaves_no_trace(desk: Desk, case_id: str) -> None:
    desk.hear(report(case_id, 1), order(case_id, 1))
    version = desk.at(case_id).version
    desk.hear(report(case_id, 2), order(case_id, 2))
    assert (desk.at(case_id).version, desk.at(case_id).inbox) == (version, {"intake": 2, "dispatch": 2})


def test_who_served_an_earlier_round_does_not_rate_the_later_one(desk: Desk, case_id: str) -> None:
    desk.hear(order(case_id, 9, DONE, {**DONE, "served_by": "another-steward"}, followers=[SERVER]))
    assert desk.at(case_id).awaited == {RESIDENT_ONE.subject}


def due(case_id: str, sequence: int, due_at: Any, *rounds: dict[str, Any]) -> Notice:
    return order(case_id, sequence, *rounds, due_at=due_at)


def test_each_deadline_that_passes_is_told_once_and_at_its_moment(desk: Desk, case_id: str) -> None:
    desk.hear(due(case_id, 1, DEADLINE))
    handlers.notice_late(desk.evaluations, DEADLINE - timedelta(milliseconds=1))
    assert "overdue_at" not in desk.facts(case_id)
    for later in (timedelta(0), timedelta(hours=1), timedelta(days=9)):
        handlers.notice_late(desk.evaluations, DEADLINE + later)
    assert desk.facts(case_id)["overdue_at"] == DEADLINE
    assert desk.verbs(case_id).count("run_late") == 1
    desk.hear(order(case_id, 2, due_at=DEADLINE, returns=1))
    handlers.notice_late(desk.evaluations, DEADLINE)
    assert desk.verbs(case_id).count("run_late") == 1
    desk.hear(due(case_id, 3, DEADLINE + WINDOW), due(case_id, 4, DEADLINE + WINDOW))
    handlers.notice_late(desk.evaluations, DEADLINE + timedelta(days=1))
    assert desk.verbs(case_id).count("run_late") == 1
    handlers.notice_late(desk.evaluations, DEADLINE + WINDOW)
    assert (desk.facts(case_id)["overdue_at"], desk.verbs(case_id).count("run_late")) == (DEADLINE + WINDOW, 2)


@pytest.mark.parametrize(
    "quiet",
    [
        lambda case_id: due(case_id, 2, None),  # the clock was stopped
        lambda case_id: due(case_id, 2, None, {**DONE, "due_at": DEADLINE}),  # served
        lambda case_id: order(case_id, 2, due_at=DEADLINE, cancelled_at=NOON),
    ],
)
def test_what_is_served_stopped_or_withdrawn_is_not_late(desk: Desk, case_id: str, quiet: Any) -> None:
    desk.hear(due(case_id, 1, DEADLINE), quiet(case_id))
    handlers.notice_late(desk.evaluations, DEADLINE + WINDOW)
    assert "run_late" not in desk.verbs(case_id)


def test_a_rework_that_the_order_does_not_know_of_yet_is_not_late(desk: Desk, case_id: str) -> None:
    desk.hear(due(case_id, 1, None, {**DONE, "due_at": DEADLINE}))
    desk.do("rate", RESIDENT_ONE, case_id, **{**HAPPY, "resolved": False})
    handlers.notice_late(desk.evaluations, DEADLINE + WINDOW)
    assert (desk.at(case_id).state, desk.facts(case_id).get("overdue_at")) == ("expected", None)


def test_lateness_reads_past_the_first_page_and_two_timers_tell_it_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "BATCH", 2)
    ids = [str(uuid4()) for _ in range(5)]
    desk.hear(*(due(case_id, 1, DEADLINE) for case_id in ids))
    desk.evaluations.rivals.append(lambda: handlers.notice_late(desk.evaluations, DEADLINE))
    handlers.notice_late(desk.evaluations, DEADLINE)
    assert [desk.verbs(case_id).count("run_late") for case_id in ids] == [1] * 5


def test_the_pseudonym_is_told_by_the_secret_and_by_nothing_else() -> None:
    one, other = (derive(secret * SHORTEST_SECRET, "alias") for secret in "ab")
    assert alias(one, "case") == alias(one, "case")
    assert len({alias(one, "case"), alias(one, "another"), alias(other, "case")}) == 3
    assert len(alias(one, "case")) == 32
    assert derive("a" * SHORTEST_SECRET, "alias") != derive("a" * SHORTEST_SECRET, "rating-link")
    with pytest.raises(ValueError, match="at least 32 bytes"):
        derive("a" * (SHORTEST_SECRET - 1), "alias")
