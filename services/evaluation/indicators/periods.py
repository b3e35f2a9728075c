"""Statistical days, weeks, months, quarters and years: their labels, and how each is a sum of others.

Days and months close when the district says so; Beijing's close at noon, and on the 19th.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from shared.kernel.worktime import BEIJING

MIDNIGHT = timedelta(days=1)
MONTHS = 12


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def example(self) -> str:
        """A label of it."""
        return NUMBERINGS[self].example


@dataclass(frozen=True, slots=True)
class Periods:
    """`day_closes_at`: after midnight in Beijing, at most 24 hours. `month_closes_on`: the last date of a month."""

    day_closes_at: timedelta = MIDNIGHT
    month_closes_on: int = 31

    def day_of(self, moment: datetime) -> str:
        """The statistical day: from closing time on a moment belongs to the next date."""
        local = moment.astimezone(BEIJING)
        since_midnight = local - local.replace(hour=0, minute=0, second=0, microsecond=0)
        return (local.date() + timedelta(days=since_midnight >= self.day_closes_at)).isoformat()

    def month_of(self, day: str) -> str:
        """The statistical month of a statistical day: after closing day it belongs to the next month."""
        found = date.fromisoformat(day)
        return _write_month(_month_number(found.year, found.month) + (found.day > self.month_closes_on))

    def bounds(self, month: str) -> tuple[datetime, datetime]:
        """From when until just before when a statistical month lasts. Raises ValueError for what is no month."""
        number = _read_month(month)
        return self._closing(number - 1), self._closing(number)

    def _closing(self, number: int) -> datetime:
        """The moment from which on all belongs to a later month; a short month closes on its last date."""
        year, month = number // MONTHS, number % MONTHS + 1
        day = date(year, month, min(self.month_closes_on, monthrange(year, month)[1]))
        return datetime.combine(day, time(), BEIJING) + self.day_closes_at

    def __str__(self) -> str:
        """Equal for equal boundaries, so that what was counted by others can be told."""
        hours, minutes = divmod(self.day_closes_at // timedelta(minutes=1), 60)
        return f"{hours:02}:{minutes:02} {self.month_closes_on}"


def labels(grain: Grain, start: str, end: str, most: int) -> Sequence[str]:
    """Those of the grain from the one to the other, inclusive; the first of them if there are more than `most`.

    Raises ValueError for what is no label of the grain.
    """
    numbering = NUMBERINGS[grain]
    numbers = range(numbering.read(start), numbering.read(end) + 1)
    return [numbering.write(number) for number in numbers[:most]]


def parts(grain: Grain, label: str) -> tuple[Grain, Sequence[str]]:
    """The days, or the months, that the period is the sum of. Raises ValueError."""
    numbering = NUMBERINGS[grain]
    first = numbering.read(label) * numbering.size
    write = NUMBERINGS[numbering.of].write
    return numbering.of, [write(number) for number in range(first, first + numbering.size)]


def _day_number(label: str) -> int:
    return _since_day_one(date.fromisoformat(_matched(r"\d{4}-\d\d-\d\d", label)[0]))


def _since_day_one(day: date) -> int:
    """0001-01-01 was a Monday, so that weeks are every seven of these numbers."""
    return day.toordinal() - 1


def _write_day(number: int) -> str:
    return date.fromordinal(number + 1).isoformat()


def _week_number(label: str) -> int:
    year, week = _matched(r"(\d{4})-W(\d\d)", label).groups()
    return _since_day_one(date.fromisocalendar(int(year), int(week), 1)) // 7


def _write_week(number: int) -> str:
    year, week, _ = date.fromordinal(number * 7 + 1).isocalendar()
    return f"{year:04}-W{week:02}"


def _read_month(label: str) -> int:
    year, month = _matched(r"([1-9]\d{3})-(0[1-9]|1[0-2])", label).groups()
    return _month_number(int(year), int(month))


def _month_number(year: int, month: int) -> int:
    return year * MONTHS + month - 1


def _write_month(number: int) -> str:
    return f"{number // MONTHS:04}-{number % MONTHS + 1:02}"


def _read_quarter(label: str) -> int:
    year, quarter = _matched(r"([1-9]\d{3})-Q([1-4])", label).groups()
    return int(year) * 4 + int(quarter) - 1


def _write_quarter(number: int) -> str:
    return f"{number // 4:04}-Q{number % 4 + 1}"


def _read_year(label: str) -> int:
    return int(_matched(r"[1-9]\d{3}", label)[0])


def _matched(pattern: str, label: str) -> re.Match[str]:
    found = re.fullmatch(pattern, label, re.ASCII)
    if found is None:
        raise ValueError(f"{label!r} is no label of this kind")
    return found


@dataclass(frozen=True, slots=True)
class _Numbering:
    """Periods of a grain as whole numbers; each is the sum of `size` consecutive ones `of` a smaller grain."""

    read: Callable[[str], int]
    write: Callable[[int], str]
    of: Grain
    size: int
    example: str


NUMBERINGS: Mapping[Grain, _Numbering] = {
    Grain.DAY: _Numbering(_day_number, _write_day, Grain.DAY, 1, "2026-11-24"),
    Grain.WEEK: _Numbering(_week_number, _write_week, Grain.DAY, 7, "2026-W48"),
    Grain.MONTH: _Numbering(_read_month, _write_month, Grain.MONTH, 1, "2026-11"),
    Grain.QUARTER: _Numbering(_read_quarter, _write_quarter, Grain.MONTH, 3, "2026-Q4"),
    Grain.YEAR: _Numbering(_read_year, str, Grain.MONTH, MONTHS, "2026"),
}
