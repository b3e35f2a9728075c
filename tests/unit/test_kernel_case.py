"""What a case is: the sum of its history, at any moment, and never the worse for a try."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import INTAKE, Report
from shared.kernel.case import Notice, Receipt
from shared.kernel.errors import Forbidden, IllegalTransition, KeyReused
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, SURE

FIRST, SECOND = Receipt("first", "a"), Receipt("second", "b")

Step = tuple[str, dict[str, str]]
STEPS = {
    "submit": RESIDENT_ONE,
    "ask": HEAD,
    "add_information": RESIDENT_ONE,
    "withdraw": RESIDENT_ONE,
    "accept": HEAD,
}
FACTS = st.dictionaries(st.sampled_from(("category", "channel", "position")), st.text(max_size=3))


def walked(steps: list[Step]) -> Report:
    """A report after as many of the steps as its state allowed."""
    report = Report("case")
    for verb, facts in steps:
        if (report.state, verb) in report.lifecycle.transitions:
            report.record(verb, STEPS[verb], NOON, facts=facts)
    return report


SUBMIT: Step = ("submit", {"category": "cleaning"})
WALKS = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), FACTS)).map(lambda steps: [SUBMIT, *steps])


@given(WALKS)
def test_state_and_facts_are_the_sum_of_the_history(steps: list[Step]) -> None:
    report = walked(steps)
    again = Report.replay("case", report.history)
    assert (again.state, again.version, again.facts) == (report.state, report.version, report.facts)
    assert [event.sequence for event in report.history] == list(range(1, report.version + 1))


@given(WALKS, st.data())
def test_a_case_can_be_told_as_of_any_event(steps: list[Step], data: st.DataObject) -> None:
    report = walked(steps)
    sequence = data.draw(st.integers(1, report.version))
    then = report.as_of(sequence)
    expected = Report.replay("case", report.history[:sequence])
    assert then == expected
    assert then.version == sequence
    assert then.state == report.history[sequence - 1].state


def test_as_of_shows_facts_as_they_were_and_private_data_as_they_are() -> None:
    report = walked([("submit", {"category": "cleaning"}), ("accept", {"category": "other"})])
    report.private["text"] = "示例"
    then = report.as_of(1)
    assert then.facts["category"] == "cleaning"
    assert then.private == {"text": "示例"}


def test_a_fork_that_moves_on_leaves_the_original_alone() -> None:
    report = walked([("submit", {})])
    fork = report.fork()
    assert fork == report
    fork.record("accept", HEAD, NOON, facts={"category": "other"}, private={"text": "示例"})
    fork.hear(Notice("dispatch", "case", 4, "OrderOpened", "pending", NOON, {}))
    assert (report.state, report.version, report.facts) == ("submitted", 1, {})
    assert len(report.history) == len(report.outgoing) == 1
    assert (report.private, report.new_private, report.inbox, report.new_inbox) == ({}, {}, {}, {})


def test_each_event_of_a_step_goes_out_with_the_public_facts_as_of_then() -> None:
    report = walked([("submit", {"category": "cleaning", "round": 1}), ("accept", {"category": "other"})])
    assert [snapshot for _, snapshot in report.outgoing] == [{"category": "cleaning"}, {"category": "other"}]


def test_private_data_is_in_no_event() -> None:
    report = Report("case")
    report.record("submit", RESIDENT_ONE, NOON, facts={"category": "cleaning"}, private={"text": "示例"})
    assert report.private == report.new_private == {"text": "示例"}
    assert report.history[0].facts == report.outgoing[0][1] == {"category": "cleaning"}


def test_a_refused_step_changes_nothing() -> None:
    report = walked([("submit", {})])
    before = report.fork()
    with pytest.raises(IllegalTransition):
        report.record("add_information", RESIDENT_ONE, NOON, facts={"category": "x"}, private={"text": "示例"})
    with pytest.raises(Forbidden):
        report.record("accept", RESIDENT_ONE, NOON, facts={"category": "x"})
    assert report == before


def test_the_guard_of_a_step_is_the_version_it_was_decided_upon() -> None:
    report = Report("case", "submitted", version=7)
    assert (report.base_version, report.changed) == (7, False)
    report.record("ask", HEAD, NOON)
    report.record("add_information", RESIDENT_ONE, NOON)
    assert (report.base_version, report.version, report.changed) == (7, 9, True)


@pytest.mark.parametrize(("sequence", "is_news"), [(3, False), (4, False), (5, True)])
def test_only_a_higher_sequence_of_the_same_source_is_news(sequence: int, is_news: bool) -> None:
    report = Report("case", inbox={"dispatch": 4, "evaluation": 9})
    notice = Notice("dispatch", "case", sequence, "WorkStarted", "in_progress", NOON, {})
    assert report.has_heard(notice) is not is_news


def test_hearing_alone_is_a_change_without_a_version() -> None:
    report = Report("case", "accepted", version=2)
    report.hear(Notice("dispatch", "case", 5, "OrderOpened", "pending", NOON, {}))
    assert report.changed
    assert (report.version, report.base_version, report.new_inbox) == (2, 2, {"dispatch": 5})


def test_a_command_finds_the_last_event_it_caused() -> None:
    report = Report("case", receipt=FIRST)
    report.record("submit", RESIDENT_ONE, NOON)
    report.record("withdraw", RESIDENT_ONE, NOON + timedelta(seconds=1))
    assert report.answered(RESIDENT_ONE, FIRST) == 2
    assert report.answered(RESIDENT_ONE, SECOND) is None


def test_what_the_service_did_on_a_command_belongs_to_its_answer() -> None:
    report = Report("case", receipt=FIRST)
    report.submit(RESIDENT_ONE, NOON, {"category": "cleaning"}, {}, SURE)
    assert report.answered(RESIDENT_ONE, FIRST) == 2
    report.receipt = Receipt("first", "of another person")
    report.record("request_withdrawal", RESIDENT_TWO, NOON)
    report.record("withdraw", INTAKE, NOON)
    assert report.answered(RESIDENT_ONE, FIRST) == 2


def test_a_key_belongs_to_the_one_who_used_it() -> None:
    report = Report("case", receipt=FIRST)
    report.record("submit", RESIDENT_ONE, NOON)
    assert report.answered(RESIDENT_TWO, Receipt("first", "other")) is None
    with pytest.raises(KeyReused):
        report.answered(RESIDENT_ONE, Receipt("first", "other"))
