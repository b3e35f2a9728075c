"""The organisation as dispatch asks about it: where a point lies, who serves there, and whose job it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime

from services.dispatch.organisation.duties import DutyEntry, DutyList
from services.dispatch.organisation.leaves import Leave, LeaveBook
from services.dispatch.organisation.offers import Offer, OfferList
from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.spots import metres_between
from services.dispatch.organisation.staff import Shortlist, Staff
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Point, Steward
from shared.contracts.places import PlaceIndex
from shared.kernel.units import UnitTree


class Directory:
    """One revision of the organisation. Never changed: a new revision is a new Directory.

    A `unit_path` is the codes from the root down to the unit, as in `UnitTree.path`.
    """

    def __init__(
        self,
        tree: UnitTree,
        places: PlaceIndex,
        stewards: Iterable[Steward],
        revision: int = 0,
        *,
        dispatchers: Iterable[Dispatcher] = (),
        duties: Iterable[DutyEntry] = (),
        offers: Iterable[Offer] = (),
        leaves: Iterable[Leave] = (),
    ) -> None:
        self.tree = tree
        self.places = places
        self.revision = revision
        self._stewards = {steward.subject: steward for steward in sorted(stewards, key=_by_subject)}
        self._staff = Staff(self._stewards.values(), self.base_of)
        self._belonging: dict[str, list[Steward]] = defaultdict(list)
        for steward in self._stewards.values():
            self._belonging[steward.unit].append(steward)
        self._desks = frozenset(dispatcher.unit for dispatcher in dispatchers)
        self._duties = DutyList(duties)
        self._offers = OfferList(offers)
        self._leaves = LeaveBook(leaves)

    def unit_at(self, lon: float, lat: float) -> str | None:
        """The code of the smallest unit around a WGS-84 position, or None outside the district."""
        return self.places.smallest_unit(lon, lat)

    def middle(self, unit: str) -> Point:
        """Of the unit, or of the one around it where it is not drawn. Raises KeyError for an unknown unit."""
        drawn = (code for code in reversed(self.tree.path(unit)) if code in self.places.middles)
        return self.places.middles[next(drawn)]

    def steward(self, subject: str) -> Steward:
        """Raises KeyError if nobody, or nobody any more, serves under this subject."""
        return self._stewards[subject]

    def find_steward(self, subject: str) -> Steward | None:
        return self._stewards.get(subject)

    def base_of(self, steward: Steward) -> Point:
        """Where the steward sets out from; where that is not known, the middle of the area served."""
        return steward.base or self.middle(steward.area)

    def is_on_leave(self, subject: str, at: datetime) -> bool:
        return self._leaves.is_on_leave(subject, at)

    def absent(self, at: datetime) -> frozenset[str]:
        """The subjects of all who are on leave."""
        return self._leaves.absent(at)

    def stewards_for(self, unit: str, skills: frozenset[str]) -> Sequence[Steward]:
        """Who covers the unit and has all the skills: nearest area first, then by subject."""
        areas = reversed(self.tree.path(unit))
        return [steward for area in areas for steward in self._staff.skilled(area, skills)]

    def stewards_in(self, unit: str) -> Sequence[Steward]:
        """Who belongs to the unit or to one below it, by subject."""
        found = [steward for code in self.tree.subtree(unit) for steward in self._belonging.get(code, ())]
        return sorted(found, key=_by_subject)

    def shortlist(
        self,
        unit_path: Sequence[str],
        point: Point | None,
        skills: frozenset[str],
        enough: int,
        unavailable: Set[str] = frozenset(),
        is_on: Callable[[Shift], bool] = lambda _: True,
    ) -> Shortlist:
        """The nearest who serve the place, see `Staff`. Without a point, from the middle of the unit."""
        start = point or self.middle(unit_path[-1])
        return self._staff.shortlist(unit_path, start, skills, enough, unavailable, is_on)

    def metres_to(self, steward: Steward, unit_path: Sequence[str], point: Point | None) -> float:
        """From where the steward sets out to the point, or else to the middle of the unit."""
        return metres_between(self.base_of(steward), point or self.middle(unit_path[-1]))

    def nearest_of(
        self, occupation: Occupation, unit_path: Sequence[str], at: datetime | None = None
    ) -> Steward | None:
        """Who of the occupation serves the smallest unit of the path, first by subject; if `at`, not on leave then."""
        found = (steward for area in reversed(unit_path) for steward in self._staff.occupied(area, occupation))
        return next((steward for steward in found if not (at and self.is_on_leave(steward.subject, at))), None)

    def desk_for(self, unit_path: Sequence[str]) -> str | None:
        """The lowest unit of the path that has a dispatcher: a case whose unit has none goes up a level."""
        return next((unit for unit in reversed(unit_path) if unit in self._desks), None)

    def duty(self, category: str, unit_path: Sequence[str]) -> DutyEntry | None:
        """Who has the duty, of the smallest unit around; None where only the catalogue says whose it is."""
        return self._duties.find(category, unit_path)

    def offers_for(
        self, category: str, unit_path: Sequence[str], point: Point | None, limit: int
    ) -> Sequence[tuple[Offer, float | None]]:
        """What stations offer there, nearest first, with the metres; None without a point."""
        return self._offers.find(category, unit_path, point, limit)


def _by_subject(steward: Steward) -> str:
    return steward.subject
