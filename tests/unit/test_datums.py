"""Positions in answers say their datum, and are in the one that was asked for."""

import pytest

from services.gateway.rest.datums import positioned
from shared.contracts.positions import BD09, DATUMS, GCJ02, WGS84, from_wgs84

PUTIAN = {"lon": 119.0077, "lat": 25.454}
PHOTO = {"kind": "after", "position": {"lon": 119.0, "lat": 25.0, "datum": BD09}}


@pytest.mark.parametrize("datum", DATUMS)
def test_wherever_they_stand_they_are_converted_and_say_it(datum: str) -> None:
    east, north = from_wgs84(PUTIAN["lon"], PUTIAN["lat"], datum)
    there = {"lon": round(east, 6), "lat": round(north, 6), "datum": datum}
    case = {"report": {"position": PUTIAN, "text": "示例"}, "order": None}
    assert positioned(case, datum) == {"report": {"position": there, "text": "示例"}, "order": None}
    assert positioned([{"code": "care", **PUTIAN}], datum) == [{"code": "care", **there}]


def test_without_a_question_it_is_wgs84_and_says_so() -> None:
    assert positioned({"position": PUTIAN}) == {"position": {**PUTIAN, "datum": WGS84}}


def test_what_a_phone_sent_stays_as_it_was() -> None:
    assert positioned({"evidence": [PHOTO]}, GCJ02) == {"evidence": [PHOTO]}


def test_what_only_looks_like_a_position_is_left_alone() -> None:
    assert positioned({"attributes": {"lon": ["1"], "lat": ["2"]}}, GCJ02) == {
        "attributes": {"lon": ["1"], "lat": ["2"]}
    }
