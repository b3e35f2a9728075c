"""Who stands where by a figure, as in sports: equal figures share a place, and the next one is left empty."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.gateway.analysis.sheets import Cell


def ranked(rows: Sequence[Mapping[str, Cell]], by: str) -> list[dict[str, Cell]]:
    """The rows from the highest figure down, each with its `rank`; those without a figure last, and without a place."""
    ordered = sorted(rows, key=lambda row: _key(row, by))
    figures = [row.get(by) for row in ordered]
    return [{**row, "rank": _place(figures, row.get(by))} for row in ordered]


def _key(row: Mapping[str, Cell], by: str) -> tuple[Any, ...]:
    figure = row.get(by)
    return (0, -figure, row["of"]) if isinstance(figure, Decimal) else (1, 0, row["of"])


def _place(figures: Sequence[Cell], figure: Cell) -> int | None:
    return figures.index(figure) + 1 if isinstance(figure, Decimal) else None
