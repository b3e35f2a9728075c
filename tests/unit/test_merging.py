"""Merging reports and taking them apart: what is refused, and what a crash between the two writes leaves."""

from dataclasses import replace
from typing import Any

import pytest

from services.intake.domain import Report
from services.intake.handlers import Intake
from services.intake.triage import Action, Detail, Rule, Triage
from shared.contracts.positions import WGS84
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.case import Notice
from shared.kernel.errors import Forbidden, IllegalTransition, Invalid, NotFound
from tests.support.district import CATALOGUE, IN_THE_GRID, INTAKE_RULEBOOK
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, command

HERE = {**IN_THE_GRID, "datum": WGS84}
SEWER = {"text": "东门污水井又满了，流到路上", "category": "blocked_pipes", "position": HERE}


class Crash(Exception):
    pass


def crash() -> None:
    raise Crash


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


@pytest.fixture
def intake(reports: InMemoryReports) -> Intake:
    return intake_over(reports)


def submit(intake: Intake, by: Actor = RESIDENT_TWO, **changes: Any) -> Report:
    return intake.carry_out("submit", command(by, **{**SEWER, **changes}), NOON)


def load(reports: InMemoryReports, case_id: str) -> Report:
    report = reports.load(case_id)
    assert report is not None
    return report


@pytest.fixture
def parent(intake: Intake) -> str:
    return submit(intake, RESIDENT_ONE).case_id


@pytest.fixture
def child(intake: Intake, parent: str) -> str:
    return submit(intake).case_id


def merge(intake: Intake, child: str, into: str, key: str | None = None) -> Report:
    return intake.carry_out("merge", command(HEAD, child, key, into=into), NOON)


def unmerge(intake: Intake, child: str, key: str | None = None) -> Report:
    return intake.carry_out("unmerge", command(HEAD, child, key), NOON)


def test_a_likely_duplicate_waits_for_a_person(intake: Intake, parent: str) -> None:
    waiting = submit(intake)
    assert (waiting.state, waiting.facts["possible_duplicates"]) == ("submitted", [parent])
    assert waiting.facts["triage"] == {"rule": "possible_duplicate", "action": "person"}
    accepted = intake.carry_out("accept", command(HEAD, waiting.case_id), NOON)
    assert (accepted.state, accepted.facts["category"]) == ("accepted", "blocked_pipes")


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "化粪池盖子破了一个洞"},
        {"category": "cleaning"},
        {"position": {**HERE, "lat": HERE["lat"] + 0.002}},
        {"position": None},
    ],
)
def test_what_is_elsewhere_or_something_else_is_accepted(intake: Intake, parent: str, changes: dict[str, Any]) -> None:
    body = {name: value for name, value in {**SEWER, **changes}.items() if value}
    report = intake.carry_out("submit", command(RESIDENT_TWO, **body), NOON)
    assert (report.state, "possible_duplicates" in report.facts) == ("accepted", False)


def test_what_the_resident_said_is_something_else_is_accepted(intake: Intake, parent: str) -> None:
    report = submit(intake, not_duplicate_of=[parent])
    assert (report.state, report.facts["not_duplicate_of"]) == ("accepted", [parent])


def test_disputes_are_never_compared_nor_merged(intake: Intake, parent: str) -> None:
    one, other = (submit(intake, category="neighbour_dispute").case_id for _ in range(2))
    asked = {"text": SEWER["text"], "category": "neighbour_dispute", "position": HERE}
    assert intake.similar(asked, NOON) == []
    assert intake.get(other, RESIDENT_TWO).state == "accepted"
    waiting = submit(intake).case_id
    with pytest.raises(Invalid) as refusal:
        merge(intake, waiting, one)
    assert "confidential" in refusal.value.errors["into"][0]


def test_a_dispute_is_not_compared_even_where_the_catalogue_gives_it_a_radius(reports: InMemoryReports) -> None:
    nearby = replace(CATALOGUE["neighbour_dispute"], duplicate_radius=200, duplicate_days=3, family="water")
    careless = intake_over(reports, replace(INTAKE_RULEBOOK, catalogue={**CATALOGUE, nearby.code: nearby}))
    submit(careless, category=nearby.code)
    assert submit(careless).state == submit(careless, category=nearby.code).state == "accepted"


def test_a_report_that_a_rule_asked_is_no_duplicate_of_itself(reports: InMemoryReports) -> None:
    asking = Triage((Rule("who", frozenset(), ("污水",), frozenset({Detail.CONTACT}), Action.ASK, "示例?", ""),))
    intake = intake_over(reports, replace(INTAKE_RULEBOOK, triage=asking))
    asked = submit(intake, category="blocked_pipes")
    assert (asked.state, asked.private["question"]) == ("needs_information", "示例?")
    added = intake.carry_out("add_information", command(RESIDENT_TWO, asked.case_id, text="示例"), NOON)
    assert (added.state, added.facts["asked"]) == ("accepted", ["who"])


def test_what_others_follow_does_not_become_a_dispute(intake: Intake, parent: str, child: str) -> None:
    other = submit(intake).case_id
    merge(intake, other, child)
    as_dispute = {"category": "neighbour_dispute"}
    with pytest.raises(Invalid) as refusal:
        intake.carry_out("accept", command(HEAD, child, **as_dispute), NOON)
    assert list(refusal.value.errors) == ["category"]
    unmerge(intake, other)
    assert intake.carry_out("accept", command(HEAD, child, **as_dispute), NOON).state == "accepted"


def test_the_merged_reporter_follows_the_parent(
    intake: Intake, reports: InMemoryReports, parent: str, child: str
) -> None:
    with pytest.raises(NotFound):
        intake.get(parent, RESIDENT_TWO)
    merged = merge(intake, child, parent)
    assert (merged.state, merged.facts["parent"]) == ("merged", parent)
    followed = intake.get(parent, RESIDENT_TWO)
    assert followed.state == "accepted"
    assert followed.snapshot()["followers"] == [RESIDENT_TWO.subject]


def test_a_follower_may_look_and_not_act(intake: Intake, parent: str, child: str) -> None:
    merge(intake, child, parent)
    with pytest.raises(NotFound):
        intake.carry_out("withdraw", command(RESIDENT_TWO, parent), NOON)


def test_who_reported_twice_follows_nobody_but_is_merged(intake: Intake, reports: InMemoryReports, parent: str) -> None:
    again = submit(intake, RESIDENT_ONE).case_id
    merge(intake, again, parent)
    assert (load(reports, parent).facts["followers"], [*load(reports, parent).children]) == ([], [again])


def test_two_reports_of_one_person_are_one_follower_until_the_last_leaves(
    intake: Intake, reports: InMemoryReports, parent: str
) -> None:
    children = [submit(intake).case_id for _ in range(2)]
    for case_id in children:
        merge(intake, case_id, parent)
    followers = []
    for case_id in children:
        followers.append(load(reports, parent).facts["followers"])
        assert unmerge(intake, case_id).state == "submitted"
    assert [*followers, load(reports, parent).facts["followers"]] == [[RESIDENT_TWO.subject]] * 2 + [[]]


def test_an_unmerged_report_waits_and_the_rules_are_silent(intake: Intake, parent: str, child: str) -> None:
    """Though by now they would accept it, as it is like no open report any more."""
    merge(intake, child, parent)
    unmerge(intake, child)
    order = {"rounds": [{}], "cancelled_at": NOON}
    intake.follow([Notice("dispatch", parent, 9, "OrderCancelled", "cancelled", NOON, order)], NOON)
    assert intake.similar({name: SEWER[name] for name in ("text", "category", "position")}, NOON)[1:] == []
    intake.carry_out("ask", command(HEAD, child, question="示例?"), NOON)
    again = intake.carry_out("add_information", command(RESIDENT_TWO, child, text="示例"), NOON)
    assert (again.state, again.facts["parent"]) == ("submitted", None)


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_into_what_has_ended_nothing_is_merged(intake: Intake, child: str, end: str) -> None:
    ended = submit(intake, RESIDENT_ONE).case_id
    if end == "reject":
        intake.carry_out("reject", command(HEAD, ended, reason="示例", responsible="示例"), NOON)
    else:
        intake.carry_out("withdraw", command(RESIDENT_ONE, ended), NOON)
    refused(intake, child, ended, "merge into an open report")


def test_into_itself_into_nothing_and_into_the_merged(intake: Intake, parent: str, child: str) -> None:
    other = submit(intake).case_id
    refused(intake, child, child, "itself")
    refused(intake, child, "00000000-0000-7000-8000-000000000000", "There is no report")
    merge(intake, other, parent)
    refused(intake, child, other, f"merge into {parent}")


def test_a_parent_is_not_merged(intake: Intake, parent: str, child: str) -> None:
    other = submit(intake).case_id
    merge(intake, other, child)
    refused(intake, child, parent, "unmerge them")


def refused(intake: Intake, child: str, into: str, words: str) -> None:
    before = [intake.get(child, HEAD).state, _children(intake, into)]
    with pytest.raises(Invalid) as refusal:
        merge(intake, child, into)
    assert words in refusal.value.errors["into"][0]
    assert [intake.get(child, HEAD).state, _children(intake, into)] == before


def _children(intake: Intake, case_id: str) -> list[str]:
    try:
        return [*intake.get(case_id, HEAD).children]
    except NotFound:
        return []


def test_an_accepted_report_is_not_merged_and_nobody_follows(
    intake: Intake, reports: InMemoryReports, parent: str
) -> None:
    accepted = submit(intake, not_duplicate_of=[parent]).case_id
    with pytest.raises(IllegalTransition):
        merge(intake, accepted, parent)
    with pytest.raises(Forbidden):
        intake.carry_out("merge", command(RESIDENT_TWO, accepted, into=parent), NOON)
    assert load(reports, parent).children == {}


def test_a_crash_between_the_writes_of_a_merge_is_repaired_by_repeating_it(
    intake: Intake, reports: InMemoryReports, parent: str, child: str
) -> None:
    reports.rivals.extend([lambda: None, crash, crash])
    with pytest.raises(Crash):
        merge(intake, child, parent, "once")
    reports.rivals.clear()
    assert (load(reports, parent).facts["followers"], load(reports, child).state) == (
        [RESIDENT_TWO.subject],
        "submitted",
    )
    assert merge(intake, child, parent, "once").state == "merged"
    assert [event.verb for event in load(reports, parent).history].count("follow") == 1


def test_a_crash_between_the_writes_of_an_unmerge_is_repaired_by_repeating_it(
    intake: Intake, reports: InMemoryReports, parent: str, child: str
) -> None:
    merge(intake, child, parent)
    reports.rivals.extend([lambda: None, crash])
    with pytest.raises(Crash):
        unmerge(intake, child, "once")
    assert (load(reports, child).state, load(reports, parent).facts["followers"]) == (
        "submitted",
        [RESIDENT_TWO.subject],
    )
    assert unmerge(intake, child, "once").state == "submitted"
    assert load(reports, parent).facts["followers"] == []


def test_a_merge_that_loses_the_race_leaves_no_follower(
    intake: Intake, reports: InMemoryReports, parent: str, child: str
) -> None:
    reports.rivals.extend([lambda: None, lambda: intake.carry_out("withdraw", command(RESIDENT_TWO, child), NOON)])
    with pytest.raises(IllegalTransition):
        merge(intake, child, parent)
    assert load(reports, parent).children == {}


def test_what_was_merged_into_an_ended_report_waits_again(
    intake: Intake, reports: InMemoryReports, parent: str, child: str
) -> None:
    other = submit(intake, Actor("sample-resident-3", RESIDENT)).case_id
    merge(intake, other, child)
    intake.carry_out("withdraw", command(RESIDENT_TWO, child), NOON)
    assert load(reports, other).state == "merged"
    for _ in range(2):
        intake.release_followers(NOON)
        assert (load(reports, other).state, load(reports, child).children) == ("submitted", {})
    assert [event.verb for event in load(reports, other).history] == ["submit", "merge", "unmerge"]
