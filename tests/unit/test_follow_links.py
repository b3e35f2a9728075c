"""Follow links: one is good at a time, of nobody else's case, and none of a case whose personal data are gone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.intake.domain import INTAKE, Report
from services.intake.follow_links import REPLACED, follow_token, followed
from shared.kernel.errors import Forbidden, Gone, NotFound
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import HEAD, NOON, RESIDENT_ONE, a_steward, command

KEY = b"a key for follow links in tests"
WORKER = a_steward("sample-worker")
NEIGHBOUR = {"name": "示例居民", "consent": True, "reporter": "p-sample"}


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


@pytest.fixture
def entered(reports: InMemoryReports) -> Report:
    body = {"text": "示例", "channel": "door", "on_behalf_of": NEIGHBOUR}
    return intake_over(reports).carry_out("submit", command(WORKER, **body), NOON)


def token_of(report: Report) -> str:
    token = follow_token(KEY, report)
    assert token is not None
    return token


def test_a_report_on_behalf_comes_with_a_link_that_follows_it(reports: InMemoryReports, entered: Report) -> None:
    assert followed(reports, KEY, token_of(entered)).facts["reporter"] == "p-sample"


def test_a_new_link_ends_the_one_before(reports: InMemoryReports, entered: Report) -> None:
    first = token_of(entered)
    asked = command(HEAD, entered.case_id)
    again, repeated = (intake_over(reports).carry_out("issue_follow_link", asked, NOON) for _ in range(2))
    second = token_of(again)
    assert token_of(repeated) == second != first
    assert followed(reports, KEY, second).case_id == entered.case_id
    with pytest.raises(Gone) as refusal:
        followed(reports, KEY, first)
    assert refusal.value.reason == REPLACED


def test_a_repeated_submission_is_answered_with_the_link_of_then(reports: InMemoryReports) -> None:
    submission = command(WORKER, text="示例", channel="door", on_behalf_of=NEIGHBOUR)
    first = intake_over(reports).carry_out("submit", submission, NOON)
    intake_over(reports).carry_out("issue_follow_link", command(HEAD, first.case_id), NOON)
    assert token_of(intake_over(reports).carry_out("submit", submission, NOON)) == token_of(first)


def test_whoever_reported_by_an_account_has_no_link(reports: InMemoryReports) -> None:
    own = intake_over(reports).carry_out("submit", command(RESIDENT_ONE, text="示例", channel="app"), NOON)
    assert follow_token(KEY, own) is None
    with pytest.raises(Forbidden) as refusal:
        intake_over(reports).carry_out("issue_follow_link", command(HEAD, own.case_id), NOON)
    assert "an account of their own" in refusal.value.reason


def test_of_an_erased_case_it_is_gone(reports: InMemoryReports, entered: Report) -> None:
    report = reports.load(entered.case_id)
    assert report is not None
    report.reject(HEAD, NOON, "示例", "示例单位")
    report.erase(INTAKE, NOON + timedelta(days=1))
    reports.commit([report])
    with pytest.raises(Gone, match="erased"):
        followed(reports, KEY, token_of(entered))


def test_what_nobody_issued_is_not_found(reports: InMemoryReports, entered: Report) -> None:
    token = token_of(entered)
    elsewhere = follow_token(KEY, Report(str(uuid4()), facts={"follow_link": 1}))
    early = follow_token(KEY, Report(entered.case_id, facts={"follow_link": 2}))
    forged = follow_token(b"another key", entered)
    for wrong in ("no-token", "", token[:-1], f"{token}A", elsewhere, early, forged):
        with pytest.raises(NotFound):
            followed(reports, KEY, str(wrong))
