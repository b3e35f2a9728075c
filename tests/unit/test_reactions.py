"""How heard events are applied: in batches, each to its own case, none failing for another's sake."""

from collections.abc import Sequence
from functools import partial

import pytest

from services.intake.domain import Report
from shared.kernel.case import Notice
from shared.kernel.errors import Busy, UnknownCase
from shared.kernel.reactions import ATTEMPTS, react
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import NOON, RESIDENT_ONE, command


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


def accepted(reports: InMemoryReports) -> str:
    """The id of a report that waits for its order."""
    return (
        intake_over(reports).carry_out("submit", command(RESIDENT_ONE, text="示例", category="cleaning"), NOON).case_id
    )


def notice(case_id: str, sequence: int, *rounds: dict[str, object]) -> Notice:
    return Notice("dispatch", case_id, sequence, "WorkStarted", "in_progress", NOON, {"rounds": list(rounds)})


def started(case_id: str, sequence: int = 4) -> Notice:
    return notice(case_id, sequence, {"started_at": NOON})


def completed(case_id: str, sequence: int = 5) -> Notice:
    return notice(case_id, sequence, {"started_at": NOON, "completed_at": NOON})


def broken(case_id: str, sequence: int = 4) -> Notice:
    """Of a sender that forgot to say anything."""
    return Notice("dispatch", case_id, sequence, "WorkStarted", "in_progress", NOON, {})


def follow(reports: InMemoryReports, notices: Sequence[Notice]) -> list[tuple[Notice, str]]:
    failures = react(reports, notices, partial(Report.follow_order, at=NOON))
    return [(failed, type(error).__name__) for failed, error in failures]


def standing(reports: InMemoryReports, case_id: str) -> tuple[str | None, int, dict[str, int]]:
    report = reports.load(case_id)
    assert report is not None
    return report.state, report.version, report.inbox


def test_a_failing_notice_fails_alone(reports: InMemoryReports) -> None:
    first, second, third = (accepted(reports) for _ in range(3))
    failing = broken(second)
    assert follow(reports, [started(first), failing, completed(third)]) == [(failing, "KeyError")]
    assert standing(reports, first) == ("in_service", 3, {"dispatch": 4})
    assert standing(reports, second) == ("accepted", 2, {})
    assert standing(reports, third) == ("served", 4, {"dispatch": 5})


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_failing_notice_fails_no_other_of_its_own_case(reports: InMemoryReports, position: int) -> None:
    case_id = accepted(reports)
    batch = [started(case_id, 4), completed(case_id, 6)]
    batch.insert(position, broken(case_id, 7))
    assert follow(reports, batch) == [(batch[position], "KeyError")]
    assert standing(reports, case_id) == ("served", 4, {"dispatch": 6})


@pytest.mark.parametrize("position", [0, 1])
def test_what_a_newer_notice_has_overtaken_cannot_fail(reports: InMemoryReports, position: int) -> None:
    case_id = accepted(reports)
    batch = [completed(case_id, 6)]
    batch.insert(position, broken(case_id, 5))
    assert follow(reports, batch) == []
    assert standing(reports, case_id) == ("served", 4, {"dispatch": 6})


def test_a_reaction_that_fails_half_way_leaves_no_trace(reports: InMemoryReports) -> None:
    case_id = accepted(reports)

    def stumble(report: Report, heard: Notice) -> None:
        report.follow_order(heard, NOON)
        report.private["text"] = report.facts["category"] = "changed"
        raise RuntimeError("half-way")

    assert [failed for failed, _ in react(reports, [started(case_id)], stumble)] == [started(case_id)]
    assert standing(reports, case_id) == ("accepted", 2, {})
    assert len(reports.published) == 2


def test_a_case_that_should_be_known_and_is_not_is_a_failure(reports: InMemoryReports) -> None:
    known = accepted(reports)
    unknown = started("unknown")
    assert follow(reports, [unknown, started(known)]) == [(unknown, UnknownCase.__name__)]
    assert standing(reports, known)[0] == "in_service"
    assert reports.load("unknown") is None


def test_repeats_and_late_comers_in_a_batch_are_passed_over(reports: InMemoryReports) -> None:
    case_id = accepted(reports)
    assert follow(reports, [completed(case_id), completed(case_id), started(case_id)]) == []
    assert standing(reports, case_id) == ("served", 4, {"dispatch": 5})
    assert follow(reports, [started(case_id), completed(case_id)]) == []
    assert standing(reports, case_id) == ("served", 4, {"dispatch": 5})
    assert len(reports.published) == 4


def test_after_a_conflict_the_notices_are_applied_to_the_case_as_it_then_is(reports: InMemoryReports) -> None:
    raced, other = accepted(reports), accepted(reports)
    reports.rivals.append(lambda: intake_over(reports).carry_out("withdraw", command(RESIDENT_ONE, raced), NOON))
    assert follow(reports, [started(raced), started(other)]) == []
    report = reports.load(raced)
    assert report is not None
    assert [event.verb for event in report.history] == ["submit", "accept", "request_withdrawal", "start_service"]
    assert standing(reports, other) == ("in_service", 3, {"dispatch": 4})


def test_a_conflict_does_not_report_or_repeat_a_failure_twice(reports: InMemoryReports) -> None:
    case_id = accepted(reports)
    reports.rivals.append(lambda: intake_over(reports).carry_out("withdraw", command(RESIDENT_ONE, case_id), NOON))
    failing = broken(case_id, 5)
    assert follow(reports, [failing, started(case_id)]) == [(failing, "KeyError")]
    assert standing(reports, case_id) == ("in_service", 4, {"dispatch": 4})


def test_two_instances_that_hear_the_same_apply_it_once(reports: InMemoryReports) -> None:
    case_id = accepted(reports)
    reports.rivals.append(lambda: follow(reports, [completed(case_id)]))
    assert follow(reports, [started(case_id), completed(case_id)]) == []
    assert standing(reports, case_id) == ("served", 4, {"dispatch": 5})
    assert len(reports.published) == 4


def test_who_loses_every_race_is_tried_later(reports: InMemoryReports) -> None:
    case_id, other = accepted(reports), accepted(reports)

    def rival() -> None:
        report = reports.load(case_id)
        assert report is not None
        report.record("request_withdrawal", RESIDENT_ONE, NOON)
        reports.commit([report])

    reports.rivals.extend([rival] * ATTEMPTS)
    assert follow(reports, [started(case_id), started(other)]) == [(started(case_id), Busy.__name__)]
    assert standing(reports, other)[0] == "in_service"
    assert standing(reports, case_id)[0] == "accepted"
