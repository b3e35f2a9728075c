"""When a steward serves: always, in official working time, or between two times of the day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from shared.kernel.worktime import BEIJING, WorkCalendar

PATTERN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shift:
    """`always`, `worktime`, or `22:00-06:00` in Beijing time, which may pass midnight.

    The first minute belongs to it and the last does not. Build it with `parse`, which refuses anything else.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> "Shift":
        """Raises ValueError for what is no shift, or begins when it ends."""
        hours = PATTERN.fullmatch(text)
        if text not in (ALWAYS.text, WORKTIME.text) and (hours is None or hours.groups()[:2] == hours.groups()[2:]):
            raise ValueError(f"{text!r} is neither always, worktime nor two different times as 22:00-06:00")
        return cls(text)

    def covers(self, at: datetime, calendar: WorkCalendar) -> bool:
        if self.text == ALWAYS.text:
            return True
        if self.text == WORKTIME.text:
            return calendar.is_worktime(at)
        begins, ends = self._hours()
        clock = at.astimezone(BEIJING).time()
        return begins <= clock < ends if begins < ends else clock >= begins or clock < ends

    def next(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """The first moment from `at` on that it covers: `at` itself, or when it begins next."""
        if self.covers(at, calendar):
            return at
        if self.text == WORKTIME.text:
            return calendar.next_worktime(at)
        today = at.astimezone(BEIJING)
        begins = datetime.combine(today, self._hours()[0], BEIJING)
        return (begins if begins >= today else begins + timedelta(days=1)).astimezone(at.tzinfo)

    def _hours(self) -> tuple[time, time]:
        begins, ends = map(time.fromisoformat, self.text.split("-"))
        return begins, ends

    def __str__(self) -> str:
        return self.text


ALWAYS, WORKTIME = Shift("always"), Shift("worktime")


def first_covered(shifts: Iterable[Shift], at: datetime, calendar: WorkCalendar) -> datetime:
    """When the first of them begins, or `at` if one is under way. There must be one."""
    return min(shift.next(at, calendar) for shift in shifts)
