"""The organisation as people keep it: a map of units and a table of stewards, loaded whole or not at all."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from services.dispatch.organisation.geojson import read_features
from services.dispatch.organisation.places import defect, share_outside
from services.dispatch.organisation.schemas import StewardRow, UnitFeature
from services.dispatch.organisation.stewards import Steward
from services.dispatch.organisation.tree import Level, Unit, faults
from shared.contracts.files import InvalidFile, Problem, Row, read_csv, repeated, validated

UNITS, STEWARDS = "units.geojson", "stewards.csv"
COLUMNS = tuple(field.name for field in dataclass_fields(Steward))

TOLERATED_OUTSIDE = 0.01
"""Share of a unit's area that may lie outside its parent: hand-drawn borders never meet exactly."""


@dataclass(frozen=True, slots=True)
class Organisation:
    units: tuple[Unit, ...]
    stewards: tuple[Steward, ...]


def read_organisation(folder: Path, known_skills: Collection[str]) -> Organisation:
    """Reads `units.geojson` and `stewards.csv`. `known_skills` are those that the catalogue uses.

    Raises InvalidFile naming everything that is wrong in either file.
    """
    features, problems = _read_features(folder / UNITS)
    units, bad_features = validated(features, UnitFeature())
    rows, bad_table = read_csv(folder / STEWARDS, COLUMNS)
    stewards, bad_rows = validated(rows, StewardRow())
    codes = {code for feature in features if isinstance(code := _code(feature), str)}
    problems += [
        *bad_features,
        *_misplaced(units, codes),
        *_misdrawn(units),
        *bad_table,
        *bad_rows,
        *repeated(rows, "subject"),
        *_unknown(stewards, codes, known_skills),
    ]
    if problems:
        raise InvalidFile(problems)
    return Organisation(tuple(unit for _, unit in units), tuple(steward for _, steward in stewards))


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


def _unknown(stewards: list[tuple[Row, Steward]], codes: Collection[str], skills: Collection[str]) -> Iterator[Problem]:
    for row, steward in stewards:
        if steward.unit not in codes:
            yield row.problem("unit", f"no unit has the code {steward.unit}")
        if steward.area not in codes:
            yield row.problem("area", f"no unit has the code {steward.area}")
        for skill in sorted(steward.skills.difference(skills)):
            yield row.problem("skills", f"no category asks for {skill}")
