"""Writes the sample district: `python -m samples.generate`. The same seed gives the same bytes."""

import csv
import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

from samples.district import plan
from samples.people import dispatchers, stewards
from samples.residents import reports
from samples.services import duties, offers
from samples.survey import draw
from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.offers import Offer
from services.dispatch.organisation.stewards import Dispatcher, Steward
from shared.kernel.units import Unit, UnitTree

FOLDER = Path(__file__).with_name("licheng")
SEED = 20241008


def generate(folder: Path, seed: int = SEED) -> None:
    """Writes the organisation's files and `reports.jsonl` into an existing folder."""
    random, details = Random(seed), Random(f"{seed}, details")
    units = draw(plan(random), random)
    tree = UnitTree(units)
    _write(folder / "units.geojson", _collection(units))
    _write_table(folder / "stewards.csv", Steward, stewards(tree, random, details))
    _write_table(folder / "dispatchers.csv", Dispatcher, dispatchers(tree, details))
    _write_table(folder / "duties.csv", DutyEntry, duties(tree))
    _write_table(folder / "offers.csv", Offer, offers(tree, details))
    _write(folder / "reports.jsonl", map(_json, reports(tree, random)))


def _collection(units: list[Unit]) -> Iterable[str]:
    """One feature a line, so that a line number names a unit."""
    yield '{"type": "FeatureCollection", "features": ['
    for unit in units:
        yield _json(_feature(unit)) + ("," if unit is not units[-1] else "")
    yield "]}"


def _feature(unit: Unit) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "code": unit.code,
            "name_zh": unit.name_zh,
            "name_en": unit.name_en,
            "level": unit.level,
            "parent": unit.parent,
        },
        "geometry": unit.polygon and {"type": "Polygon", "coordinates": unit.polygon},
    }


def _write_table(path: Path, of: type[Any], rows: Iterable[Any]) -> None:
    columns = [field.name for field in fields(of)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            values = [getattr(row, column) for column in columns]
            writer.writerow(";".join(sorted(v)) if isinstance(v, frozenset) else v for v in values)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    generate(FOLDER)
