"""Sums by cell and period: what cases add to them, gathered so that each is written once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from services.evaluation.indicators.measures import Sums, cells, tally
from services.evaluation.indicators.periods import Grain, Periods

Cell = tuple[str, str]
"""(by, of): a dimension, and what of it."""


class Place(NamedTuple):
    """A document of the rollups. Days and months are kept; weeks, quarters and years are sums of them."""

    by: str
    of: str
    grain: str
    period: str

    @property
    def id(self) -> str:
        return f"{self.by}:{self.of}:{self.period}"


Counted = Mapping[str, Any]
"""What of a case is in the rollups, as its document keeps it: its `cells`, and by `days` the month of the day, as it
was reckoned then, and the three kinds of amounts."""
PARTS = ("measures", "waived", "handling")


def counted(state: str | None, facts: Mapping[str, Any], periods: Periods) -> dict[str, Any]:
    """What a case that stands so adds to the rollups."""
    return {
        "cells": [list(cell) for cell in cells(facts)],
        "days": {
            day: {"month": periods.month_of(day), **_written(sums)}
            for day, sums in tally(state, facts, periods).items()
        },
    }


class Gathered:
    """Amounts to be added to the rollups."""

    def __init__(self) -> None:
        self._sums: dict[Place, Sums] = defaultdict(Sums)

    def __len__(self) -> int:
        return len(self._sums)

    def add(self, amounts: Counted | None, times: int = 1) -> None:
        """`times` is -1 to take away what a case added before."""
        if amounts is None:
            return
        for day, written in amounts["days"].items():
            sums = _read(written)
            for by, of in amounts["cells"]:
                self._sums[Place(by, of, Grain.DAY, day)].add(sums, times)
                self._sums[Place(by, of, Grain.MONTH, written["month"])].add(sums, times)

    def take(self) -> Iterable[tuple[Place, Mapping[str, int]]]:
        """Everything that was gathered, by place as {"measures.closed": 1, …}; empty afterwards."""
        gathered, self._sums = self._sums, defaultdict(Sums)
        for place, sums in gathered.items():
            if amounts := {f"{part}.{name}": n for part, name, n in _amounts(sums) if n}:
                yield place, amounts


def _written(sums: Sums) -> dict[str, dict[str, int]]:
    return {part: dict(amounts) for part, amounts in zip(PARTS, sums.parts(), strict=True) if amounts}


def _read(written: Mapping[str, Any]) -> Sums:
    return Sums.of(*(written.get(part, {}) for part in PARTS))


def _amounts(sums: Sums) -> Iterable[tuple[str, str, int]]:
    return ((part, name, n) for part, amounts in zip(PARTS, sums.parts(), strict=True) for name, n in amounts.items())
