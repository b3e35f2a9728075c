"""The stewards by where they serve and what they can do, and the few of them worth a closer look."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.spots import AT_ONCE, Spots
from services.dispatch.organisation.stewards import Occupation, Point, Steward

Near = tuple[Steward, float]
"""A steward, and the metres to where the matter is."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Those looked at, on shift and off, each nearest first, out of `covering` who serve the place and have the skills.

    `has_all_on_shift`: a longer list would hold nobody else who is on shift.
    """

    on_shift: tuple[Near, ...]
    off_shift: tuple[Near, ...]
    covering: int
    has_all_on_shift: bool


class Staff:
    """Everything is looked up by area; nothing ever goes through all the stewards of the district."""

    def __init__(self, stewards: Iterable[Steward], base_of: Callable[[Steward], Point]) -> None:
        self._base_of = base_of
        self._serving: dict[str, list[Steward]] = defaultdict(list)
        self._skilled: dict[tuple[str, str], list[Steward]] = defaultdict(list)
        self._occupied: dict[tuple[str, Occupation], list[Steward]] = defaultdict(list)
        self._pools: dict[tuple[str, frozenset[str]], Mapping[Shift, Spots[Steward]]] = {}
        for steward in sorted(stewards, key=lambda steward: steward.subject):
            self._serving[steward.area].append(steward)
            self._occupied[steward.area, steward.occupation].append(steward)
            for skill in steward.skills:
                self._skilled[steward.area, skill].append(steward)

    def skilled(self, area: str, skills: frozenset[str]) -> Iterable[Steward]:
        """Who serves just this area and has all the skills, by subject."""
        lists = [self._skilled.get((area, skill), ()) for skill in skills]
        rarest: Sequence[Steward] = min(lists, key=len, default=self._serving.get(area, ()))
        return (steward for steward in rarest if skills <= steward.skills)

    def occupied(self, area: str, occupation: Occupation) -> Sequence[Steward]:
        """Who serves just this area and has the occupation, by subject."""
        return self._occupied.get((area, occupation), ())

    def shortlist(
        self,
        unit_path: Sequence[str],
        point: Point,
        skills: frozenset[str],
        enough: int,
        unavailable: Set[str],
        is_on: Callable[[Shift], bool],
    ) -> Shortlist:
        """The nearest who serve the place, until `enough` of them are available; as many again of those off shift.

        `unavailable` are the subjects of those who cannot have it; they are listed and do not count.

        The nearest of the grid, of the estate, of the community and so on are all gathered before the nearest of
        them are kept, and a steward who serves the whole street counts from his own door like everyone else. So
        the list is exactly the nearest who cover the place, wherever their areas end: at most six short lookups,
        however many serve the district. Those off shift are there to say when the first of them comes on, and
        for what cannot wait.
        """
        pools = [pool for area in reversed(unit_path) for pool in self._pool(area, skills).items()]
        on = [spots for shift, spots in pools if is_on(shift)]
        off = [spots for shift, spots in pools if not is_on(shift)]
        near_on, near_off = (_nearest(spots, point, enough, unavailable) for spots in (on, off))
        number_on, number_off = (sum(len(each.items) for each in spots) for spots in (on, off))
        return Shortlist(near_on, near_off, number_on + number_off, len(near_on) == number_on)

    def _pool(self, area: str, skills: frozenset[str]) -> Mapping[Shift, Spots[Steward]]:
        """Made when first asked for: there are far more areas and skills than are ever asked for together."""
        if (area, skills) not in self._pools:
            by_shift: dict[Shift, list[Steward]] = defaultdict(list)
            for steward in self.skilled(area, skills):
                by_shift[steward.shift].append(steward)
            self._pools[area, skills] = {
                shift: Spots(stewards, [self._base_of(steward) for steward in stewards])
                for shift, stewards in by_shift.items()
            }
        return self._pools[area, skills]


def _nearest(pools: Iterable[Spots[Steward]], point: Point, enough: int, unavailable: Set[str]) -> tuple[Near, ...]:
    found = [near for spots in pools for near in _widened(spots, point, enough, unavailable)]
    kept: list[Near] = []
    available, edge = 0, 0.0
    for steward, metres in sorted(found, key=_by_distance):
        if available >= enough and metres > edge:
            break
        kept.append((steward, metres))
        available, edge = available + (steward.subject not in unavailable), metres
    return tuple(kept[:AT_ONCE])


def _widened(spots: Spots[Steward], point: Point, enough: int, unavailable: Set[str]) -> Sequence[Near]:
    """Looks further where too many of the nearest are not available."""
    number = enough
    while True:
        near = spots.nearest(point, number)
        is_all = len(near) in (len(spots.items), AT_ONCE)
        if is_all or sum(steward.subject not in unavailable for steward, _ in near) >= enough:
            return near
        number *= 4


def _by_distance(near: Near) -> tuple[float, str]:
    return near[1], near[0].subject
