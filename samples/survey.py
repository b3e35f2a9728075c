"""Drawing the plan: an invented outline, cut into streets, communities, estates and grids."""

from collections.abc import Iterator
from random import Random

import shapely

from samples.district import Place
from samples.tiling import tile
from shared.kernel.units import Level, Unit

OUTLINE = shapely.Polygon(
    [
        (119.003, 25.401),
        (119.024, 25.382),
        (119.058, 25.384),
        (119.077, 25.408),
        (119.078, 25.447),
        (119.055, 25.468),
        (119.021, 25.466),
        (119.002, 25.438),
    ]
)
DECIMALS = 6
"""Of a degree: a decimetre."""


def draw(place: Place, random: Random) -> list[Unit]:
    """The units of the plan, each parent before its children."""
    return list(_draw(place, None, OUTLINE, random))


def _draw(place: Place, parent: str | None, outline: shapely.Polygon, random: Random) -> Iterator[Unit]:
    ring = tuple((round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat in outline.normalize().exterior.coords)
    yield Unit(place.code, place.name_zh, place.name_en, place.level, parent, (ring,))
    if place.level is Level.GRID:
        for building in place.parts:
            yield Unit(building.code, building.name_zh, building.name_en, building.level, place.code)
        return
    tiles = tile(outline, [part.grids for part in place.parts], random)
    for part, piece in zip(place.parts, tiles, strict=True):
        yield from _draw(part, place.code, piece, random)


def outline_of(unit: Unit) -> shapely.Polygon:
    assert unit.polygon is not None
    return shapely.Polygon(unit.polygon[0])


def somewhere(shape: shapely.Geometry, random: Random) -> tuple[float, float]:
    """A point in the shape, every place as likely."""
    left, low, right, high = shape.bounds
    while True:
        lon, lat = random.uniform(left, right), random.uniform(low, high)
        if shape.contains(shapely.Point(lon, lat)):
            return lon, lat


def somewhere_in(unit: Unit, random: Random) -> tuple[float, float]:
    lon, lat = somewhere(outline_of(unit), random)
    return round(lon, DECIMALS), round(lat, DECIMALS)
