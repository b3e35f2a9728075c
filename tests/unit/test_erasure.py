"""个人信息留存: what is private leaves the case by an event; its history, its state and its answers stay."""

from datetime import timedelta

import pytest

from services.intake import domain
from services.intake.domain import Report
from services.intake.erasure import erase_over
from shared.contracts.positions import WGS84
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE, LOOP_SERVICES
from shared.kernel.case import Case
from shared.kernel.errors import Gone
from shared.runtime.documents import to_update
from tests.support.district import IN_THE_GRID
from tests.support.loop import Letter, Loop
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, SURE, command
from tests.support.plans import HAPPY, Plan
from tests.support.script import Script

RETENTION = timedelta(days=730)
LATER = NOON + timedelta(days=800)
PLACE = {**IN_THE_GRID, "datum": WGS84}


@pytest.fixture
def loop() -> Loop:
    return Loop()


def carried(loop: Loop, plan: Plan) -> str:
    """The id of a case that everybody is done with."""
    script = Script(loop, [plan])
    while True:
        if letters := loop.take_letters():
            for letter in letters:
                loop.deliver([letter])
        elif possible := script.possible():
            script.carry_out(possible[0])
        else:
            return script.case_ids[0]


def submitted(loop: Loop, unsorted: bool = False) -> Report:
    """`unsorted`: without a category, so that it waits for a person."""
    body = {"text": "示例", "position": PLACE} | ({} if unsorted else {"category": "blocked_pipes"})
    return loop.intake.carry_out("submit", command(RESIDENT_TWO, **body), NOON)


def erase(loop: Loop) -> list[Letter]:
    erase_over(loop.reports, LATER, RETENTION)
    return loop.take_letters()


def tell(loop: Loop, letters: list[Letter]) -> None:
    for letter in letters:
        loop.deliver([letter])


def kept(loop: Loop, case_id: str) -> dict[str, Case]:
    return {service: case for service, store in loop.stores.items() if (case := store.load(case_id))}


def test_a_step_that_erases_replaces_all_that_was_private() -> None:
    report = Report("case")
    report.submit(RESIDENT_ONE, NOON, {}, {"text": "示例", "address": "示例"}, SURE)
    report.record("withdraw", RESIDENT_ONE, NOON, facts={"ended_at": NOON})
    report.erase(domain.INTAKE, LATER)
    written = to_update(report, LATER)._doc["$set"]
    assert written["private"] == report.private == {}
    assert not [name for name in written if name.startswith("private.")]
    assert report.as_of(1).facts["reporter"] == RESIDENT_ONE.subject


def test_every_service_erases_and_keeps_history_state_and_facts(loop: Loop) -> None:
    case_id = carried(loop, Plan(is_asked=True, names_category=False, has_questions=True, verdicts=(HAPPY,)))
    before = kept(loop, case_id)
    assert before[INTAKE].private
    assert before[DISPATCH].private
    tell(loop, erase(loop))
    after = kept(loop, case_id)
    assert after.keys() == before.keys() == set(LOOP_SERVICES)
    for service, case in after.items():
        assert (case.private, case.state, case.is_erased) == ({}, before[service].state, True)
        assert case.history[:-1] == before[service].history
        assert {**before[service].facts, "erased_at": case.facts["erased_at"]} == {**case.facts}


def test_hearing_it_twice_or_running_twice_changes_nothing(loop: Loop) -> None:
    case_id = carried(loop, Plan())
    letters = erase(loop)
    tell(loop, letters)
    before = kept(loop, case_id)
    tell(loop, [*letters, *erase(loop)])
    assert kept(loop, case_id) == before


def test_of_two_instances_one_erases(loop: Loop) -> None:
    case_id = carried(loop, Plan())
    loop.reports.rivals.append(lambda: erase_over(loop.reports, LATER, RETENTION))
    erase(loop)
    history = kept(loop, case_id)[INTAKE].history
    assert [event.verb for event in history].count("erase") == 1


@pytest.mark.parametrize("early", [RETENTION - timedelta(milliseconds=1), timedelta(0)])
def test_before_its_time_nothing_goes(loop: Loop, early: timedelta) -> None:
    case_id = carried(loop, Plan())
    closed_at = kept(loop, case_id)[INTAKE].facts["ended_at"]
    erase_over(loop.reports, closed_at + early, RETENTION)
    assert kept(loop, case_id)[INTAKE].private
    erase_over(loop.reports, closed_at + RETENTION, RETENTION)
    assert not kept(loop, case_id)[INTAKE].private


def test_what_was_rejected_or_withdrawn_goes_and_what_is_open_stays(loop: Loop) -> None:
    rejected, withdrawn, waiting = (submitted(loop, unsorted=True) for _ in range(3))
    loop.intake.carry_out("reject", command(HEAD, rejected.case_id, reason="示例", responsible="示例"), NOON)
    loop.intake.carry_out("withdraw", command(RESIDENT_TWO, withdrawn.case_id), NOON)
    tell(loop, [*loop.take_letters(), *erase(loop)])
    for gone in (rejected, withdrawn):
        cases = kept(loop, gone.case_id)
        assert {service: (case.private, case.is_erased) for service, case in cases.items()} == {
            INTAKE: ({}, True),
            EVALUATION: ({}, True),
        }
    assert kept(loop, waiting.case_id)[INTAKE].private


def test_what_was_merged_goes_with_its_parent_and_not_before(loop: Loop) -> None:
    parent = submitted(loop)
    child = submitted(loop, unsorted=True)
    loop.intake.carry_out("merge", command(HEAD, child.case_id, into=parent.case_id), NOON)
    erase(loop)
    assert kept(loop, child.case_id)[INTAKE].private
    close(loop, parent.case_id)
    erase(loop)
    assert [kept(loop, one.case_id)[INTAKE].private for one in (parent, child)] == [{}, {}]


def close(loop: Loop, case_id: str) -> None:
    report = loop.reports.load(case_id)
    assert report is not None
    for verb, facts in (("start_service", {}), ("serve", {}), ("close", {"closed_at": NOON, "ended_at": NOON})):
        report.record(verb, domain.INTAKE, NOON, facts=facts)
    assert loop.reports.commit([report]) == set()


def test_an_erased_case_takes_no_step_but_answers_old_keys(loop: Loop) -> None:
    case_id = carried(loop, Plan(is_asked=True, names_category=False))
    asking = command(HEAD, case_id, key="0-intake-1", question="示例?")  # as the script did
    told = loop.intake.carry_out("ask", asking, NOON)
    tell(loop, erase(loop))
    again = loop.intake.carry_out("ask", asking, LATER)
    assert (again.state, again.version, again.facts) == (told.state, told.version, told.facts)
    with pytest.raises(Gone) as refusal:
        loop.dispatch.carry_out("rework", command(HEAD, case_id, reason="示例"), LATER)
    assert "erased" in refusal.value.reason


def test_nothing_is_merged_into_an_erased_report(loop: Loop) -> None:
    parent = submitted(loop)
    close(loop, parent.case_id)
    erase(loop)
    late = submitted(loop, unsorted=True)
    with pytest.raises(Gone):
        loop.intake.carry_out("merge", command(HEAD, late.case_id, into=parent.case_id), NOON)
    assert kept(loop, late.case_id)[INTAKE].state == "submitted"


def test_an_order_that_was_reopened_meanwhile_is_not_erased_and_its_report_keeps_again(loop: Loop) -> None:
    case_id = carried(loop, Plan())
    letters = erase(loop)
    loop.dispatch.carry_out("rework", command(HEAD, case_id, reason="示例理由"), LATER)
    tell(loop, [*letters, *loop.take_letters()])
    cases = kept(loop, case_id)
    assert (cases[DISPATCH].state, cases[DISPATCH].private["rework_reason"]) == ("reworking", "示例理由")
    assert (cases[INTAKE].state, cases[INTAKE].is_erased) == ("in_service", False)
    assert not cases[EVALUATION].is_erased
