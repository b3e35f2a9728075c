"""What may be done with a report, and how it follows its order."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain import Report
from shared.contracts.positions import BD09, GCJ02, WGS84, to_wgs84
from shared.kernel.case import Notice
from shared.kernel.errors import Forbidden, IllegalTransition, Invalid, NotFound, UnknownCase
from tests.support.district import CATALOGUE, ELSEWHERE, IN_THE_GRID, INTAKE_RULEBOOK
from tests.support.loop import CONTACTS, intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, SURE, a_steward, command

NO_LONGER_CLEANED = {**CATALOGUE, "cleaning": replace(CATALOGUE["cleaning"], offered=False)}
HERE, FAR_AWAY = ({**position, "datum": WGS84} for position in (IN_THE_GRID, ELSEWHERE))
WITHOUT_CLEANING = replace(INTAKE_RULEBOOK, catalogue=NO_LONGER_CLEANED)


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


def submit(reports: InMemoryReports, **body: Any) -> Report:
    return intake_over(reports).carry_out("submit", command(RESIDENT_ONE, **{"text": "示例", **body}), NOON)


def verbs(report: Report) -> list[str]:
    return [event.verb for event in report.history]


def test_with_a_category_it_is_accepted_without_a_person(reports: InMemoryReports) -> None:
    report = submit(reports, category="cleaning")
    assert (report.state, verbs(report)) == ("accepted", ["submit", "accept"])
    assert report.history[1].by.role == "system"
    assert report.facts["accepted_at"] == NOON


def test_without_a_category_it_waits_for_a_dispatcher(reports: InMemoryReports) -> None:
    waiting = submit(reports)
    assert waiting.state == "submitted"
    with pytest.raises(Invalid) as refusal:
        intake_over(reports).carry_out("accept", command(HEAD, waiting.case_id), NOON)
    assert list(refusal.value.errors) == ["category"]
    accepted = intake_over(reports).carry_out("accept", command(HEAD, waiting.case_id, category="cleaning"), NOON)
    assert (accepted.state, accepted.facts["category"]) == ("accepted", "cleaning")


def test_an_unknown_category_is_named_and_nothing_is_kept(reports: InMemoryReports) -> None:
    waiting = submit(reports)
    with pytest.raises(Invalid) as of_resident:
        submit(reports, category="nonsense")
    with pytest.raises(Invalid) as of_dispatcher:
        intake_over(reports).carry_out("accept", command(HEAD, waiting.case_id, category="nonsense"), NOON)
    assert list(of_resident.value.errors) == list(of_dispatcher.value.errors) == ["category"]
    assert [report.version for report in reports.all()] == [1]


def test_a_category_that_is_no_longer_offered_is_refused_and_kept_by_old_cases(reports: InMemoryReports) -> None:
    old, waiting = submit(reports, category="cleaning"), submit(reports)
    later = intake_over(reports, WITHOUT_CLEANING)
    for refused, verb in (
        (command(RESIDENT_ONE, text="示例", category="cleaning"), "submit"),
        (command(HEAD, waiting.case_id, category="cleaning"), "accept"),
    ):
        with pytest.raises(Invalid, match="No longer offered") as refusal:
            later.carry_out(verb, refused, NOON)
        assert list(refusal.value.errors) == ["category"]
    assert later.get(old.case_id, RESIDENT_ONE).facts["category"] == "cleaning"
    assert [report.version for report in reports.all()] == [old.version, waiting.version]


def test_a_repetition_is_answered_although_its_category_is_no_longer_offered(reports: InMemoryReports) -> None:
    later = intake_over(reports, WITHOUT_CLEANING)
    submission = command(RESIDENT_ONE, text="示例", category="cleaning")
    first = intake_over(reports).carry_out("submit", submission, NOON)
    assert later.carry_out("submit", submission, NOON).case_id == first.case_id
    acceptance = command(HEAD, submit(reports).case_id, category="cleaning")
    accepted = intake_over(reports).carry_out("accept", acceptance, NOON)
    assert later.carry_out("accept", acceptance, NOON).version == accepted.version


@pytest.mark.parametrize("datum", [GCJ02, BD09])
def test_a_position_is_kept_as_wgs84(reports: InMemoryReports, datum: str) -> None:
    report = submit(reports, position={"lon": 119.05, "lat": 25.43, "datum": datum})
    kept = report.facts["position"]
    assert (kept["lon"], kept["lat"]) == pytest.approx(to_wgs84(119.05, 25.43, datum), abs=1e-6)
    assert kept.keys() == {"lon", "lat"}


def test_personal_data_is_apart_from_what_the_history_keeps(reports: InMemoryReports) -> None:
    personal = {
        "text": "示例文字",
        "subject": "示例标题",
        "address": "示例地址",
        "contact_name": "示例姓名",
        "contact_phone": "00000000000",
    }
    report = submit(reports, category="cleaning", **personal)
    assert CONTACTS.open(report.private).items() >= personal.items()
    for value in personal.values():
        assert value not in repr(report.history)
        assert value not in repr(report.facts)


def test_a_rejection_says_why_and_whose_matter_it_is(reports: InMemoryReports) -> None:
    waiting = submit(reports)
    body = {"reason": "示例理由", "responsible": "示例单位"}
    rejected = intake_over(reports).carry_out("reject", command(HEAD, waiting.case_id, **body), NOON)
    assert (rejected.state, rejected.private["rejection"]) == ("rejected", body)


def test_information_gathers(reports: InMemoryReports) -> None:
    case_id = submit(reports).case_id
    for words in ("示例一", "示例二"):
        asked = intake_over(reports).carry_out("ask", command(HEAD, case_id, question=f"{words}?"), NOON)
        assert (asked.state, asked.private["question"]) == ("needs_information", f"{words}?")
        intake_over(reports).carry_out("add_information", command(RESIDENT_ONE, case_id, text=words), NOON)
    report = intake_over(reports).get(case_id, RESIDENT_ONE)
    assert (report.state, report.private["information"]) == ("submitted", ["示例一", "示例二"])


def asked_for_more(reports: InMemoryReports, case_id: str, **more: Any) -> Report:
    intake_over(reports).carry_out("ask", command(HEAD, case_id, question="示例?"), NOON)
    return intake_over(reports).carry_out("add_information", command(RESIDENT_ONE, case_id, text="示例", **more), NOON)


def test_a_report_with_a_position_is_placed_and_all_may_know(reports: InMemoryReports) -> None:
    report = submit(reports, position=HERE)
    assert report.facts["unit_path"] == ["d", "s", "c", "e", "g"]
    assert report.snapshot()["unit_path"] == report.facts["unit_path"]


@pytest.mark.parametrize("body", [{}, {"position": FAR_AWAY}])
def test_without_a_position_and_outside_every_unit_it_has_no_place(
    reports: InMemoryReports, body: dict[str, Any]
) -> None:
    assert "unit_path" not in submit(reports, **body).facts


def test_it_is_placed_once_a_position_is_added(reports: InMemoryReports) -> None:
    case_id = submit(reports).case_id
    assert "unit_path" not in asked_for_more(reports, case_id).facts
    assert asked_for_more(reports, case_id, position=HERE).facts["unit_path"] == ["d", "s", "c", "e", "g"]
    assert asked_for_more(reports, case_id).facts["unit_path"] == ["d", "s", "c", "e", "g"]
    assert asked_for_more(reports, case_id, position=FAR_AWAY).facts["unit_path"] == []


@pytest.mark.parametrize("state", ["submitted", "needs_information"])
def test_before_acceptance_a_withdrawal_is_done_at_once(reports: InMemoryReports, state: str) -> None:
    case_id = submit(reports).case_id
    if state == "needs_information":
        intake_over(reports).carry_out("ask", command(HEAD, case_id, question="示例?"), NOON)
    assert intake_over(reports).carry_out("withdraw", command(RESIDENT_ONE, case_id), NOON).state == "withdrawn"


def test_after_acceptance_a_withdrawal_is_asked_for_once_and_dispatch_decides(reports: InMemoryReports) -> None:
    case_id = submit(reports, category="cleaning").case_id
    for _ in range(2):
        report = intake_over(reports).carry_out("withdraw", command(RESIDENT_ONE, case_id), NOON)
        assert verbs(report) == ["submit", "accept", "request_withdrawal"]
    assert (report.state, report.facts["withdrawal_requested_at"]) == ("accepted", NOON)


def test_others_learn_nothing_of_a_report(reports: InMemoryReports) -> None:
    case_id = submit(reports).case_id
    with pytest.raises(NotFound):
        intake_over(reports).get(case_id, RESIDENT_TWO)
    with pytest.raises(NotFound):
        intake_over(reports).carry_out("withdraw", command(RESIDENT_TWO, case_id), NOON)


def test_a_steward_has_no_list_of_reports(reports: InMemoryReports) -> None:
    with pytest.raises(Forbidden):
        intake_over(reports).page(a_steward("grid-cleaner"), None, None)  # type: ignore[arg-type]


def order(sequence: int, *rounds: dict[str, Any], **facts: Any) -> Notice:
    return Notice("dispatch", "case", sequence, "Any", "any", NOON, {"rounds": list(rounds) or [{}], **facts})


START = {"started_at": NOON}
DONE = {"started_at": NOON, "completed_at": NOON, "served_by": "sample-steward"}
AGAIN = {"reopened_at": NOON}


def accepted() -> Report:
    report = Report("case")
    report.submit(RESIDENT_ONE, NOON, {"category": "cleaning"}, {}, SURE)
    return report


@pytest.mark.parametrize(
    ("heard", "state", "steps"),
    [
        (order(1), "accepted", []),
        (order(1, START), "in_service", ["start_service"]),
        (order(1, DONE), "served", ["start_service", "serve"]),
        (order(1, DONE, AGAIN), "in_service", ["start_service", "serve", "reopen"]),
        (order(1, DONE, AGAIN | DONE), "served", ["start_service", "serve", "reopen", "serve"]),
        (order(1, DONE, closed_at=NOON), "closed", ["start_service", "serve", "close"]),
        (
            order(1, DONE, AGAIN | DONE, AGAIN | DONE, closed_at=NOON),
            "closed",
            ["start_service", "serve", "reopen", "serve", "reopen", "serve", "close"],
        ),
        (order(1, cancelled_at=NOON), "withdrawn", ["withdraw"]),
    ],
)
def test_it_catches_up_through_every_state_on_the_way(heard: Notice, state: str, steps: list[str]) -> None:
    report = accepted()
    report.follow_order(heard, NOON)
    assert (report.state, verbs(report)[2:]) == (state, steps)


def test_what_it_has_caught_up_with_moves_it_no_further() -> None:
    report = accepted()
    heard = order(9, DONE, AGAIN | DONE, closed_at=NOON)
    report.follow_order(heard, NOON)
    version = report.version
    report.follow_order(heard, NOON)
    report.follow_order(order(3, DONE), NOON)
    assert (report.state, report.version) == ("closed", version)


def test_what_was_served_before_the_rework_is_not_served_after_it() -> None:
    report = accepted()
    report.follow_order(order(4, DONE, AGAIN), NOON)
    report.follow_order(order(5, DONE, AGAIN | START), NOON)
    assert report.state == "in_service"
    later = NOON + timedelta(hours=1)
    report.follow_order(order(6, DONE, AGAIN | DONE | {"completed_at": later}), NOON)
    assert (report.state, report.facts["served_at"]) == ("served", later)


def test_a_reopened_report_is_not_closed_any_more() -> None:
    report = accepted()
    report.follow_order(order(5, DONE, closed_at=NOON), NOON)
    assert report.facts["closed_at"] == NOON
    report.follow_order(order(6, DONE, AGAIN, closed_at=None), NOON)
    assert (report.state, report.facts["round"], report.facts["closed_at"]) == ("in_service", 2, None)


def test_an_order_without_its_report_is_a_failure() -> None:
    with pytest.raises(UnknownCase):
        Report("case").follow_order(order(1, START), NOON)


@pytest.mark.parametrize("state", ["in_service", "served", "closed", "rejected", "withdrawn"])
def test_once_service_has_started_nobody_withdraws(state: str) -> None:
    with pytest.raises(IllegalTransition):
        Report("case", state, 5).withdraw(RESIDENT_ONE, NOON)


def test_what_a_category_asks_is_kept_with_the_words_and_out_of_the_history(reports: InMemoryReports) -> None:
    report = submit(reports, category="street_lights", attributes={"fault": ["off"], "lamps": ["3"]}, address="示例路")
    assert report.private["attributes"] == {"fault": "off", "lamps": "3"}
    assert all("attributes" not in event.facts for event in report.history)


def test_only_a_form_that_shows_the_questions_has_to_answer_them(reports: InMemoryReports) -> None:
    assert submit(reports, category="street_lights", address="示例路").state == "accepted"
    with pytest.raises(Invalid) as refusal:
        submit(reports, category="street_lights", address="示例路", channel="open311")
    assert list(refusal.value.errors) == ["attributes.fault"]
    assert len(reports.all()) == 1


def test_what_was_taken_once_is_answered_whatever_is_asked_now(reports: InMemoryReports) -> None:
    asked = command(RESIDENT_ONE, key="once", text="示例", category="street_lights", attributes={"fault": ["off"]})
    first = intake_over(reports).carry_out("submit", asked, NOON)
    without_questions = replace(INTAKE_RULEBOOK, attributes={})
    assert intake_over(reports, without_questions).carry_out("submit", asked, NOON).case_id == first.case_id
