"""How indicators are counted and weighed here: a file that the district keeps."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import Schema, fields, validate

from services.evaluation.indicators.formulas import Weights
from services.evaluation.indicators.periods import Periods
from shared.contracts.cells import NAME
from shared.contracts.files import File, InvalidFile, Problem, Row, read_csv, repeated, validated

INDICATORS = "indicators.csv"
COLUMNS = ("setting", "value", "name_zh", "name_en")
PARTS = ("weight_response", "weight_resolution", "weight_satisfaction")
"""Of the composite; together they are 1."""


@dataclass(frozen=True, slots=True)
class IndicatorSettings:
    """`smallest_cell`: figures of fewer cases are not published."""

    periods: Periods
    weights: Weights
    smallest_cell: int


def read_settings(file: File) -> IndicatorSettings:
    """Raises InvalidFile naming every bad row, every setting that is missing, and weights that are not 1 in sum."""
    rows, problems = read_csv(file, COLUMNS)
    good, bad_rows = validated(rows, _Row())
    values, bad_values = _values(row for row, _ in good)
    problems += bad_rows + repeated(rows, "setting") + bad_values
    if not problems:
        problems += _gaps(file, rows, values)
    if problems:
        raise InvalidFile(problems)
    return IndicatorSettings(
        periods=Periods(values["day_closes_at"], values["month_closes_on"]),
        weights=Weights(*(values[name] for name in (*PARTS, "basically_satisfied"))),
        smallest_cell=values["smallest_cell"],
    )


def _share(cell: str) -> Fraction:
    if not re.fullmatch(r"[01](\.\d+)?", cell, re.ASCII) or Decimal(cell) > 1:
        raise ValueError("Must be a number from 0 to 1, like 0.4.")
    return Fraction(cell)


def _closing_time(cell: str) -> timedelta:
    found = re.fullmatch(r"(\d\d):([0-5]\d)", cell, re.ASCII)
    closes_at = found and timedelta(hours=int(found[1]), minutes=int(found[2]))
    if not closes_at or closes_at > timedelta(hours=24):
        raise ValueError("Must be a time from 00:01 to 24:00.")
    return closes_at


def _whole(first: int, last: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not re.fullmatch(r"\d{1,4}", cell, re.ASCII) or not first <= int(cell) <= last:
            raise ValueError(f"Must be a whole number from {first} to {last}.")
        return int(cell)

    return read


READERS: Mapping[str, Callable[[str], Any]] = {
    "day_closes_at": _closing_time,
    "month_closes_on": _whole(1, 31),
    **dict.fromkeys((*PARTS, "basically_satisfied"), _share),
    "smallest_cell": _whole(1, 1000),
}


class _Row(Schema):
    setting = fields.String(required=True, validate=validate.OneOf(READERS))
    value = fields.String(required=True)
    name_zh = fields.String(required=True, validate=NAME)
    name_en = fields.String(required=True, validate=NAME)


def _values(rows: Iterable[Row]) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems = []
    for row in rows:
        name = row.values["setting"]
        try:
            values[name] = READERS[name](row.values["value"])
        except ValueError as error:
            problems.append(row.problem("value", str(error)))
    return values, problems


def _gaps(file: File, rows: Collection[Row], values: Mapping[str, Any]) -> list[Problem]:
    missing = [name for name in READERS if name not in values]
    if missing:
        return [Problem(file.name, 1, "setting", f"no row is for {name}") for name in missing]
    if sum(values[name] for name in PARTS) == 1:
        return []
    last = max(row.line for row in rows if row.values["setting"] in PARTS)
    return [Problem(file.name, last, "value", f"{', '.join(PARTS)} must be 1 in sum")]
