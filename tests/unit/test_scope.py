"""Whose business a report is: the rule book of `services.intake.scope`, asked of intake itself."""

from datetime import datetime
from typing import Any

import pytest

from services.intake.domain import Report
from services.intake.handlers import Intake
from services.intake.scope import may_see, serves
from shared.kernel.actor import ANALYST, DISPATCHER, INSPECTOR, OPERATOR, REPRESENTATIVE, STEWARD, Actor
from shared.kernel.case_tokens import Grant
from shared.kernel.errors import Forbidden, Invalid, NotFound
from tests.support.district import IN_THE_GRID
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import NOON, RESIDENT_ONE, RESIDENT_TWO, command

HERE = {**IN_THE_GRID, "datum": "WGS-84"}
HEAD, NEIGHBOUR, UNITLESS = (Actor("head", DISPATCHER, unit) for unit in ("g", "h", None))
ABOVE = Actor("above", DISPATCHER, "d")
STRANGERS = [NEIGHBOUR, UNITLESS, RESIDENT_TWO, Actor(RESIDENT_ONE.subject, STEWARD)]
STRANGERS += [Actor("some", role, "g") for role in (STEWARD, INSPECTOR, REPRESENTATIVE, OPERATOR, ANALYST)]
DECISIONS: dict[str, dict[str, Any]] = {
    "accept": {"category": "cleaning"},
    "reject": {"reason": "示例", "responsible": "示例"},
    "ask": {"question": "示例"},
}


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


@pytest.fixture
def intake(reports: InMemoryReports) -> Intake:
    return intake_over(reports)


def waiting(intake: Intake, **more: Any) -> str:
    """A report that a person has to decide on, as it has no category."""
    report = intake.carry_out("submit", command(RESIDENT_ONE, **{"text": "示例", "position": HERE, **more}), NOON)
    assert report.state == "submitted"
    return report.case_id


def is_seen(intake: Intake, case_id: str, by: Actor, grant: Grant | None = None) -> bool:
    try:
        intake.get(case_id, by, grant)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("by", [HEAD, ABOVE])
@pytest.mark.parametrize("verb", DECISIONS)
def test_the_dispatchers_of_its_place_decide_and_those_above(intake: Intake, verb: str, by: Actor) -> None:
    case_id = waiting(intake)
    assert is_seen(intake, case_id, by)
    assert intake.carry_out(verb, command(by, case_id, **DECISIONS[verb]), NOON).state != "submitted"


@pytest.mark.parametrize("by", STRANGERS)
@pytest.mark.parametrize("verb", DECISIONS)
def test_nobody_else_decides_or_learns_of_it(intake: Intake, reports: InMemoryReports, verb: str, by: Actor) -> None:
    case_id = waiting(intake)
    assert not is_seen(intake, case_id, by)
    with pytest.raises((NotFound, Forbidden)):
        intake.carry_out(verb, command(by, case_id, **DECISIONS[verb]), NOON)
    kept = reports.load(case_id)
    assert kept
    assert (kept.state, kept.version) == ("submitted", 1)


@pytest.mark.parametrize("by", [HEAD, NEIGHBOUR, ABOVE])
def test_what_lies_nowhere_is_for_every_dispatcher_with_a_unit(intake: Intake, by: Actor) -> None:
    case_id = waiting(intake, position={"lon": 2.35, "lat": 48.85, "datum": "WGS-84"})
    assert is_seen(intake, case_id, by)
    assert not is_seen(intake, case_id, UNITLESS)
    assert intake.carry_out("accept", command(by, case_id, category="cleaning"), NOON).state == "accepted"


def test_nothing_is_merged_into_a_report_of_another_place(intake: Intake, reports: InMemoryReports) -> None:
    elsewhere = waiting(intake, position={**HERE, "lon": HERE["lon"] + 0.005})
    case_id = waiting(intake, text="另一个示例")
    with pytest.raises(Invalid, match="There is no report"):
        intake.carry_out("merge", command(HEAD, case_id, into=elsewhere), NOON)
    with pytest.raises(NotFound):
        intake.carry_out("merge", command(NEIGHBOUR, case_id, into=elsewhere), NOON)
    assert {report.version for report in reports.load_many([case_id, elsewhere]).values()} == {1}
    assert intake.carry_out("merge", command(ABOVE, case_id, into=elsewhere), NOON).state == "merged"


def test_once_it_is_accepted_it_is_seen_by_its_order_alone(intake: Intake) -> None:
    case_id = waiting(intake)
    intake.carry_out("accept", command(HEAD, case_id, category="cleaning"), NOON)
    assert not is_seen(intake, case_id, HEAD)
    for by in (HEAD, NEIGHBOUR, Actor("some", STEWARD), Actor("some", INSPECTOR, "d")):
        assert is_seen(intake, case_id, by, grant(case_id, by))
        assert not is_seen(intake, case_id, by, grant("another case", by))


def test_a_merged_report_is_seen_by_the_order_of_its_parent(intake: Intake) -> None:
    parent, child = waiting(intake), waiting(intake, text="另一个示例")
    intake.carry_out("merge", command(HEAD, child, into=parent), NOON)
    server = Actor("some", STEWARD)
    assert intake.parent_of(child) == parent
    assert is_seen(intake, child, server, grant(parent, server))
    assert intake.parent_of(parent) is None
    assert not is_seen(intake, parent, server, grant(child, server))


def test_a_resident_sees_their_own_and_what_theirs_was_merged_into(intake: Intake) -> None:
    parent = waiting(intake)
    child = intake.carry_out("submit", command(RESIDENT_TWO, text="另一个示例", position=HERE), NOON).case_id
    assert [is_seen(intake, parent, by) for by in (RESIDENT_ONE, RESIDENT_TWO)] == [True, False]
    intake.carry_out("merge", command(HEAD, child, into=parent), NOON)
    assert [is_seen(intake, parent, by) for by in (RESIDENT_ONE, RESIDENT_TWO)] == [True, True]
    assert [is_seen(intake, child, by) for by in (RESIDENT_ONE, RESIDENT_TWO)] == [False, True]


def test_a_dispatcher_without_a_unit_has_no_list(intake: Intake) -> None:
    with pytest.raises(Forbidden, match="unit"):
        intake.page(UNITLESS, None, None)


@pytest.mark.parametrize(
    ("state", "by", "granted", "expected"),
    [
        ("submitted", HEAD, None, True),
        ("needs_information", ABOVE, None, True),
        ("submitted", NEIGHBOUR, None, False),
        ("rejected", HEAD, None, False),
        ("in_service", Actor("some", STEWARD), True, True),
        ("in_service", Actor("some", STEWARD), False, False),
        ("closed", HEAD, False, False),
    ],
)
def test_only_who_serves_or_decides_at_this_moment_needs_to_reach_the_reporter(
    state: str, by: Actor, granted: bool | None, expected: bool
) -> None:
    report = Report("case", state, facts={"reporter": "r", "unit_path": ["d", "s", "c", "e", "g"]})
    given = None if granted is None else grant("case", by, serves=granted)
    assert serves(report, by, given) is expected


def test_a_worker_sees_and_adds_to_what_they_entered_for_somebody() -> None:
    report = Report("case", "accepted", facts={"reporter": "r", "entered_by": "worker", "accepted_at": NOON})
    assert [may_see(report, Actor(who, STEWARD)) for who in ("worker", "another")] == [True, False]


def grant(case_id: str, to: Actor, serves: bool = False, at: datetime = NOON) -> Grant:
    return Grant(case_id, to.subject, to.role, serves, at.timestamp() + 60)
