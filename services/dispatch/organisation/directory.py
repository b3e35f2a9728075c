"""The organisation as dispatch asks about it: where a point lies, and who serves there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from services.dispatch.organisation.places import PlaceIndex
from services.dispatch.organisation.stewards import Steward
from services.dispatch.organisation.tree import UnitTree


class Directory:
    """One revision of the organisation. Never changed: a new revision is a new Directory."""

    def __init__(self, tree: UnitTree, places: PlaceIndex, stewards: Iterable[Steward], revision: int = 0) -> None:
        self.tree = tree
        self.places = places
        self.revision = revision
        self._stewards = {steward.subject: steward for steward in sorted(stewards, key=_by_subject)}
        self._serving: dict[str, list[Steward]] = defaultdict(list)
        self._skilled: dict[tuple[str, str], list[Steward]] = defaultdict(list)
        self._belonging: dict[str, list[Steward]] = defaultdict(list)
        for steward in self._stewards.values():
            self._belonging[steward.unit].append(steward)
            self._serving[steward.area].append(steward)
            for skill in steward.skills:
                self._skilled[steward.area, skill].append(steward)

    def unit_at(self, lon: float, lat: float) -> str | None:
        """The code of the smallest unit around a WGS-84 position, or None outside the district."""
        return self.places.smallest_unit(lon, lat)

    def steward(self, subject: str) -> Steward:
        """Raises KeyError if nobody, or nobody any more, serves under this subject."""
        return self._stewards[subject]

    def stewards_for(self, unit: str, skills: frozenset[str]) -> Sequence[Steward]:
        """Who covers the unit and has all the skills: nearest area first, then by subject."""
        return [
            steward
            for area in reversed(self.tree.path(unit))
            for steward in self._rarest(area, skills)
            if skills <= steward.skills
        ]

    def stewards_in(self, unit: str) -> Sequence[Steward]:
        """Who belongs to the unit or to one below it, by subject."""
        found = [steward for code in self.tree.subtree(unit) for steward in self._belonging.get(code, ())]
        return sorted(found, key=_by_subject)

    def _rarest(self, area: str, skills: frozenset[str]) -> Sequence[Steward]:
        """The shortest list that holds everyone who serves the area and has the skills."""
        lists = [self._skilled.get((area, skill), ()) for skill in skills]
        return min(lists, key=len, default=self._serving.get(area, ()))


def _by_subject(steward: Steward) -> str:
    return steward.subject
