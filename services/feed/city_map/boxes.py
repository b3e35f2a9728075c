"""Bounding boxes: in which datum, on which grid, and as conditions of a query."""

from itertools import product
from math import ceil, floor
from typing import Any

from shared.contracts.maps import Box
from shared.contracts.positions import GCJ02, to_wgs84, wgs84_to_gcj02

CELL = 0.005
"""Degrees: 556 m from south to north, 502 m from west to east in Putian. Whoever is no staff sees no closer."""
BULGE = 0.0011
"""How far, at most, a great circle rises above the parallel between its ends: degrees by degrees of length squared."""
MARGIN = 1e-6


def in_wgs84(box: Box, datum: str) -> Box:
    """The box around its corners."""
    west, south, east, north = box
    corners = [to_wgs84(lon, lat, datum) for lon, lat in product((west, east), (south, north))]
    lons, lats = zip(*corners, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def shown_in(lon: float, lat: float, datum: str) -> list[float]:
    """Of WGS-84 degrees, as GeoJSON orders them."""
    return list(wgs84_to_gcj02(lon, lat)) if datum == GCJ02 else [lon, lat]


def on_grid(box: Box) -> Box:
    """All cells that it touches, whole: by asking for ever smaller boxes nobody comes closer than a cell."""
    west, south, east, north = box
    return floor(west / CELL) * CELL, floor(south / CELL) * CELL, ceil(east / CELL) * CELL, ceil(north / CELL) * CELL


def within(box: Box) -> dict[str, Any]:
    """The index finds what lies in a polygon of great circles; the parallels of a box are seen to by number."""
    west, south, east, north = box
    bulge = BULGE * (east - west) ** 2 + MARGIN
    low, high = max(-90.0, south - bulge), min(90.0, north + bulge)
    ring = [[west - MARGIN, low], [east + MARGIN, low], [east + MARGIN, high], [west - MARGIN, high]]
    ring = [[min(180.0, max(-180.0, lon)), lat] for lon, lat in ring]
    return {
        "point": {"$geoWithin": {"$geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}},
        "point.coordinates.0": {"$gte": west, "$lte": east},
        "point.coordinates.1": {"$gte": south, "$lte": north},
    }
