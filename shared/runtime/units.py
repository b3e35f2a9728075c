"""The units in a service's own database, as `steward load-organisation` stored them.

For a service that keeps them fresh: `Refreshed(load_units, units_revision)`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import GEOSPHERE, IndexModel

from shared.kernel.units import Level, Polygon, Unit, UnitTree
from shared.runtime.mongo import Mongo
from shared.runtime.reference_data import Changes, Kind, load, revision, save


def _geojson(polygon: Polygon | None) -> dict[str, Any] | None:
    if polygon is None:
        return None
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in polygon]}


def _polygon(stored: Mapping[str, Any] | None) -> Polygon | None:
    if stored is None:
        return None
    return tuple(tuple((lon, lat) for lon, lat in ring) for ring in stored["coordinates"])


UNITS = Kind(
    "units",
    Unit,
    "code",
    read={"level": Level, "polygon": _polygon},
    write={"polygon": _geojson},
    indexes=(IndexModel([("polygon", GEOSPHERE)]), IndexModel("parent")),
)


def save_units(db: Mongo, units: Iterable[Unit]) -> Changes:
    """Makes the database hold these units, in one transaction; who is gone is marked retired."""
    return save(db, {UNITS: units})


def load_units(db: Mongo) -> UnitTree:
    """The units without the retired, as of one moment; empty before the first load."""
    with db.client.start_session(snapshot=True) as session:
        return UnitTree(load(db, session, UNITS))


units_revision = revision
"""Grows by one whenever the stored units have changed; 0 before the first load."""
