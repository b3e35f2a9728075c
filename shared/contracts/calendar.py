"""The calendar of working days: the State Council's, corrected by a file that is kept by hand."""

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import date
from enum import StrEnum
from typing import Any

from holidays import country_holidays
from marshmallow import Schema, fields, post_load

from shared.contracts.cells import NAME, Day
from shared.contracts.files import File, InvalidFile, read_csv, repeated, validated
from shared.kernel.worktime import WorkCalendar

CALENDAR = "calendar.csv"
YEARS = range(2019, 2100)
"""Years without a notice yet (放假安排通知, each November for the next) have the statutory days, and no day made up."""


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    WORKDAY = "workday"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is worked, or not, whatever the published calendar says."""

    date: date
    kind: DayKind
    name_zh: str
    name_en: str


COLUMNS = tuple(field.name for field in dataclass_fields(SpecialDay))


class SpecialDaySchema(Schema):
    date = Day(required=True)
    kind = fields.Enum(DayKind, by_value=True, required=True)
    name_zh = fields.String(required=True, validate=NAME)
    name_en = fields.String(required=True, validate=NAME)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SpecialDay:
        return SpecialDay(**data)


def read_calendar(file: File) -> WorkCalendar:
    """China's public holidays and make-up workdays, each day of the file overriding what is published for it.

    Raises InvalidFile naming every bad row.
    """
    rows, problems = read_csv(file, COLUMNS)
    days, bad_rows = validated(rows, SpecialDaySchema())
    problems += bad_rows + repeated(rows, "date")
    if problems:
        raise InvalidFile(problems)
    return _corrected({day.date: day.kind for _, day in days})


def _corrected(kinds: dict[date, DayKind]) -> WorkCalendar:
    published = country_holidays("CN", years=YEARS)
    merged = (
        dict.fromkeys(published, DayKind.HOLIDAY) | dict.fromkeys(published.weekend_workdays, DayKind.WORKDAY) | kinds
    )
    return WorkCalendar(
        holidays={day for day, kind in merged.items() if kind is DayKind.HOLIDAY},
        workdays={day for day, kind in merged.items() if kind is DayKind.WORKDAY},
    )
