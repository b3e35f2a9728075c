"""A table as it is defined once and shown in every form: as CSV, in a workbook, on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum

NOTHING = "—"
"""What stands where there is no figure: the denominator was zero, or nothing happened."""

MINUS = "\N{MINUS SIGN}"


class Withheld(Enum):
    """A figure that there is and that is not published."""

    WITHHELD = "＊"


WITHHELD = Withheld.WITHHELD

Cell = str | int | Decimal | Withheld | None


class Kind(StrEnum):
    """What the cells of a column are, and so how they are written."""

    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"
    CHANGE = "change"
    """Per cent more or fewer than before."""
    POINTS = "points"
    """Percentage points more or less than before."""
    MORE_HOURS = "more_hours"

    @property
    def is_signed(self) -> bool:
        return self in (Kind.CHANGE, Kind.POINTS, Kind.MORE_HOURS)


UNITS: Mapping[Kind, tuple[str, str]] = {
    Kind.PERCENT: ("%", "%"),
    Kind.HOURS: ("小时", "h"),
    Kind.CHANGE: ("%", "%"),
    Kind.POINTS: ("百分点", "pp"),
    Kind.MORE_HOURS: ("小时", "h"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the key of its cells in a row."""

    name: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT

    @property
    def is_text(self) -> bool:
        return self.kind is Kind.TEXT

    @property
    def titles(self) -> tuple[str, str]:
        """Chinese and English, with the unit where cells are measured in one."""
        if self.kind not in UNITS:
            return self.zh, self.en
        unit_zh, unit_en = UNITS[self.kind]
        return f"{self.zh}（{unit_zh}）", f"{self.en} ({unit_en})"


Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tables that belong on one page, under one name."""

    name: str
    tables: tuple[Table, ...]


def shown(cell: Cell, kind: Kind) -> str:
    """As a person reads it; the unit stands in the title of the column."""
    match cell:
        case None:
            return NOTHING
        case Withheld():
            return cell.value
        case str():
            return cell
        case _:
            return _figure(cell, "+," if kind.is_signed and cell else ",")


def _figure(figure: int | Decimal, form: str) -> str:
    return format(figure, form).replace("-", MINUS)
