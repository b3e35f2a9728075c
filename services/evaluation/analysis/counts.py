"""Rollups as rows, without the cells of single stewards, and without counts so small that they tell of somebody."""

from collections.abc import Iterator
from typing import Any

from services.evaluation.analysis.places import known_units
from services.evaluation.analysis.view import Column, View, count, text
from services.evaluation.indicators.measures import GROUPS

SMALLEST_CELL = 5

ANSWERS = ("satisfied", "basically_satisfied", "dissatisfied")
"""Each rating has one of them: of two, the third is known."""
SUMS = {"handling_seconds": "handled", "stars": "ratings"}
PARTS = {whole: tuple(part for part in parts if part not in (*ANSWERS, *SUMS)) for whole, parts in GROUPS.items()}
"""What is counted, and what of it is counted again."""


def _measure(name: str) -> Any:
    return {"$ifNull": [f"$measures.{name}", 0]}


def _is_small(value: Any) -> Any:
    return {"$and": [{"$gt": [value, 0]}, {"$lt": [value, SMALLEST_CELL]}]}


def _unless(hidden: list[Any], name: str) -> Column:
    return count(name, {"$cond": [{"$or": hidden}, None, _measure(name)]})


def _columns() -> Iterator[Column]:
    """A part is hidden also where what lacks to the whole is small: one could subtract."""
    for whole, parts in PARTS.items():
        yield _unless([_is_small(_measure(whole))], whole)
        for part in parts:
            rest = {"$subtract": [_measure(whole), _measure(part)]}
            yield _unless([_is_small(_measure(part)), _is_small(rest)], part)
    for answer in ANSWERS:
        yield _unless([_is_small(_measure(each)) for each in ANSWERS], answer)
    for total, number in SUMS.items():
        yield _unless([_is_small(_measure(number))], total)


COUNTS = View(
    "analysis_indicators",
    "rollups",
    [
        {"$match": {"by": {"$ne": "steward"}}},
        known_units("of"),
        {"$match": {"$or": [{"by": {"$nin": ["place", "unit"]}}, {"known.0": {"$exists": True}}]}},
        {"$set": {"level": {"$first": "$known.level"}}},
    ],
    [text("by"), text("of"), text("level"), text("grain"), text("period"), *_columns()],
    dated="period",
)
