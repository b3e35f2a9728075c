"""The arguments of a request: what they mean, and what is said of those that mean nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from services.gateway.open311.arguments import Arguments
from services.gateway.open311.refusals import Refused

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def given(*pairs: tuple[str, str], **named: str) -> Arguments:
    return Arguments(MultiDict([*pairs, *named.items()]))


def span(**named: str) -> tuple[datetime, datetime]:
    arguments = given(**named)
    found = arguments.span("start", "end", NOW)
    arguments.check()
    return found


def about(arguments: Arguments) -> list[str]:
    with pytest.raises(Refused) as refused:
        arguments.check()
    return [complaint.about for complaint in refused.value.complaints]


@pytest.mark.parametrize(
    ("named", "since", "until"),
    [
        ({}, NOW - 90 * DAY, NOW),
        ({"start": "", "end": " "}, NOW - 90 * DAY, NOW),
        ({"start": "2026-10-31T08:00:00Z"}, NOW - DAY, NOW),
        ({"start": "2026-01-01T08:00:00Z"}, datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 4, 1, 8, tzinfo=UTC)),
        ({"end": "2026-10-31T08:00:00Z"}, NOW - 91 * DAY, NOW - DAY),
        ({"start": "2026-11-02T08:00:00Z"}, NOW + DAY, NOW + DAY),
        ({"start": "2026-10-31T16:00:00+08:00", "end": "2026-10-31T16:00:00 08:00"}, NOW - DAY, NOW - DAY),
    ],
)
def test_an_end_that_is_missing_is_filled_in(named: dict[str, str], since: datetime, until: datetime) -> None:
    assert span(**named) == (since, until)


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ({"start": "2026-10-01"}, "start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"start": "2026-10-02T00:00:00Z", "end": "2026-10-01T00:00:00Z"}, "start"),
        ({"start": "2026-01-01T00:00:00Z", "end": "2026-04-01T00:00:01Z"}, "end"),
    ],
)
def test_a_span_that_will_not_do_is_named(named: dict[str, str], wrong: str) -> None:
    arguments = given(**named)
    arguments.span("start", "end", NOW)
    assert about(arguments) == [wrong]


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "101", "x", "１", "9" * 5000])
def test_a_whole_number_is_one(text: str) -> None:
    arguments = given(page=text)
    arguments.whole("page", 100, 1)
    assert about(arguments) == ["page"]


def test_answers_are_found_by_their_code_however_several_are_sent() -> None:
    arguments = given(
        ("attribute[one]", "a"),
        ("attribute[many][]", "b"),
        ("attribute[many][]", "c"),
        ("attribute[php][0]", "d"),
        ("attribute[]", "x"),
        ("attribute", "x"),
        ("attributes[one]", "x"),
    )
    assert arguments.attributes() == {"one": ["a"], "many": ["b", "c"], "php": ["d"]}


def test_half_a_position_is_none() -> None:
    for half, missing in (("lat", "long"), ("long", "lat")):
        arguments = given(**{half: "25"})
        assert arguments.position() is None
        assert about(arguments) == [missing]
    assert given(lat="25.5", long="119").position() == {"lon": 119.0, "lat": 25.5}
    assert given(lat="", long=" ").position() is None
