"""Sums by cell and period: what cases add to them, gathered so that each is written once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from sys import intern
from typing import Any, NamedTuple

from services.evaluation.indicators.measures import Sums, cells, tally
from services.evaluation.indicators.periods import Grain, Periods

_Day = tuple[str, str, str, str]
"""by, of, day and the month that it counts in."""


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
    """Amounts to be added to the rollups, by cell and day until they are taken: a month is a sum of days."""

    def __init__(self) -> None:
        self._days: dict[_Day, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def __len__(self) -> int:
        return len(self._days)

    def add(self, amounts: Counted | None, times: int = 1) -> None:
        """`times` is -1 to take away what a case added before."""
        if amounts is None:
            return
        for day, written in amounts["days"].items():
            named = [
                (intern(f"{part}.{name}"), times * n) for part in PARTS for name, n in written.get(part, {}).items()
            ]
            for by, of in amounts["cells"]:
                sums = self._days[by, of, day, written["month"]]
                for name, n in named:
                    sums[name] += n

    def take(self) -> Iterator[tuple[Place, Mapping[str, int]]]:
        """Everything that was gathered, by place as {"measures.closed": 1, …}; empty afterwards."""
        gathered: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for (by, of, day, month), sums in self._days.items():
            for grain, period in ((Grain.DAY, day), (Grain.MONTH, month)):
                added = gathered[Place(by, of, grain, period)]
                for name, n in sums.items():
                    added[name] += n
        self._days.clear()
        for place, sums in gathered.items():
            if amounts := {name: n for name, n in sums.items() if n}:
                yield place, amounts


def _written(sums: Sums) -> dict[str, dict[str, int]]:
    return {part: dict(amounts) for part, amounts in zip(PARTS, sums.parts(), strict=True) if amounts}
