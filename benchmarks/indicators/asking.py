"""The questions of the dashboard, and the answers that the service reads from the rollups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.evaluation.indicators.counting import Counter
from services.evaluation.indicators.figures import Figures, Question
from services.evaluation.indicators.naming import Names
from services.evaluation.indicators.periods import Grain, labels
from services.evaluation.indicators.rollups import Rollups
from services.evaluation.rulebook import Rulebook
from shared.contracts.commands import load
from shared.contracts.indicators import IndicatorQuery
from shared.kernel.actor import ANALYST, Actor
from shared.kernel.units import Level, UnitTree

BY = Actor("sample-analyst", ANALYST)
YEAR = 12
MONTHS = labels(Grain.MONTH, "2025-01", "2026-12", most=2 * YEAR)

Figured = dict[tuple[str, str], Mapping[str, Any]]
"""(month, unit) -> the measures and indicators of it."""


@dataclass(frozen=True)
class Asked:
    """`level`: of the units that the rows are of."""

    level: Level
    months: Sequence[str]


def dashboard(number: int) -> Asked:
    """All indicators of one month by community; each time of another month."""
    return Asked(Level.COMMUNITY, [MONTHS[number % len(MONTHS)]])


def trend(number: int) -> Asked:
    """All indicators of the district over twelve months; each time of others."""
    first = number % (len(MONTHS) - YEAR + 1)
    return Asked(Level.DISTRICT, MONTHS[first : first + YEAR])


QUESTIONS: Mapping[str, Callable[[int], Asked]] = {"dashboard": dashboard, "trend": trend}


@dataclass(frozen=True)
class Reader:
    """Does what `EvaluationService.get_indicators` does."""

    counter: Counter
    rulebook: Rulebook
    units: UnitTree

    def ask(self, asked: Asked) -> Figured:
        query = {"by": asked.level, "grain": "month", "start": asked.months[0], "end": asked.months[-1]}
        question = Question(**load(IndicatorQuery, query))
        names = Names(self.units, self.rulebook.catalogue)
        figures = Figures(Rollups(self.counter.rollups.db), self.rulebook.indicators, names)
        rows = figures.answer(BY, question)["rows"]
        self.counter.uncounted()
        return {(row["period"], row["of"]): {**row["measures"], **row["indicators"]} for row in rows}
