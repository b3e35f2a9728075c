"""What a field takes from outside, and how it is written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.contracts.commands import load
from shared.contracts.fields import Number, Strict, Truth, free_text, moment
from shared.contracts.orders import Evidence
from shared.contracts.reports import SubmitReport
from shared.kernel.errors import Invalid


class Said(Strict):
    words = free_text(5)


def refused(schema: type[Strict], body: dict[str, Any]) -> list[str]:
    """The fields that are named."""
    with pytest.raises(Invalid) as refusal:
        load(schema, body)
    return list(refusal.value.errors)


@pytest.mark.parametrize("words", ["示", "示例示例示", " 示\n", "\n示", "😀", "\x00示"])
def test_words_that_say_something_are_taken_as_they_are(words: str) -> None:
    assert load(Said, {"words": words}) == {"words": words}


@pytest.mark.parametrize("words", ["", " ", "\n\t", "　", "示例示例示例", "\ud800", "a\udfff", None, 1, ["示"]])
def test_words_that_say_nothing_or_too_much_or_are_none_are_refused(words: Any) -> None:
    assert refused(Said, {"words": words}) == ["words"]


def evidence(taken_at: Any) -> dict[str, Any]:
    return {"kind": "after", "reference": "sample/1.jpg", "taken_at": taken_at}


def test_a_moment_is_kept_in_utc() -> None:
    taken_at = load(Evidence, evidence("2026-03-01T16:30:00+08:00"))["taken_at"]
    assert (taken_at, taken_at.tzinfo) == (datetime(2026, 3, 1, 8, 30, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    "taken_at",
    ["2026-03-01T16:30:00", "yesterday", 5, None, "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"],
)
def test_a_moment_without_offset_or_outside_the_calendar_is_refused(taken_at: Any) -> None:
    assert refused(Evidence, evidence(taken_at)) == ["taken_at"]


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=st.timezones()))
def test_a_moment_is_written_so_that_text_sorts_as_time_does(at: datetime) -> None:
    written = moment(at)
    assert len(written) == len("2026-03-01T08:30:00.000Z")
    assert 0 <= (at - datetime.fromisoformat(written)).total_seconds() < 0.001


@pytest.mark.parametrize(
    ("position", "field"),
    [
        ({"lon": 119.0, "lat": 25.4}, "position.datum"),
        ({"lon": 119.0, "lat": 25.4, "datum": "CGCS-2000"}, "position.datum"),
        ({"lon": 181, "lat": 25.4, "datum": "WGS-84"}, "position.lon"),
        ({"lon": 119.0, "lat": 90.1, "datum": "WGS-84"}, "position.lat"),
        ({"lon": float("nan"), "lat": 25.4, "datum": "WGS-84"}, "position.lon"),
        ({"lon": 119.0, "lat": 25.4, "datum": "WGS-84", "alt": 3}, "position.alt"),
    ],
)
def test_a_position_says_its_datum_and_lies_on_earth(position: dict[str, Any], field: str) -> None:
    assert refused(SubmitReport, {"text": "示例", "position": position}) == [field]


@pytest.mark.parametrize("value", [0, 1, "true", "yes", None, []])
def test_only_true_and_false_are_true_or_false(value: Any) -> None:
    with pytest.raises(ValidationError):
        Truth().deserialize(value)


@pytest.mark.parametrize("value", ["119.0", True, "", None, [119.0]])
def test_only_a_number_is_a_number(value: Any) -> None:
    with pytest.raises(ValidationError):
        Number().deserialize(value)


def test_what_json_says_is_taken_as_it_is() -> None:
    assert (Truth().deserialize(False), Number().deserialize(119)) == (False, 119.0)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"contact_email": "\ud800@example.org"}, "contact_email"),
        ({"media_url": "https://example.org/\ud800"}, "media_url"),
        ({"attributes": {"fault": ["\ud800"]}}, "attributes.fault.value.0"),
        ({"attributes": {"\ud800": ["off"]}}, "attributes.\ud800.key"),
    ],
    ids=ascii,
)
def test_half_a_character_is_refused_wherever_it_stands(given: dict[str, Any], field: str) -> None:
    assert refused(SubmitReport, {"text": "示例", **given}) == [field]
