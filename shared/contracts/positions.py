"""Positions and their datums. Stored as WGS-84; phones in China send GCJ-02 or BD-09.

GCJ-02 is the obfuscated datum that Chinese law requires of public maps; the formulas are the ones in
public wide public use (the same as gcoord's); the way back is by iteration, exact to below a millimetre.
BD-09 is Baidu's further offset of GCJ-02, known to about a metre.
"""

from math import atan2, cos, pi, sin, sqrt

WGS84, GCJ02, BD09 = "WGS-84", "GCJ-02", "BD-09"
DATUMS = (WGS84, GCJ02, BD09)

_AXIS = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_ANGLE = pi * 3000.0 / 180.0


def to_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """Degrees in `datum` to degrees in WGS-84. Raises ValueError for an unknown datum."""
    if datum == WGS84:
        return lon, lat
    if datum == GCJ02:
        return _from_gcj02(lon, lat)
    if datum == BD09:
        return _from_gcj02(*_bd09_to_gcj02(lon, lat))
    raise ValueError(f"unknown datum {datum!r}; use one of {', '.join(DATUMS)}")


def from_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """Degrees in WGS-84 to degrees in `datum`, the way back of `to_wgs84`. Raises ValueError for an unknown datum."""
    if datum == WGS84:
        return lon, lat
    if datum == GCJ02:
        return wgs84_to_gcj02(lon, lat)
    if datum == BD09:
        return _gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    raise ValueError(f"unknown datum {datum!r}; use one of {', '.join(DATUMS)}")


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Outside mainland China's bounding box both datums are the same."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    radians = lat / 180.0 * pi
    curvature = 1 - _ECCENTRICITY_SQUARED * sin(radians) ** 2
    north = _AXIS * (1 - _ECCENTRICITY_SQUARED) / (curvature * sqrt(curvature))
    east = _AXIS / sqrt(curvature) * cos(radians)
    return lon + _east_metres(x, y) * 180.0 / (east * pi), lat + _north_metres(x, y) * 180.0 / (north * pi)


def _from_gcj02(lon: float, lat: float) -> tuple[float, float]:
    wgs_lon, wgs_lat = lon, lat
    for _ in range(4):  # each round shrinks the error about a thousandfold
        gcj_lon, gcj_lat = wgs84_to_gcj02(wgs_lon, wgs_lat)
        wgs_lon, wgs_lat = wgs_lon + lon - gcj_lon, wgs_lat + lat - gcj_lat
    return wgs_lon, wgs_lat


def _gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    radius = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * _BD_ANGLE)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BD_ANGLE)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def _bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    gcj_lon, gcj_lat = lon - 0.0065, lat - 0.006
    for _ in range(8):
        bd_lon, bd_lat = _gcj02_to_bd09(gcj_lon, gcj_lat)
        gcj_lon, gcj_lat = gcj_lon + lon - bd_lon, gcj_lat + lat - bd_lat
    return gcj_lon, gcj_lat


def _waves(value: float) -> float:
    return (20.0 * sin(6.0 * value * pi) + 20.0 * sin(2.0 * value * pi)) * 2.0 / 3.0


def _north_metres(x: float, y: float) -> float:
    offset = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + _waves(x)
    offset += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    return offset + (160.0 * sin(y / 12.0 * pi) + 320 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _east_metres(x: float, y: float) -> float:
    offset = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + _waves(x)
    offset += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    return offset + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
