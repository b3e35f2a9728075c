"""What a dead letter tells of itself, which ones a filter means, and that one is kept whole."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.topology import INTAKE
from shared.runtime.ladder import ATTEMPTS, ERROR, HISTORY, LONGEST_HISTORY, failed_again, history_of
from steward.healing.filters import Filter
from steward.healing.keeping import LARGEST, TooLarge, kept, released
from steward.healing.letters import DeadLetter

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
EVENT = {"ce-type": "WorkStarted", "ce-source": "dispatch", "ce-subject": "case-1", "traceparent": "00-1-1-01"}

WORDS = st.text("ab灯$.-", max_size=9) | st.sampled_from(["at", "error", "reason", "time", "delivery_limit"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.datetimes() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
KEPT = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


def failed(*errors: str, headers: dict[str, Any] = EVENT) -> dict[str, Any]:
    """Headers after these attempts, an hour apart."""
    for number, error in enumerate(errors):
        headers = failed_again(headers, number + 1, error, AT + timedelta(hours=number))
    return headers


def dead(*errors: str, **properties: Any) -> DeadLetter:
    return DeadLetter(INTAKE, b"{}", failed(*errors), properties)


def test_every_attempt_is_told_with_its_moment_and_its_error() -> None:
    letter = dead("Busy: case-1", "UnknownCase: case-1")
    assert [(attempt.at, attempt.error) for attempt in letter.history] == [
        (AT, "Busy: case-1"),
        (AT + timedelta(hours=1), "UnknownCase: case-1"),
    ]
    assert (letter.error, letter.died_at) == ("UnknownCase: case-1", AT + timedelta(hours=1))


def test_a_history_never_outgrows_a_frame() -> None:
    headers = failed(*(f"{number} " + "x" * 5000 for number in range(100)))
    assert len(headers[HISTORY]) == LONGEST_HISTORY
    assert headers[HISTORY][-1]["error"].startswith("99 ")
    assert len(str(headers)) < 16_000


def test_a_letter_of_before_there_was_a_history_tells_its_last_error() -> None:
    letter = DeadLetter(INTAKE, b"", {ATTEMPTS: 4, ERROR: "Busy: case-1"})
    assert [(attempt.at, attempt.error) for attempt in letter.history] == [(None, "Busy: case-1")]


def test_the_broker_has_the_last_word_where_it_gave_up() -> None:
    deaths = [
        {"reason": "delivery_limit", "queue": "intake.inbox", "time": AT.replace(tzinfo=None) + timedelta(hours=5)},
        {"reason": "expired", "queue": "intake.retry.2s", "time": AT.replace(tzinfo=None)},
    ]
    letter = DeadLetter(INTAKE, b"", failed("Busy: case-1") | {"x-death": deaths})
    assert [attempt.error.split(":")[0] for attempt in letter.history] == ["Busy", "DeliveryLimit"]
    assert letter.died_at == AT + timedelta(hours=5)


def test_what_goes_back_has_its_attempts_before_it_and_its_history_with_it() -> None:
    headers = dead("Busy: case-1", "Busy: case-1").reborn(AT + timedelta(days=1))
    assert ATTEMPTS not in headers
    assert ERROR not in headers
    assert headers["traceparent"] == EVENT["traceparent"]
    again = DeadLetter(INTAKE, b"{}", failed_again(headers, 1, "Busy: case-1", AT + timedelta(days=2)))
    assert [attempt.error for attempt in again.history] == ["Busy: case-1", "Busy: case-1", "requeued", "Busy: case-1"]


def test_a_letter_that_the_broker_gave_up_is_not_still_given_up_after_it_went_back() -> None:
    letter = DeadLetter(INTAKE, b"", {"x-death": [{"reason": "delivery_limit"}], "x-delivery-count": 51})
    again = DeadLetter(INTAKE, b"", failed_again(letter.reborn(AT), 1, "Busy: case-1", AT))
    assert again.error == "Busy: case-1"
    assert "x-delivery-count" not in again.headers


def test_copies_of_a_message_have_one_id_and_others_have_others() -> None:
    first, copy = dead("Busy", message_id="a"), dead("Gone", message_id="a")
    assert first.letter_id == copy.letter_id
    assert len({first.letter_id, dead("Busy", message_id="b").letter_id, DeadLetter(INTAKE, b"x").letter_id}) == 3


def test_a_copy_is_known_again_after_the_broker_has_counted_and_sorted() -> None:
    first, copy = dead("Busy"), dead("Busy", message_id="another")
    again = DeadLetter(INTAKE, b"{}", {"x-delivery-count": 7, **dict(sorted(first.headers.items()))})
    assert again.copy_id == first.copy_id
    assert len({first.copy_id, copy.copy_id, dead("Busy", "Busy").copy_id}) == 3


@given(headers=st.dictionaries(st.sampled_from([*EVENT, ATTEMPTS, ERROR, HISTORY, "x-death"]), VALUES))
def test_no_header_can_spoil_the_list(headers: dict[str, Any]) -> None:
    letter = DeadLetter(INTAKE, b"", headers)
    assert all(isinstance(word, str) for word in (letter.type, letter.case_id, letter.source, letter.error))
    assert Filter(since=AT).matches(letter) in (True, False)
    assert history_of(letter.reborn(AT))[-1]["error"] == "requeued"


@pytest.mark.parametrize(
    ("wanted", "is_meant"),
    [
        (Filter(), True),
        (Filter(type="WorkStarted", case="case-1", error="unknowncase", since=AT), True),
        (Filter(type="OrderClosed"), False),
        (Filter(case="case-2"), False),
        (Filter(error="Busy"), False),
        (Filter(since=AT + timedelta(hours=1)), True),
        (Filter(since=AT + timedelta(hours=2)), False),
        (Filter(ids={"nobody"}), False),
        (Filter(ids={dead("Busy", "UnknownCase: case-1").letter_id}), True),
        (Filter(ids={dead("Busy", "UnknownCase: case-1").letter_id}, case="case-2"), False),
    ],
)
def test_a_filter_means_what_all_of_it_says(wanted: Filter, is_meant: bool) -> None:
    assert wanted.matches(dead("Busy", "UnknownCase: case-1")) is is_meant


def test_a_letter_that_does_not_say_when_it_died_is_not_of_any_time() -> None:
    assert not Filter(since=AT).matches(DeadLetter(INTAKE, b"", {ERROR: "Busy"}))


def test_only_a_filter_that_says_nothing_means_all() -> None:
    assert Filter().means_all
    assert not any(one.means_all for one in (Filter(ids={"a"}), Filter(type="a"), Filter(error="a"), Filter(since=AT)))


@given(
    headers=st.dictionaries(WORDS, KEPT, max_size=5),
    body=st.binary(),
    message_id=st.text(),
)
def test_what_is_kept_comes_back_byte_for_byte(headers: dict[str, Any], body: bytes, message_id: str) -> None:
    letter = DeadLetter(INTAKE, body, headers, {"message_id": message_id, "timestamp": AT, "priority": 3})
    again = released(INTAKE, kept(letter))
    assert (again.body, again.headers) == (body, headers)
    assert (again.properties["timestamp"], again.properties["priority"]) == (AT, 3)


def test_a_header_that_no_document_could_hold_is_kept() -> None:
    headers = {"$where": {"a.b": [Decimal("1.5"), {"": None}]}}
    assert released(INTAKE, kept(DeadLetter(INTAKE, b"", headers))).headers == headers


def test_what_no_document_holds_is_refused() -> None:
    with pytest.raises(TooLarge):
        kept(DeadLetter(INTAKE, b"x" * (LARGEST + 1)))
