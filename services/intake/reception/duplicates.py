"""Reports that may be about the same thing: of one family, near in place and time, and alike in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.intake.domain import Report, words_of
from services.intake.reception.likeness import bigrams, likeness
from shared.contracts.catalogue import Category, Kind

MOST_SHOWN = 5
NEAREST_LOOKED_AT = 100
"""Reports whose words are compared; where more lie within the radius, the farther ones are left out."""


@dataclass(frozen=True, slots=True)
class Area:
    """Open reports of the categories that came in `since`, around a point in WGS-84 degrees."""

    lon: float
    lat: float
    radius: int
    """Metres."""
    categories: frozenset[str]
    since: datetime


@dataclass(frozen=True, slots=True)
class Similar:
    report: Report
    metres: float
    likeness: float


class Neighbourhood(Protocol):
    def near(self, area: Area, most: int) -> Sequence[tuple[float, Report]]:
        """Open reports, each after its distance in metres, the nearest first; without their histories."""
        ...


class Duplicates:
    """Disputes are confidential, and what has no radius has no place: neither is ever found here."""

    def __init__(self, reports: Neighbourhood, catalogue: Mapping[str, Category]) -> None:
        self._reports = reports
        self._catalogue = catalogue

    def of(self, words: str, code: str | None, position: Mapping[str, float] | None, at: datetime) -> list[Similar]:
        """Every one that lies near enough, the most alike first."""
        category = self._catalogue.get(code or "")
        if category is None or position is None or not _takes_part(category):
            return []
        area = self._around(position, category, at)
        said = bigrams(words)
        found = [
            Similar(report, metres, likeness(said, bigrams(words_of(report.private)), metres, area.radius))
            for metres, report in self._reports.near(area, NEAREST_LOOKED_AT)
        ]
        return sorted(found, key=lambda similar: (-similar.likeness, similar.metres))

    def _around(self, position: Mapping[str, float], category: Category, at: datetime) -> Area:
        family = (other for other in self._catalogue.values() if other.family == category.family)
        codes = frozenset(other.code for other in family if _takes_part(other))
        since = at - timedelta(days=category.duplicate_days or 0)
        return Area(position["lon"], position["lat"], category.duplicate_radius or 0, codes, since)


def _takes_part(category: Category) -> bool:
    return bool(category.kind is not Kind.DISPUTE and category.duplicate_radius and category.duplicate_days)
