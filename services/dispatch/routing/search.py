"""Who might serve a case. Whatever was asked once in a batch is not looked for again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.staff import Shortlist
from services.dispatch.organisation.stewards import Point
from shared.contracts.catalogue import Category
from shared.kernel.worktime import WorkCalendar

Position = Mapping[str, float] | None
"""`lon` and `lat` in WGS-84, where they are known."""

NOBODY = Shortlist((), (), covering=0, has_all_on_shift=True)


class Question(NamedTuple):
    category: str
    unit_path: tuple[str, ...]
    point: Point | None
    at: datetime
    excluded: frozenset[str]


class Search:
    """Lives as long as its batch, over one revision of the organisation."""

    def __init__(self, directory: Directory, catalogue: Mapping[str, Category], calendar: WorkCalendar) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._calendar = calendar
        self._units: dict[Point, str | None] = {}
        self._absent: dict[datetime, frozenset[str]] = {}
        self._shifts: dict[tuple[Shift, datetime], bool] = {}
        self._shortlists: dict[tuple[Question, int], Shortlist] = {}

    def path_at(self, position: Position) -> tuple[str, ...]:
        """The unit that a position lies in, with those above it from the root; empty if in none."""
        if not position:
            return ()
        point = position["lon"], position["lat"]
        if point not in self._units:
            self._units[point] = self._directory.unit_at(*point)
        unit = self._units[point]
        return self._directory.tree.path(unit) if unit else ()

    def question(
        self, category: str, unit_path: Sequence[str], position: Position, at: datetime, excluded: Collection[str]
    ) -> Question:
        """Asks about the deepest unit that still exists: one of an older order may have been retired since.

        A position outside of it says nothing: who placed the case there knew better.
        """
        deepest = next((unit for unit in reversed(unit_path) if unit in self._directory.tree), None)
        path = self._directory.tree.path(deepest) if deepest else ()
        is_there = position and deepest in self.path_at(position)
        point = (position["lon"], position["lat"]) if position and is_there else None
        return Question(category, path, point, at, frozenset(excluded))

    def shortlist(self, question: Question, enough: int) -> Shortlist:
        """Who covers the place and has the skills, nearest first, until `enough` of them might have it."""
        if not question.unit_path:
            return NOBODY
        if (question, enough) not in self._shortlists:
            self._shortlists[question, enough] = self._directory.shortlist(
                question.unit_path,
                question.point,
                self._catalogue[question.category].skills,
                enough,
                question.excluded | self.absent(question.at),
                lambda shift: self._is_on(shift, question.at),
            )
        return self._shortlists[question, enough]

    def absent(self, at: datetime) -> frozenset[str]:
        """Everyone who is on leave."""
        if at not in self._absent:
            self._absent[at] = self._directory.absent(at)
        return self._absent[at]

    def _is_on(self, shift: Shift, at: datetime) -> bool:
        if (shift, at) not in self._shifts:
            self._shifts[shift, at] = shift.covers(at, self._calendar)
        return self._shifts[shift, at]
