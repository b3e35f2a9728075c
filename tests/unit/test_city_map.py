"""The map: boxes in their datum, cells nobody comes closer than, and what an event says of a place."""

from math import atan2, cos, degrees, radians, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feed.city_map.boxes import BULGE, CELL, in_wgs84, on_grid, shown_in, within
from services.feed.city_map.folding import told_by
from shared.contracts.commands import load
from shared.contracts.maps import MapQuery
from shared.contracts.positions import GCJ02, WGS84
from shared.kernel.errors import Invalid
from tests.support.feed import dispatch_says, intake_says
from tests.support.people import NOON

PUTIAN = (118.99, 25.40, 119.01, 25.42)
LON, LAT = st.floats(118, 120), st.floats(25, 26)
ROUNDING = 1e-9
"""Degrees: a tenth of a millimetre."""


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"bbox": "119,25,118,26"},
        {"bbox": "118,26,119,25"},
        {"bbox": "nan,25,119,26"},
        {"bbox": "-181,25,119,26"},
        {"datum": "BD-09"},
        {"state": "rejected"},
        {"limit": "0"},
        {"limit": "5000"},
        {"since": "2026-03-01T00:00:00"},
        {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
        {"radius": "5"},
    ],
)
def test_what_cannot_be_asked_of_a_map(query: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        load(MapQuery, query)


@given(LON, LAT)
def test_a_place_that_is_in_a_box_of_another_datum_is_in_the_box_that_is_searched(lon: float, lat: float) -> None:
    x, y = shown_in(lon, lat, GCJ02)
    west, south, east, north = in_wgs84((x - 0.01, y - 0.01, x + 0.01, y + 0.01), GCJ02)
    assert west < lon < east
    assert south < lat < north


def test_wgs84_stays_as_it_is() -> None:
    assert in_wgs84(PUTIAN, WGS84) == PUTIAN
    assert shown_in(119.0, 25.4, WGS84) == [119.0, 25.4]


@given(LON, LAT, st.floats(1e-6, 0.004))
def test_nobody_comes_closer_than_a_cell_by_asking_for_ever_smaller_boxes(lon: float, lat: float, size: float) -> None:
    west, south, east, north = on_grid((lon, lat, lon + size, lat + size))
    assert west <= lon + ROUNDING
    assert south <= lat + ROUNDING
    assert min(east - west, north - south) >= CELL * 0.999
    for edge in (west, south, east, north):
        assert edge / CELL == pytest.approx(round(edge / CELL), abs=1e-6)


@given(st.floats(0.01, 5), st.floats(-60, 60))
def test_the_polygon_that_is_searched_holds_the_whole_box(width: float, south: float) -> None:
    """A great circle between two places of a parallel lies above it in the north: by less than is allowed for."""
    lat = radians(south)
    top = degrees(atan2(tan(lat), cos(radians(width / 2))))
    assert abs(top - south) <= BULGE * width**2 + 1e-6
    ring = within((100.0, south, 100.0 + width, south + 1))["point"]["$geoWithin"]["$geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert min(y for _, y in ring) <= min(south, top)
    assert max(y for _, y in ring) >= max(south, top)


def test_of_a_case_only_what_may_stand_on_a_map_is_kept() -> None:
    position = {"lon": 119.0, "lat": 25.4}
    said = {"reporter": "r", "followers": ["f"], "category": "cleaning", "position": position, "unit_path": ["d"]}
    told = told_by(intake_says("c", 1, reported_at=NOON, **said))
    assert told == {
        "paths.intake": ["d"],
        "category": "cleaning",
        "point": {"type": "Point", "coordinates": [119.0, 25.4]},
        "state": "open",
        "reported_at": NOON,
    }
    of_order = told_by(dispatch_says("c", 1, reporter="r", assignee="lin", unit_path=["d", "s"]))
    assert of_order == {"paths.dispatch": ["d", "s"], "order_state": "open"}
