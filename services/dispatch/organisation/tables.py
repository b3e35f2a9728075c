"""The organisation's tables: each row good by itself, and in agreement with the map and the catalogue."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any, Generic, TypeVar

from marshmallow import Schema

from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.offers import Offer
from services.dispatch.organisation.rows import DispatcherRow, DutyRow, OfferRow, StewardRow
from services.dispatch.organisation.stewards import Dispatcher, Steward
from shared.contracts.files import Problem, Row, read_csv, repeated, validated

T = TypeVar("T")

UNIT, CATEGORY = "no unit has the code {}", "no category has the code {}"


@dataclass(frozen=True)
class Known:
    """What the tables may refer to."""

    units: Collection[str]
    categories: Collection[str]
    skills: Collection[str]


@dataclass(frozen=True)
class Table(Generic[T]):
    """`refers` tells which column must name something known, and what to say of it otherwise."""

    name: str
    of: type[T]
    schema: type[Schema]
    key: str | None
    refers: tuple[tuple[str, str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in dataclass_fields(self.of))  # type: ignore[arg-type]

    def read(self, folder: Path, known: Known) -> tuple[tuple[T, ...], list[Problem]]:
        rows, problems = read_csv(folder / self.name, self.columns)
        good, bad_rows = validated(rows, self.schema())
        problems += bad_rows + (repeated(rows, self.key) if self.key else _repeated_duties(good))
        problems += [problem for row, item in good for problem in self._unknown(row, item, known)]
        return tuple(item for _, item in good), problems

    def _unknown(self, row: Row, item: T, known: Known) -> Iterator[Problem]:
        for column, among, complaint in self.refers:
            for word in _words(getattr(item, column)):
                if word not in getattr(known, among):
                    yield row.problem(column, complaint.format(word))


STEWARDS = Table(
    "stewards.csv",
    Steward,
    StewardRow,
    "subject",
    (("unit", "units", UNIT), ("area", "units", UNIT), ("skills", "skills", "no category asks for {}")),
)
DISPATCHERS = Table("dispatchers.csv", Dispatcher, DispatcherRow, "subject", (("unit", "units", UNIT),))
DUTIES = Table("duties.csv", DutyEntry, DutyRow, None, (("unit", "units", UNIT), ("category", "categories", CATEGORY)))
OFFERS = Table("offers.csv", Offer, OfferRow, "code", (("unit", "units", UNIT), ("categories", "categories", CATEGORY)))


def _words(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else sorted(value)


def _repeated_duties(good: list[tuple[Row, Any]]) -> list[Problem]:
    """One duty for a category and a unit."""
    pairs = [Row(row.file, row.line, {"unit": f"{duty.category} in {duty.unit}"}) for row, duty in good]
    return repeated(pairs, "unit")
