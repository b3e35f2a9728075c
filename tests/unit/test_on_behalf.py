"""Reports on somebody's behalf: whose they are, who entered them, and what a worker may not do in a resident's name."""

from typing import Any

import pytest

from services.intake.domain import Report
from shared.contracts.channels import BY_WORKERS, CHANNELS
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.errors import Forbidden, IllegalTransition, Invalid, NotFound
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import HEAD, NOON, RESIDENT_ONE, a_steward, command

WORKER = a_steward("sample-worker")
NEIGHBOUR = Actor("p-sample", RESIDENT)
BY_PHONE = {"name": "示例居民", "phone": "+8613800000000", "consent": True, "reporter": NEIGHBOUR.subject}
NAMELESS = {"name": "示例老人", "consent": True}


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


def enter(reports: InMemoryReports, by: Actor = WORKER, key: str | None = None, **body: Any) -> Report:
    entered = {"text": "示例", "channel": "door", **body}
    return intake_over(reports).carry_out("submit", command(by, key=key, **entered), NOON)


@pytest.mark.parametrize("by", [WORKER, HEAD])
@pytest.mark.parametrize("channel", BY_WORKERS)
def test_the_reporter_is_the_resident_and_who_entered_it_is_kept(
    reports: InMemoryReports, by: Actor, channel: str
) -> None:
    report = enter(reports, by, channel=channel, on_behalf_of=BY_PHONE)
    kept = {name: report.facts[name] for name in ("reporter", "entered_by", "channel")}
    assert kept == {"reporter": NEIGHBOUR.subject, "entered_by": by.subject, "channel": channel}
    assert report.history[0].by == by
    assert "on_behalf_of" not in report.facts


def test_by_their_phone_they_see_it_and_withdraw_it_themselves(reports: InMemoryReports) -> None:
    report = enter(reports, on_behalf_of=BY_PHONE)
    intake = intake_over(reports)
    assert intake.get(report.case_id, NEIGHBOUR).case_id == report.case_id
    assert intake.carry_out("withdraw", command(NEIGHBOUR, report.case_id), NOON).state == "withdrawn"


def test_who_entered_it_withdraws_nothing_in_their_name(reports: InMemoryReports) -> None:
    report = enter(reports, on_behalf_of=BY_PHONE)
    with pytest.raises(Forbidden):
        intake_over(reports).carry_out("withdraw", command(WORKER, report.case_id), NOON)
    as_resident = Actor(WORKER.subject, RESIDENT)
    with pytest.raises(NotFound):
        intake_over(reports).carry_out("withdraw", command(as_resident, report.case_id), NOON)


def test_without_a_phone_they_are_somebody_else_in_each_report(reports: InMemoryReports) -> None:
    first, second = (enter(reports, on_behalf_of=NAMELESS) for _ in range(2))
    assert first.facts["reporter"] != second.facts["reporter"]
    assert first.facts["reporter"].startswith("w-")
    assert "contact_phone" not in first.private


def test_the_same_request_again_finds_the_same_report_and_the_same_person(reports: InMemoryReports) -> None:
    first, again = (enter(reports, key="one", on_behalf_of=NAMELESS) for _ in range(2))
    assert (again.case_id, again.facts["reporter"]) == (first.case_id, first.facts["reporter"])
    assert len(reports.all()) == 1


@pytest.mark.parametrize("channel", sorted({*CHANNELS} - {*BY_WORKERS}))
def test_a_worker_says_how_it_reached_them(reports: InMemoryReports, channel: str) -> None:
    assert refused(reports, WORKER, on_behalf_of=BY_PHONE, channel=channel) == ["channel"]


def test_for_whom_it_is_has_to_be_said_by_workers_and_by_nobody_else(reports: InMemoryReports) -> None:
    assert refused(reports, WORKER) == ["on_behalf_of"]
    assert refused(reports, RESIDENT_ONE, on_behalf_of=BY_PHONE) == ["on_behalf_of"]


def test_nobody_enters_what_is_their_own(reports: InMemoryReports) -> None:
    own = {**BY_PHONE, "reporter": WORKER.subject}
    assert refused(reports, WORKER, on_behalf_of=own) == ["on_behalf_of"]


def test_the_contact_is_given_once(reports: InMemoryReports) -> None:
    twice = {"contact_name": "示例", "contact_phone": "13900000000", "on_behalf_of": BY_PHONE}
    assert refused(reports, WORKER, **twice) == ["contact_name", "contact_phone"]


def test_a_worker_adds_what_a_resident_tells_where_a_worker_reported(reports: InMemoryReports) -> None:
    intake = intake_over(reports)
    entered = enter(reports, on_behalf_of=NAMELESS)
    intake.carry_out("ask", command(HEAD, entered.case_id, question="在哪里？"), NOON)
    added = intake.carry_out("add_information", command(WORKER, entered.case_id, text="东门"), NOON)
    assert (added.state, added.private["information"]) == ("submitted", ["东门"])


def test_a_worker_adds_nothing_to_what_a_resident_reported(reports: InMemoryReports) -> None:
    intake = intake_over(reports)
    own = intake.carry_out("submit", command(RESIDENT_ONE, text="示例", channel="app"), NOON)
    with pytest.raises(NotFound):
        intake.carry_out("add_information", command(WORKER, own.case_id, text="东门"), NOON)
    intake.carry_out("ask", command(HEAD, own.case_id, question="在哪里？"), NOON)
    with pytest.raises(Forbidden) as refusal:
        intake.carry_out("add_information", command(HEAD, own.case_id, text="东门"), NOON)
    assert "an account of their own" in refusal.value.reason
    with pytest.raises(IllegalTransition):
        intake.carry_out(
            "add_information", command(WORKER, enter(reports, on_behalf_of=NAMELESS).case_id, text="x"), NOON
        )


def refused(reports: InMemoryReports, by: Actor, **body: Any) -> list[str]:
    """The fields that are wrong; nothing is kept."""
    before = len(reports.all())
    with pytest.raises(Invalid) as refusal:
        enter(reports, by, **body)
    assert len(reports.all()) == before
    return list(refusal.value.errors)
