"""The dispatcher's desk: finds the place of a case, and decides who serves it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from services.dispatch.explaining import Answer, Asked, why_not
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.duties import OCCUPATIONS
from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.staff import Shortlist
from services.dispatch.organisation.stewards import Point, Steward
from services.dispatch.routing import Candidate, Decision, Matter, hindrance, route, ruled_out
from services.dispatch.scoring import NEWCOMER, Standing
from services.dispatch.weights import Weights
from shared.contracts.catalogue import Category, Kind
from shared.kernel.worktime import WorkCalendar

OF_LATE = timedelta(days=14)
"""What fairness looks back on."""
RATED = timedelta(days=90)
"""How old the ratings may be that still count."""
ENOUGH = (24, 96, 384)
"""How many available stewards to compare; the next only where all of them are full."""

NOBODY: Mapping[str, str] = MappingProxyType({})
NOBODY_NEAR = Shortlist((), 0, has_all_on_shift=True)

Position = Mapping[str, float] | None


class Question(NamedTuple):
    """What has been asked once in a batch is not looked for again."""

    category: str
    unit_path: tuple[str, ...]
    point: Point | None
    at: datetime
    excluded: frozenset[str]


class Standings(Protocol):
    def standing(self, subjects: Collection[str], since: datetime, rated_since: datetime) -> dict[str, Standing]:
        """Who has neither orders nor ratings may be left out."""
        ...


class Desk:
    """Lives for one batch or command, and counts in what it has just assigned itself.

    Capacity is so kept exactly within a batch; instances working at the same moment may together exceed
    it by what they assign in that moment.
    """

    def __init__(
        self,
        directory: Directory,
        catalogue: Mapping[str, Category],
        weights: Weights,
        calendar: WorkCalendar,
        standings: Standings,
    ) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._weights = weights
        self._calendar = calendar
        self._source = standings
        self._standings: dict[str, Standing] = {}
        self._units: dict[Point, str | None] = {}
        self._shortlists: dict[tuple[Question, int], Shortlist] = {}
        self._shifts: dict[tuple[Shift, datetime], bool] = {}

    def path_at(self, position: Position) -> Sequence[str]:
        """The unit that a WGS-84 position lies in, with those above it from the root; empty if in none."""
        if not position:
            return ()
        point = position["lon"], position["lat"]
        if point not in self._units:
            self._units[point] = self._directory.unit_at(*point)
        unit = self._units[point]
        return self._directory.tree.path(unit) if unit else ()

    def prepare(self, reports: Iterable[Mapping[str, Any]], at: datetime) -> None:
        """Look up in one go how everyone stands who may serve these.

        A category that is not known here yet fails later, by itself.
        """
        subjects: set[str] = set()
        for report in (report for report in reports if report.get("category") in self._catalogue):
            position = report.get("position")
            question = self._question(report["category"], self.path_at(position), position, at, ruled_out(report))
            subjects |= self._on_shift(self._shortlist(question, ENOUGH[0]), at)
        self._look_up(subjects, at)

    def decide(
        self,
        category: str,
        unit_path: Sequence[str],
        position: Position,
        at: datetime,
        excluded: Mapping[str, str] = NOBODY,
    ) -> Decision:
        """Who gets it, or where it waits. `excluded` are those who are not to have it, and why (see `routing`)."""
        question = self._question(category, unit_path, position, at, excluded)
        decision = self._decide(question, self._matter(question, excluded))
        if decision.assignee:
            standing = self._standings.get(decision.assignee, NEWCOMER)
            self._standings[decision.assignee] = standing.with_one_more()
        return decision

    def why_not(self, order: Mapping[str, Any], steward: str, at: datetime) -> Answer:
        """Why the order, given its facts, is not the steward's: as it was decided, or else as things stand now."""
        try:
            asked = self._asked(order, self._directory.steward(steward), at)
        except KeyError:
            asked = None
        return why_not(order, steward, asked)

    def _decide(self, question: Question, matter: Matter) -> Decision:
        """Those off shift are looked up only where nobody else is free: most orders never need to know."""
        shortlist = self._shortlist(question, ENOUGH[0])
        if matter.is_wish or not shortlist.near:
            return self._route(matter, shortlist)
        for enough in ENOUGH:
            shortlist = self._shortlist(question, enough)
            self._look_up(self._on_shift(shortlist, matter.at), matter.at)
            decision = self._route(matter, shortlist)
            if decision.assignee and "shift_ignored" not in decision.why:
                return decision
            if shortlist.has_all_on_shift:
                break
        self._look_up({steward.subject for steward, _ in shortlist.near}, matter.at)
        return self._route(matter, shortlist)

    def _route(self, matter: Matter, shortlist: Shortlist) -> Decision:
        candidates = [self._candidate(steward, metres, matter.at) for steward, metres in shortlist.near]
        return route(matter, candidates, self._calendar, shortlist.covering)

    def _candidate(self, steward: Steward, metres: float, at: datetime) -> Candidate:
        on_leave = self._directory.is_on_leave(steward.subject, at)
        return Candidate(steward, metres, on_leave, self._standings.get(steward.subject, NEWCOMER))

    def _matter(self, question: Question, excluded: Mapping[str, str]) -> Matter:
        category, unit_path = self._catalogue[question.category], question.unit_path
        entry = self._directory.duty(category.code, unit_path)
        return Matter(
            unit_path,
            question.at,
            self._weights.of(category.code),
            OCCUPATIONS[entry.holder if entry else category.duty],
            is_wish=category.kind == Kind.WISH,
            is_urgent=category.urgent,
            desk=self._directory.desk_for(unit_path),
            excluded=excluded,
        )

    def _question(
        self,
        category: str,
        unit_path: Sequence[str],
        position: Position,
        at: datetime,
        excluded: Mapping[str, str],
    ) -> Question:
        """Asks about the deepest unit that still exists: one of an older order may have been retired since.

        A position outside of it says nothing: who placed the case there knew better.
        """
        known = [unit for unit in unit_path if unit in self._directory.tree]
        path = self._directory.tree.path(known[-1]) if known else ()
        is_there = position and path and path[-1] in self.path_at(position)
        point = (position["lon"], position["lat"]) if position and is_there else None
        return Question(category, path, point, at, frozenset(excluded))

    def _shortlist(self, question: Question, enough: int) -> Shortlist:
        if not question.unit_path:
            return NOBODY_NEAR
        if (question, enough) not in self._shortlists:
            self._shortlists[question, enough] = self._directory.shortlist(
                question.unit_path,
                question.point,
                self._catalogue[question.category].skills,
                enough,
                lambda steward: self._is_available(steward.subject, question),
                lambda shift: self._is_on(shift, question.at),
            )
        return self._shortlists[question, enough]

    def _is_available(self, subject: str, question: Question) -> bool:
        return subject not in question.excluded and not self._directory.is_on_leave(subject, question.at)

    def _is_on(self, shift: Shift, at: datetime) -> bool:
        if (shift, at) not in self._shifts:
            self._shifts[shift, at] = shift.covers(at, self._calendar)
        return self._shifts[shift, at]

    def _on_shift(self, shortlist: Shortlist, at: datetime) -> set[str]:
        return {steward.subject for steward, _ in shortlist.near if self._is_on(steward.shift, at)}

    def _look_up(self, subjects: set[str], at: datetime) -> None:
        unknown = subjects - self._standings.keys()
        if unknown:
            found = self._source.standing(unknown, at - OF_LATE, at - RATED)
            self._standings |= dict.fromkeys(unknown, NEWCOMER) | found

    def _asked(self, order: Mapping[str, Any], steward: Steward, at: datetime) -> Asked:
        excluded = ruled_out(order)
        question = self._question(order["category"], order.get("unit_path", ()), order.get("position"), at, excluded)
        self._look_up({steward.subject}, at)
        is_placed = bool(question.unit_path)
        metres = self._directory.metres_to(steward, question.unit_path, question.point) if is_placed else inf
        return Asked(
            steward.subject,
            steward.area,
            is_around=steward.area in question.unit_path,
            missing=sorted(self._catalogue[question.category].skills - steward.skills),
            metres=metres,
            hindrance=hindrance(self._candidate(steward, metres, at), self._matter(question, excluded), self._calendar),
        )
