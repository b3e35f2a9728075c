"""Which unit a point lies in, the same for every service. The only module that knows how geometry is computed."""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from shared.kernel.units import Polygon, Unit, UnitTree


class PlaceIndex:
    """Finds the smallest unit around a point; of equally small ones the lower, then the first by code.

    The polygons are indexed in just that order, so that the answer is the first hit.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        drawn = [(unit, _shape(unit.polygon)) for unit in units if unit.polygon is not None]
        drawn.sort(key=lambda pair: (pair[1].area, -pair[0].level.depth, pair[0].code))
        self._codes = [unit.code for unit, _ in drawn]
        self.middles = {unit.code: (shape.centroid.x, shape.centroid.y) for unit, shape in drawn}
        """The centre of gravity, as (lon, lat), of each unit that is drawn."""
        self._index = shapely.STRtree([shape for _, shape in drawn])

    def smallest_unit(self, lon: float, lat: float) -> str | None:
        """The code of the unit (WGS-84 degrees; a border belongs to it), or None outside all."""
        hits = self._index.query(shapely.Point(lon, lat), predicate="intersects")
        return self._codes[hits.min()] if hits.size else None

    def smallest_units(self, positions: Sequence[tuple[float, float]]) -> list[str | None]:
        """`smallest_unit` of many (lon, lat) at once."""
        points, hits = self._index.query(shapely.points(np.asarray(positions)), predicate="intersects")
        outside = len(self._codes)
        first = np.full(len(positions), outside)
        np.minimum.at(first, points, hits)
        return [self._codes[hit] if hit < outside else None for hit in first]


class UnitMap:
    """The units and where they lie, of one revision. Never changed: a new revision is a new map."""

    def __init__(self, tree: UnitTree) -> None:
        self.tree = tree
        self._places = PlaceIndex(tree.values())

    def path_at(self, lon: float, lat: float) -> tuple[str, ...]:
        """The smallest unit around (WGS-84 degrees), with those above it from the root; empty outside all."""
        unit = self._places.smallest_unit(lon, lat)
        return self.tree.path(unit) if unit else ()


def defect(polygon: Polygon) -> str | None:
    """Why the rings are no polygon that has an area and crosses itself nowhere; None if they are one."""
    try:
        shape = _shape(polygon)
    except ValueError as error:
        return str(error)
    return None if shape.is_valid else str(shapely.is_valid_reason(shape))


def share_outside(inner: Polygon, outer: Polygon) -> float:
    """The share of `inner`'s area, 0 to 1, that lies outside `outer`. Both must be without defect."""
    shape = _shape(inner)
    return float(shape.difference(_shape(outer)).area / shape.area)


def _shape(polygon: Polygon) -> shapely.Polygon:
    return shapely.Polygon(polygon[0], polygon[1:])
