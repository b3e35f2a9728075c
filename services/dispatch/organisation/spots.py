"""Things that stand somewhere, and which of them are nearest."""

from collections.abc import Sequence
from math import cos, radians
from typing import Generic, TypeVar

import numpy as np

from services.dispatch.organisation.stewards import Point

T = TypeVar("T")

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on the sphere of the mean radius 6,371,008.8 m."""
AT_ONCE = 384
"""The most that one question looks at, also where many stand on the same spot."""


class Spots(Generic[T]):
    """Items in the order of their preference, which breaks ties; `points` are where they stand."""

    def __init__(self, items: Sequence[T], points: Sequence[Point]) -> None:
        self.items = items
        self._lons, self._lats = np.array(points, dtype=float).reshape(-1, 2).T

    def nearest(self, point: Point, enough: int) -> list[tuple[T, float]]:
        """The `enough` nearest with their metres, nearest first; more where the last of them share their distance.

        One sweep over two arrays, some nanoseconds an item, and no sorting of more than is handed back.
        """
        metres = self._metres(point)
        chosen = np.arange(len(metres))
        if len(metres) > enough:
            chosen = np.flatnonzero(metres <= np.partition(metres, enough - 1)[enough - 1])
        in_order = chosen[np.argsort(metres[chosen], kind="stable")][:AT_ONCE]
        return [(self.items[index], float(metres[index])) for index in in_order]

    def _metres(self, point: Point) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """On the plane that touches the sphere there: off by less than a metre within a city."""
        lon, lat = point
        east = (self._lons - lon) * cos(radians(lat))
        return np.hypot(east, self._lats - lat) * METRES_PER_DEGREE


def metres_between(one: Point, other: Point) -> float:
    ((_, metres),) = Spots([one], [one]).nearest(other, 1)
    return metres
