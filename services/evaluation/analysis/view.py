"""A view of the evaluation database as a table: its columns, each with its kind and where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Stage = dict[str, Any]
TIME_ZONE = "Asia/Shanghai"


class Kind(StrEnum):
    """What a column holds; each may be missing."""

    TEXT = "text"
    COUNT = "count"
    DECIMAL = "decimal"
    YES_NO = "yes/no"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Column:
    """`value` is an expression over a document of the source."""

    name: str
    kind: Kind
    value: Any


@dataclass(frozen=True, slots=True)
class View:
    """`stages` bring the documents into shape; nothing leaves but the columns, each named here.

    `dated`: the column that a period is asked of; None where there is none.
    """

    name: str
    source: str
    stages: Sequence[Stage]
    columns: Sequence[Column]
    dated: str | None = None

    @property
    def pipeline(self) -> list[Stage]:
        return [*self.stages, {"$project": {"_id": 0, **{column.name: column.value for column in self.columns}}}]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def kind_of(self, name: str) -> Kind:
        """Raises KeyError for no column of this view."""
        return {column.name: column.kind for column in self.columns}[name]


def text(name: str, value: Any = None) -> Column:
    """`value`: the field of the same name, unless said otherwise."""
    return Column(name, Kind.TEXT, value or f"${name}")


def count(name: str, value: Any = None) -> Column:
    return Column(name, Kind.COUNT, value or f"${name}")


def decimal(name: str, value: Any = None) -> Column:
    """Of a number that is kept as a decimal text."""
    return Column(name, Kind.DECIMAL, {"$toDouble": value or f"${name}"})


def yes_no(name: str, value: Any = None) -> Column:
    return Column(name, Kind.YES_NO, value or f"${name}")


def hour(name: str, value: Any = None) -> Column:
    """A moment, cut to the hour: to the second it could be matched with what somebody saw."""
    return Column(name, Kind.HOUR, {"$dateTrunc": {"date": value or f"${name}", "unit": "hour"}})
