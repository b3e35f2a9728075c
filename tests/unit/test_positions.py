"""Datums against published values, and there and back again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.positions import BD09, DATUMS, GCJ02, WGS84, from_wgs84, to_wgs84, wgs84_to_gcj02

EARTH = 6371008.8
"""Mean radius in metres."""
MILLIMETRE = 0.001

IN_CHINA = (st.floats(74, 134), st.floats(5, 53))


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two (lon, lat) in degrees, by the haversine formula."""
    (lon1, lat1), (lon2, lat2) = (map(math.radians, point) for point in (a, b))
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(chord))


def test_tiananmen_in_gcj02() -> None:
    assert wgs84_to_gcj02(116.397428, 39.90923) == pytest.approx((116.40367, 39.91063), abs=1e-5)
    assert to_wgs84(116.40367, 39.91063, GCJ02) == pytest.approx((116.397428, 39.90923), abs=1e-5)


def test_at_putian_the_offset_is_half_a_kilometre() -> None:
    putian = (119.0077, 25.4540)
    assert metres(putian, wgs84_to_gcj02(*putian)) == pytest.approx(567, abs=3)


def test_baidus_published_example() -> None:
    """Baidu's own conversion service gives this GCJ-02 position as that BD-09 one."""
    gcj02, bd09 = (116.404, 39.915), (116.41036949371029, 39.92133699351021)
    assert metres(to_wgs84(*bd09, BD09), to_wgs84(*gcj02, GCJ02)) < 1


@given(*IN_CHINA)
def test_there_and_back_is_exact_to_a_millimetre(lon: float, lat: float) -> None:
    assert metres(to_wgs84(*wgs84_to_gcj02(lon, lat), GCJ02), (lon, lat)) < MILLIMETRE


@given(*IN_CHINA)
def test_within_china_the_offset_is_between_ten_metres_and_a_kilometre(lon: float, lat: float) -> None:
    """It is least, 17 m, near 96.6° E 37.1° N."""
    assert 10 < metres((lon, lat), wgs84_to_gcj02(lon, lat)) < 1000


@pytest.mark.parametrize("place", [(2.3522, 48.8566), (-74.006, 40.7128), (151.2, -33.9)])
def test_elsewhere_the_datums_are_the_same(place: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*place) == place
    assert to_wgs84(*place, GCJ02) == place


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_wgs84_is_left_alone(lon: float, lat: float) -> None:
    assert to_wgs84(lon, lat, WGS84) == (lon, lat)


def test_an_unknown_datum_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(ValueError, match=", ".join(DATUMS)):
        to_wgs84(119.0, 25.4, "CGCS-2000")


@given(*IN_CHINA)
@pytest.mark.parametrize("datum", DATUMS)
def test_every_datum_leads_there_and_back_to_a_millimetre(datum: str, lon: float, lat: float) -> None:
    assert metres(to_wgs84(*from_wgs84(lon, lat, datum), datum), (lon, lat)) < MILLIMETRE


def test_baidus_published_example_forwards() -> None:
    """From the GCJ-02 position of Baidu's example, which is reached from the WGS-84 that leads to it."""
    wgs84 = to_wgs84(116.404, 39.915, GCJ02)
    assert metres(from_wgs84(*wgs84, BD09), (116.41036949371029, 39.92133699351021)) < 1


def test_to_an_unknown_datum_is_refused_too() -> None:
    with pytest.raises(ValueError, match=", ".join(DATUMS)):
        from_wgs84(119.0, 25.4, "CGCS-2000")
