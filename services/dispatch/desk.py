"""The dispatcher's desk: finds the place of a case, and decides who serves it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.stewards import Steward
from services.dispatch.routing import Decision, route
from shared.contracts.catalogue import Category, Kind


class Loads(Protocol):
    def open_load(self, stewards: Collection[str]) -> dict[str, int]:
        """Orders that each of the stewards holds; who holds none is left out."""
        ...


class Desk:
    """Lives for one batch or command, and counts in what it has just assigned itself.

    Capacity is so kept exactly within a batch; instances working at the same moment may together exceed
    it by what they assign in that moment.
    """

    def __init__(self, directory: Directory, catalogue: Mapping[str, Category], loads: Loads) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._loads = loads
        self._held: dict[str, int] = {}
        self._units: dict[tuple[float, float], str | None] = {}

    def path_at(self, position: Mapping[str, float] | None) -> Sequence[str]:
        """The unit that a WGS-84 position lies in, with those above it from the root; empty if in none."""
        if not position:
            return ()
        point = position["lon"], position["lat"]
        if point not in self._units:
            self._units[point] = self._directory.unit_at(*point)
        unit = self._units[point]
        return self._directory.tree.path(unit) if unit else ()

    def prepare(self, reports: Iterable[Mapping[str, Any]]) -> None:
        """Look up in one go the load of everyone who may serve these; one of an unknown category fails in its turn."""
        stewards: set[str] = set()
        for report in reports:
            if report["category"] in self._catalogue:
                able = self._able(self.path_at(report.get("position")), report["category"])
                stewards.update(steward.subject for steward in able)
        self._look_up(stewards)

    def decide(
        self,
        category: str,
        unit_path: Sequence[str],
        position: Mapping[str, float] | None,
        at: datetime,
        excluded: Mapping[str, str] | None = None,
    ) -> Decision:
        able = self._able(unit_path, category)
        self._look_up({steward.subject for steward in able})
        is_wish = self._catalogue[category].kind == Kind.WISH
        decision = route(unit_path, able, self._held, excluded or {}, claim_only=is_wish)
        if decision.assignee:
            self._held[decision.assignee] = self._held.get(decision.assignee, 0) + 1
        return decision

    def skills_of(self, category: str) -> frozenset[str]:
        """What a steward has to have to serve it."""
        return self._catalogue[category].skills

    def _able(self, unit_path: Sequence[str], category: str) -> Sequence[Steward]:
        """Of the deepest unit that still exists: one of an older order may have been retired since."""
        known = [unit for unit in unit_path if unit in self._directory.tree]
        return self._directory.stewards_for(known[-1], self._catalogue[category].skills) if known else ()

    def _look_up(self, stewards: set[str]) -> None:
        unknown = stewards - self._held.keys()
        if unknown:
            self._held |= dict.fromkeys(unknown, 0) | self._loads.open_load(unknown)
