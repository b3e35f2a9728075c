"""The dispatcher's desk: finds the place of a case, and decides who serves it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf
from types import MappingProxyType
from typing import Any, Protocol

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.duties import OCCUPATIONS
from services.dispatch.organisation.staff import Near, Shortlist
from services.dispatch.organisation.stewards import Steward
from services.dispatch.routing.choice import Candidate, Decision, Matter, hindrance, route, ruled_out
from services.dispatch.routing.explaining import Answer, Asked, why_not
from services.dispatch.routing.scoring import NEWCOMER, Standing
from services.dispatch.routing.search import Position, Question, Search
from services.dispatch.routing.weights import Weights
from shared.contracts.catalogue import Category, Kind
from shared.kernel.worktime import WorkCalendar

OF_LATE = timedelta(days=14)
"""What fairness looks back on."""
RATED = timedelta(days=90)
"""How old the ratings may be that still count."""
ENOUGH = (24, 96, 384)
"""How many available stewards to compare; the next only where all of them are full."""

NO_ONE: Mapping[str, str] = MappingProxyType({})


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
        self._search = Search(directory, catalogue, calendar)

    def path_at(self, position: Position) -> Sequence[str]:
        """The unit that a WGS-84 position lies in, with those above it from the root; empty if in none."""
        return self._search.path_at(position)

    def prepare(self, reports: Iterable[Mapping[str, Any]], at: datetime) -> None:
        """Look up in one go how everyone stands who may serve these.

        A wish is nobody's yet, nor is a report that waits for its category; one that is not known here yet fails
        later, by itself.
        """
        near: list[Near] = []
        for report in reports:
            category = self._catalogue.get(report.get("category", ""))
            if category is None or category.kind == Kind.WISH:
                continue
            position, path = report.get("position"), self.path_at(report.get("position"))
            question = self._search.question(report["category"], path, position, at, ruled_out(report))
            near += self._search.shortlist(question, ENOUGH[0]).on_shift
        self._look_up(near, at)

    def decide(
        self,
        category: str,
        unit_path: Sequence[str],
        position: Position,
        at: datetime,
        excluded: Mapping[str, str] = NO_ONE,
    ) -> Decision:
        """Who gets it, or where it waits. `excluded` are those who are not to have it, and why (see `routing`)."""
        question = self._search.question(category, unit_path, position, at, excluded)
        decision = self._decide(question, self._matter(question, excluded))
        if decision.assignee:
            standing = self._standings.get(decision.assignee, NEWCOMER)
            self._standings[decision.assignee] = standing.with_one_more()
        return decision

    def why_not(self, order: Mapping[str, Any], steward: str, at: datetime) -> Answer:
        """Why the order, given its facts, is not the steward's: as it was decided, or else as things stand now."""
        try:
            found = self._directory.steward(steward)
        except KeyError:
            return why_not(order, steward, None)
        return why_not(order, steward, self._asked(order, found, at))

    def _decide(self, question: Question, matter: Matter) -> Decision:
        """Those off shift are looked up only where nobody else is free: most orders never need to know."""
        shortlist = self._search.shortlist(question, ENOUGH[0])
        if matter.is_wish or not shortlist.covering:
            return self._route(matter, shortlist)
        for enough in ENOUGH:
            shortlist = self._search.shortlist(question, enough)
            self._look_up(shortlist.on_shift, matter.at)
            decision = self._route(matter, shortlist)
            if decision.assignee and "shift_ignored" not in decision.why:
                return decision
            if shortlist.has_all_on_shift:
                break
        self._look_up(shortlist.off_shift, matter.at)
        return self._route(matter, shortlist)

    def _route(self, matter: Matter, shortlist: Shortlist) -> Decision:
        near = shortlist.on_shift + shortlist.off_shift
        candidates = [self._candidate(steward, metres, matter.at) for steward, metres in near]
        return route(matter, candidates, self._calendar, shortlist.covering)

    def _candidate(self, steward: Steward, metres: float, at: datetime) -> Candidate:
        subject = steward.subject
        return Candidate(steward, metres, subject in self._search.absent(at), self._standings.get(subject, NEWCOMER))

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

    def _look_up(self, near: Iterable[Near], at: datetime) -> None:
        unknown = {steward.subject for steward, _ in near} - self._standings.keys()
        if unknown:
            found = self._source.standing(unknown, at - OF_LATE, at - RATED)
            self._standings |= dict.fromkeys(unknown, NEWCOMER) | found

    def _asked(self, order: Mapping[str, Any], steward: Steward, at: datetime) -> Asked:
        excluded, path, position = ruled_out(order), order.get("unit_path", ()), order.get("position")
        question = self._search.question(order["category"], path, position, at, excluded)
        where = question.unit_path
        metres = self._directory.metres_to(steward, where, question.point) if where else inf
        self._look_up([(steward, metres)], at)
        candidate = self._candidate(steward, metres, at)
        return Asked(
            steward.subject,
            steward.area,
            is_around=steward.area in where,
            missing=sorted(self._catalogue[question.category].skills - steward.skills),
            metres=metres,
            hindrance=hindrance(candidate, self._matter(question, excluded), self._calendar),
        )
