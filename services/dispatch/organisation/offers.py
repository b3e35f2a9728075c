"""What is on offer near by (供需对接): the services of the stations 近邻、睦邻、亲邻、友邻之家."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.spots import Spots
from services.dispatch.organisation.stewards import Point


class ServiceFunction(StrEnum):
    """六大服务功能."""

    PARTY_AND_MASSES = "party_and_masses"
    CONVENIENCE = "convenience"
    OLD_AND_YOUNG = "old_and_young"
    CULTURE_AND_SPORTS = "culture_and_sports"
    DELIBERATION_AND_MEDIATION = "deliberation_and_mediation"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Offer:
    """A service of a station at (`lon`, `lat`), for all who live in `unit` and have a matter of the categories."""

    code: str
    station: str
    name_zh: str
    name_en: str
    service: ServiceFunction
    categories: frozenset[str]
    unit: str
    lon: float
    lat: float
    hours: Shift


class OfferList:
    def __init__(self, offers: Iterable[Offer]) -> None:
        grouped: dict[tuple[str, str], list[Offer]] = defaultdict(list)
        for offer in sorted(offers, key=lambda offer: offer.code):
            for category in offer.categories:
                grouped[category, offer.unit].append(offer)
        self._spots: Mapping[tuple[str, str], Spots[Offer]] = {
            where: Spots(found, [(offer.lon, offer.lat) for offer in found]) for where, found in grouped.items()
        }

    def find(
        self, category: str, unit_path: Sequence[str], point: Point | None, limit: int
    ) -> Sequence[tuple[Offer, float | None]]:
        """At most `limit` for the place, nearest first, with metres; without a point, the smallest unit's first."""
        around = [self._spots[category, unit] for unit in reversed(unit_path) if (category, unit) in self._spots]
        if point is None:
            return [(offer, None) for spots in around for offer in spots.items][:limit]
        near = [found for spots in around for found in spots.nearest(point, limit)]
        return sorted(near, key=lambda found: (found[1], found[0].code))[:limit]
