"""Answers to questions for indicators, read from the rollups alone."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.evaluation.indicators.formulas import INDICATORS, figures
from services.evaluation.indicators.measures import GROUPS, MEASURES, Sums
from services.evaluation.indicators.naming import Names
from services.evaluation.indicators.periods import Grain, labels, parts
from services.evaluation.indicators.publication import hidden, small_groups
from services.evaluation.indicators.rollups import Rollups
from services.evaluation.indicators.settings import IndicatorSettings
from shared.kernel.actor import ANALYST, Actor
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.units import Level

MOST_PERIODS = 400
MOST_CELLS = 50_000
"""Of the rollups, for one question."""
Row = dict[str, Any]
Answer = dict[tuple[str, str], Sums]
"""(period asked for, of) -> sums."""


@dataclass(frozen=True, slots=True)
class Question:
    """As `shared.contracts.indicators.IndicatorQuery` checks it."""

    by: str
    grain: str
    start: str
    end: str | None = None
    within: str | None = None
    exemptions: str = "applied"
    publish: bool = False

    @property
    def is_of_places(self) -> bool:
        return self.by in set(Level)


class Figures:
    """Over one set of settings and of names."""

    def __init__(self, rollups: Rollups, settings: IndicatorSettings, names: Names) -> None:
        self._rollups = rollups
        self._settings = settings
        self._names = names

    def answer(self, by: Actor, question: Question) -> dict[str, list[Row]]:
        """`rows`, and `totals`: one a period, of the whole.

        Raises Forbidden for who is no analyst, Invalid for what cannot be answered.
        """
        if by.role != ANALYST:
            raise Forbidden("read", by.role)
        periods = _periods(question)
        units = self._asked_units(question)
        sums = self._sums(question, "place" if question.is_of_places else question.by, units, periods)
        whole = self._sums(question, *self._whole(question), periods)
        return {"rows": self._rows(question, periods, sums), "totals": self._totals(question, periods, whole)}

    def _asked_units(self, question: Question) -> Collection[str] | None:
        """The places that rows are of; None where rows are of something else. Raises Invalid."""
        if question.publish and question.by == "steward":
            raise Invalid({"publish": ["Figures of single stewards are for inside use only."]})
        if question.within is not None and not question.is_of_places:
            raise Invalid({"within": [f"Only places lie within a unit: ask by one of {', '.join(Level)}."]})
        if question.within is not None and question.within not in self._names.units:
            raise Invalid({"within": ["No unit has this code."]})
        return self._names.units_of(Level(question.by), question.within) if question.is_of_places else None

    def _whole(self, question: Question) -> tuple[str, Collection[str]]:
        return ("place", [question.within]) if question.within else ("all", [""])

    def _sums(
        self, question: Question, by: str, of: Collection[str] | None, periods: Mapping[str, Collection[str]]
    ) -> Answer:
        """Raises Invalid where it would take too long."""
        kept = parts(Grain(question.grain), question.start)[0]
        found: Answer = defaultdict(Sums)
        read = 0
        for code, part, sums in self._rollups.read(by, kept, list(periods), of, MOST_CELLS + 1):
            read += 1
            if not any(sums.parts()):
                continue  # its cases are counted elsewhere by now, as when another steward serves them
            for asked in periods[part]:
                found[asked, code].add(sums)
                if question.exemptions == "ignored":
                    found[asked, code].measures.update(sums.waived)
        if read > MOST_CELLS:
            raise Invalid({"end": ["Too much for one answer: ask for fewer or longer periods, or within one unit."]})
        return found

    def _rows(self, question: Question, periods: Mapping[str, Any], sums: Answer) -> list[Row]:
        rows = []
        for period in _asked(question):
            those = {code: sums[period, code] for asked, code in sums if asked == period}
            kept_back = self._kept_back(question, {code: these.measures for code, these in those.items()})
            for code in sorted(those, key=self._names.order(question.by)):
                rows.append(self._row(question, period, code, those[code], kept_back.get(code, frozenset())))
        return rows

    def _totals(self, question: Question, periods: Mapping[str, Any], sums: Answer) -> list[Row]:
        smallest = self._settings.smallest_cell
        of = question.within or ""
        rows = []
        for period in _asked(question):
            these = sums.get((period, of), Sums())
            kept_back = small_groups(these.measures, smallest) if question.publish else frozenset()
            rows.append(self._row(question, period, of, these, kept_back) | {"by": "all"})
        return rows

    def _kept_back(self, question: Question, cells: Mapping[str, Mapping[str, int]]) -> Mapping[str, Collection[str]]:
        if not question.publish:
            return {}
        return hidden(cells, self._family(question), self._settings.smallest_cell)

    def _family(self, question: Question) -> Callable[[str], Hashable]:
        """Siblings, whose sum is shown somewhere."""
        return self._names.parent if question.is_of_places else lambda _: None

    def _row(self, question: Question, period: str, code: str, sums: Sums, kept_back: Collection[str]) -> Row:
        name_zh, name_en = self._names.of(question.by, code)
        withheld = {name for group in kept_back for name in (group, *GROUPS[group])}
        told = figures(sums, self._settings.weights)
        return {
            "period": period,
            "by": question.by,
            "of": code,
            "name_zh": name_zh,
            "name_en": name_en,
            "measures": {name: None if name in withheld else sums.measures.get(name, 0) for name in MEASURES},
            "indicators": {one.name: None if one.group in kept_back else told[one.name] for one in INDICATORS},
            "suppressed": bool(kept_back),
        }


def _asked(question: Question) -> Sequence[str]:
    return labels(Grain(question.grain), question.start, question.end or question.start, MOST_PERIODS + 1)


def _periods(question: Question) -> dict[str, list[str]]:
    """Day or month that is kept -> the asked periods that it is part of. Raises Invalid."""
    grain = Grain(question.grain)
    try:
        asked = _asked(question)
        found: dict[str, list[str]] = defaultdict(list)
        for label in asked:
            for part in parts(grain, label)[1]:
                found[part].append(label)
    except (ValueError, OverflowError) as error:
        raise Invalid({"start": [f"No {grain} of the calendar: write it like {grain.example}."]}) from error
    if not asked:
        raise Invalid({"end": ["Comes before start."]})
    if len(asked) > MOST_PERIODS:
        raise Invalid({"end": [f"At most {MOST_PERIODS} periods: ask for longer ones, or for fewer."]})
    return found
