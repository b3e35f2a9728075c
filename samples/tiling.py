"""Cutting a convex polygon into tiles that look surveyed: no gaps, no overlaps, no right angles."""

from random import Random

import shapely
from shapely.affinity import rotate

SKEW = 14
"""Degrees by which a cut may lean."""


def tile(polygon: shapely.Polygon, weights: list[float], random: Random) -> list[shapely.Polygon]:
    """One tile a weight, its area about in proportion to it. The polygon must be convex, so the tiles are."""
    if len(weights) == 1:
        return [polygon]
    half = len(weights) // 2
    share = sum(weights[:half]) / sum(weights)
    first, second = _cut(polygon, share, random)
    return [*tile(first, weights[:half], random), *tile(second, weights[half:], random)]


def _cut(polygon: shapely.Polygon, share: float, random: Random) -> tuple[shapely.Polygon, shapely.Polygon]:
    """Cuts off `share` of the area, across the longer side."""
    angle = random.uniform(-SKEW, SKEW)
    if _height(polygon) > _width(polygon):
        angle += 90
    upright = rotate(polygon, angle, origin=(0, 0))
    low, bottom, high, top = upright.bounds
    left, right = low, high
    for _ in range(30):
        middle = (left + right) / 2
        if upright.intersection(shapely.box(low, bottom, middle, top)).area < share * upright.area:
            left = middle
        else:
            right = middle
    pieces = (shapely.box(low, bottom, middle, top), shapely.box(middle, bottom, high, top))
    first, second = (rotate(upright.intersection(piece), -angle, origin=(0, 0)) for piece in pieces)
    return first, second


def _width(polygon: shapely.Polygon) -> float:
    return float(polygon.bounds[2] - polygon.bounds[0])


def _height(polygon: shapely.Polygon) -> float:
    return float(polygon.bounds[3] - polygon.bounds[1])
