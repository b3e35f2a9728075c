"""The organisation as people keep it: a map of units and four tables, loaded whole or not at all."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.features import UnitFeature
from services.dispatch.organisation.geojson import read_features
from services.dispatch.organisation.offers import Offer
from services.dispatch.organisation.stewards import Dispatcher, Steward
from services.dispatch.organisation.tables import DISPATCHERS, DUTIES, OFFERS, STEWARDS, Known
from shared.contracts.catalogue import Category, skills_of
from shared.contracts.files import InvalidFile, Problem, Row, validated
from shared.contracts.places import defect, share_outside
from shared.kernel.units import Level, Unit, faults

UNITS = "units.geojson"

TOLERATED_OUTSIDE = 0.01
"""Share of a unit's area that may lie outside its parent: hand-drawn borders never meet exactly."""


@dataclass(frozen=True, slots=True)
class Organisation:
    units: tuple[Unit, ...]
    stewards: tuple[Steward, ...] = ()
    dispatchers: tuple[Dispatcher, ...] = ()
    duties: tuple[DutyEntry, ...] = ()
    offers: tuple[Offer, ...] = ()


def read_organisation(folder: Path, catalogue: Mapping[str, Category]) -> Organisation:
    """Reads `units.geojson` and the tables of `tables.py`; what they name must be on the map or in the catalogue.

    Raises InvalidFile naming everything that is wrong in any of the files.
    """
    features, problems = _read_features(folder / UNITS)
    units, bad_features = validated(features, UnitFeature())
    codes = {code for feature in features if isinstance(code := _code(feature), str)}
    known = Known(codes, catalogue.keys(), skills_of(catalogue))
    stewards, bad_stewards = STEWARDS.read(folder, known)
    dispatchers, bad_dispatchers = DISPATCHERS.read(folder, known)
    duties, bad_duties = DUTIES.read(folder, known)
    offers, bad_offers = OFFERS.read(folder, known)
    problems += [*bad_features, *_misplaced(units, codes), *_misdrawn(units)]
    problems += [*bad_stewards, *bad_dispatchers, *bad_duties, *bad_offers]
    if problems:
        raise InvalidFile(problems)
    return Organisation(tuple(unit for _, unit in units), stewards, dispatchers, duties, offers)


def _read_features(path: Path) -> tuple[list[Row], list[Problem]]:
    try:
        return read_features(path), []
    except InvalidFile as error:
        return [], error.problems


def _code(feature: Row) -> Any:
    properties = feature.values.get("properties") if isinstance(feature.values, dict) else None
    return properties.get("code") if isinstance(properties, dict) else None


def _misplaced(units: list[tuple[Row, Unit]], codes: Collection[str]) -> Iterator[Problem]:
    """What keeps the units from being one tree; `codes` are all in the file, also of features refused."""
    for fault in faults([unit for _, unit in units], codes):
        yield units[fault.index][0].problem(fault.field, fault.message)


def _misdrawn(units: list[tuple[Row, Unit]]) -> Iterator[Problem]:
    """Polygons that are missing, broken or outside their parent's."""
    sound = {}
    for feature, unit in units:
        if unit.polygon is None:
            if unit.level is not Level.BUILDING:
                yield feature.problem("geometry", f"a {unit.level} must have a polygon")
        elif reason := defect(unit.polygon):
            yield feature.problem("geometry", f"no valid polygon: {reason}")
        else:
            sound[unit.code] = unit.polygon
    for feature, unit in units:
        if unit.parent in sound and unit.code in sound:
            outside = share_outside(sound[unit.code], sound[unit.parent])
            if outside > TOLERATED_OUTSIDE:
                yield feature.problem("geometry", f"{outside:.0%} of it lies outside {unit.parent}")
