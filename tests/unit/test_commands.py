"""How a command is carried out: once, and told the same ever after."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from nameko.exceptions import serialize
from uuid_utils import uuid7

from services.intake.domain import Report
from services.intake.scope import may_decide
from shared.kernel.actor import Actor
from shared.kernel.commands import ATTEMPTS, Command, digest, execute
from shared.kernel.errors import Busy, Changed, Forbidden, IllegalTransition, Invalid, KeyReused, NotFound
from shared.runtime.calls import deserialize
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, a_steward, command


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


def submit(reports: InMemoryReports, **body: object) -> Report:
    return intake_over(reports).carry_out("submit", command(RESIDENT_ONE, text="示例", **body), NOON)


def ask_and_add(reports: InMemoryReports, case_id: str) -> None:
    intake_over(reports).carry_out("ask", command(HEAD, case_id, question="示例"), NOON)
    intake_over(reports).carry_out("add_information", command(RESIDENT_ONE, case_id, text="示例"), NOON)


def test_a_repeated_command_is_answered_as_it_was_then(reports: InMemoryReports) -> None:
    case_id = submit(reports).case_id
    asking = command(HEAD, case_id, question="示例")
    first = intake_over(reports).carry_out("ask", asking, NOON)
    intake_over(reports).carry_out("add_information", command(RESIDENT_ONE, case_id, text="示例"), NOON)
    again = intake_over(reports).carry_out("ask", asking, NOON)
    assert (again.state, again.version) == (first.state, first.version) == ("needs_information", 2)
    stored = reports.load(case_id)
    assert stored is not None
    assert (stored.state, stored.version) == ("submitted", 3)
    assert len(reports.published) == 3


def test_a_repeated_submission_finds_the_report_it_made(reports: InMemoryReports) -> None:
    submission = command(RESIDENT_ONE, text="示例", category="cleaning")
    first = intake_over(reports).carry_out("submit", submission, NOON)
    intake_over(reports).carry_out("withdraw", command(RESIDENT_ONE, first.case_id), NOON)
    again = intake_over(reports).carry_out("submit", submission, NOON)
    assert (again.case_id, again.state, again.version) == (first.case_id, "accepted", 2)
    assert len(reports.all()) == 1


def test_the_same_submission_of_another_person_is_another_report(reports: InMemoryReports) -> None:
    mine, yours = (command(by, key="same", text="示例") for by in (RESIDENT_ONE, RESIDENT_TWO))
    ids = {intake_over(reports).carry_out("submit", one, NOON).case_id for one in (mine, yours)}
    assert len(ids) == len(reports.all()) == 2


def test_a_key_serves_for_one_request_only(reports: InMemoryReports) -> None:
    first = intake_over(reports).carry_out("submit", command(RESIDENT_ONE, key="key", text="示例"), NOON)
    with pytest.raises(KeyReused):
        intake_over(reports).carry_out("submit", command(RESIDENT_ONE, key="key", text="另一个示例"), NOON)
    intake_over(reports).carry_out("ask", command(HEAD, first.case_id, key="ask", question="示例"), NOON)
    with pytest.raises(KeyReused):
        intake_over(reports).carry_out("ask", command(HEAD, first.case_id, key="ask", question="另一个示例"), NOON)
    stored = reports.load(first.case_id)
    assert stored is not None
    assert stored.version == 2


def test_a_digest_tells_verbs_and_bodies_apart_but_not_the_order_of_fields() -> None:
    assert digest("a", {"x": 1, "y": 2}) == digest("a", {"y": 2, "x": 1})
    assert len({digest("a", {"x": 1}), digest("b", {"x": 1}), digest("a", {"x": 2}), digest("a", {"x": "1"})}) == 4


def test_a_lost_race_is_decided_again_on_the_case_as_it_then_is(reports: InMemoryReports) -> None:
    case_id = submit(reports).case_id
    reports.rivals.append(lambda: ask_and_add(reports, case_id))
    accepted = intake_over(reports).carry_out("accept", command(HEAD, case_id, category="cleaning"), NOON)
    assert [event.verb for event in accepted.history] == ["submit", "ask", "add_information", "accept"]
    stored = reports.load(case_id)
    assert stored is not None
    assert stored.history == accepted.history


def test_a_lost_race_may_end_in_a_refusal(reports: InMemoryReports) -> None:
    case_id = submit(reports).case_id
    reports.rivals.append(lambda: intake_over(reports).carry_out("withdraw", command(RESIDENT_ONE, case_id), NOON))
    with pytest.raises(IllegalTransition) as refusal:
        intake_over(reports).carry_out("accept", command(HEAD, case_id, category="cleaning"), NOON)
    allowed = ["unfollow", "issue_follow_link", "erase", "hide", "unhide"]
    assert (refusal.value.state, refusal.value.allowed) == ("withdrawn", allowed)


def test_the_same_command_at_the_same_time_is_carried_out_once(reports: InMemoryReports) -> None:
    """A phone that repeats before the first answer has come."""
    case_id = submit(reports).case_id
    asking = command(HEAD, case_id, question="示例")
    reports.rivals.append(lambda: intake_over(reports).carry_out("ask", asking, NOON))
    assert intake_over(reports).carry_out("ask", asking, NOON).version == 2
    assert len(reports.published) == 2


def test_the_same_submission_at_the_same_time_makes_one_report(reports: InMemoryReports) -> None:
    submission = command(RESIDENT_ONE, text="示例")
    made: list[Report] = []
    reports.rivals.append(lambda: made.append(intake_over(reports).carry_out("submit", submission, NOON)))
    assert intake_over(reports).carry_out("submit", submission, NOON).case_id == made[0].case_id
    assert len(reports.all()) == 1


def test_a_report_has_the_id_that_its_sender_has_chosen(reports: InMemoryReports) -> None:
    chosen = str(uuid7())
    assert intake_over(reports).carry_out("submit", command(RESIDENT_ONE, chosen, text="示例"), NOON).case_id == chosen


def test_an_id_that_is_taken_makes_a_report_of_another(reports: InMemoryReports) -> None:
    taken = submit(reports)
    made = intake_over(reports).carry_out("submit", command(RESIDENT_ONE, taken.case_id, text="另一示例"), NOON)
    assert made.case_id != taken.case_id
    assert {report.private["text"] for report in reports.all()} == {taken.private["text"], "另一示例"}


def test_an_id_that_is_none_is_refused(reports: InMemoryReports) -> None:
    with pytest.raises(Invalid, match="UUID"):
        intake_over(reports).carry_out("submit", command(RESIDENT_ONE, "case-1", text="示例"), NOON)
    assert reports.all() == []


@pytest.mark.parametrize(("races", "outcome"), [(ATTEMPTS - 1, "accepted"), (ATTEMPTS, "submitted")])
def test_who_loses_every_race_is_told_to_try_again(reports: InMemoryReports, races: int, outcome: str) -> None:
    case_id = submit(reports).case_id
    reports.rivals.extend([lambda: ask_and_add(reports, case_id)] * races)
    accepting = command(HEAD, case_id, category="cleaning")
    if outcome == "accepted":
        intake_over(reports).carry_out("accept", accepting, NOON)
    else:
        with pytest.raises(Busy):
            intake_over(reports).carry_out("accept", accepting, NOON)
    stored = reports.load(case_id)
    assert stored is not None
    assert (stored.state, stored.version) == (outcome, 1 + 2 * races + (outcome == "accepted"))


def _unexpected(_: Report) -> None:
    raise AssertionError("decided without being allowed to")


@pytest.mark.parametrize(
    ("by", "case_id", "refusal"),
    [
        (a_steward("grid-cleaner"), "known", Forbidden),
        (a_steward("grid-cleaner"), "unknown", Forbidden),
        (RESIDENT_ONE, "unknown", NotFound),
        (RESIDENT_TWO, "known", NotFound),
    ],
)
def test_a_role_is_judged_first_and_then_whether_the_case_may_be_known(
    reports: InMemoryReports, by: Actor, case_id: str, refusal: type[Exception]
) -> None:
    known = submit(reports).case_id
    asked: Command = command(by, known if case_id == "known" else str(uuid4()))
    decide: Callable[[Report], None] = _unexpected
    with pytest.raises(refusal):
        execute(reports, "withdraw", asked, decide, may_decide)


def test_a_command_for_another_version_is_refused_and_changes_nothing(reports: InMemoryReports) -> None:
    case_id = submit(reports).case_id
    asking = replace(command(HEAD, case_id, question="示例"), seen=[7])
    with pytest.raises(Changed) as refusal:
        intake_over(reports).carry_out("ask", asking, NOON)
    assert refusal.value.version == 1
    stored = reports.load(case_id)
    assert stored is not None
    assert stored.version == 1


def test_a_command_for_the_version_it_saw_is_carried_out_and_repeated_whatever_came_since(
    reports: InMemoryReports,
) -> None:
    case_id = submit(reports).case_id
    asking = replace(command(HEAD, case_id, question="示例"), seen=[1])
    first = intake_over(reports).carry_out("ask", asking, NOON)
    again = intake_over(reports).carry_out("ask", asking, NOON)
    assert (again.state, again.version) == (first.state, first.version) == ("needs_information", 2)


def test_a_merge_for_another_version_leaves_the_parent_as_it_was(reports: InMemoryReports) -> None:
    child, parent = submit(reports).case_id, submit(reports).case_id
    merging = replace(command(HEAD, child, into=parent), seen=[9])
    with pytest.raises(Changed):
        intake_over(reports).carry_out("merge", merging, NOON)
    stored = reports.load(parent)
    assert stored is not None
    assert stored.version == 1


def test_of_two_who_decide_on_the_same_version_the_later_is_refused(reports: InMemoryReports) -> None:
    """Others write between its looking and its writing: the guard of the write finds it."""
    case_id = submit(reports).case_id
    reports.rivals.append(lambda: ask_and_add(reports, case_id))
    accepting = replace(command(HEAD, case_id, category="cleaning"), seen=[1])
    with pytest.raises(Changed) as refusal:
        intake_over(reports).carry_out("accept", accepting, NOON)
    assert refusal.value.version == 3


def test_a_refusal_for_another_version_crosses_rpc_with_its_number() -> None:
    crossed = deserialize(serialize(Changed("case", 7)))
    assert (type(crossed), crossed.version) == (Changed, 7)
