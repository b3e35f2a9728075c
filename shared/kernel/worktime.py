"""Working time: when a clock that runs in office hours only has run for so long."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import InitVar, dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from shared.kernel.limits import WORKING_DAY

AHEAD_OF_UTC = timedelta(hours=8)
BEIJING = timezone(AHEAD_OF_UTC, "Asia/Shanghai")
"""All of China, all year."""

OPENING, CLOSING = timedelta(hours=8), timedelta(hours=18)
LUNCH_BEGINS, LUNCH_ENDS = timedelta(hours=12), timedelta(hours=14)
"""The hours of public offices, since midnight in Beijing."""

_DAY_ZERO = datetime(1, 1, 1, tzinfo=BEIJING)  # a Monday: days are numbered from it
_DAY_NUMBERS = range(date.max.toordinal())
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which hours of which days are worked.

    `holidays`: the days from Monday to Friday that are not. `workdays`: the Saturdays and Sundays that are,
    to make up for a holiday (调休上班). A holiday on a weekend and a workday within the week change nothing.

    All moments given must be aware (TypeError otherwise); all moments returned are UTC. Exact to the microsecond.
    """

    holidays: InitVar[Collection[date]]
    workdays: InitVar[Collection[date]]
    _idle: tuple[int, ...] = field(init=False)
    _made_up: tuple[int, ...] = field(init=False)
    _found: dict[int, int] = field(init=False, default_factory=dict, repr=False, compare=False)
    """Days found before, by the workdays before them: the same few are asked for over and over."""

    def __post_init__(self, holidays: Collection[date], workdays: Collection[date]) -> None:
        object.__setattr__(self, "_idle", _numbers(day for day in holidays if day.weekday() < _SATURDAY))
        object.__setattr__(self, "_made_up", _numbers(day for day in workdays if day.weekday() >= _SATURDAY))

    def is_workday(self, day: date) -> bool:
        number = _number(day)
        return self._workdays_before(number + 1) > self._workdays_before(number)

    def is_worktime(self, at: datetime) -> bool:
        """At 08:00 and 14:00 it is, at 12:00 and 18:00 it is no longer."""
        return self.next_worktime(at) == at

    def next_worktime(self, at: datetime) -> datetime:
        """`at` itself if it is working time, otherwise when the next session begins."""
        return self._moment_after(self._worked(at))

    def add(self, start: datetime, duration: timedelta, working: bool) -> datetime:
        """When `duration` has passed since `start`; if `working`, in working time.

        Outside of working hours such a clock begins to run at the next session, and the moment is the first
        at which the duration has passed: 12:00 rather than 14:00. So the way there may be cut anywhere:
        `add(add(start, a), b) == add(start, a + b)`. Raises ValueError if the duration is negative.
        """
        if duration < timedelta(0):
            raise ValueError(f"no clock runs for {duration}")
        if not working:
            return _moment(start - _DAY_ZERO + duration)
        reached = self._moment_of(self._worked(start) + duration)
        # Only if no time is to pass can it have been reached before the start: at the end of the last session.
        return reached if reached >= start else self.next_worktime(start)

    def between(self, start: datetime, end: datetime, working: bool) -> timedelta:
        """How much time passes from `start` to `end`; if `working`, of working time. Negative if `end` is earlier."""
        return self._worked(end) - self._worked(start) if working else (end - _DAY_ZERO) - (start - _DAY_ZERO)

    def _workdays_before(self, number: int) -> int:
        weeks, days = divmod(number, 7)
        weekdays = 5 * weeks + min(days, 5)
        return weekdays - bisect_left(self._idle, number) + bisect_left(self._made_up, number)

    def _worked(self, at: datetime) -> timedelta:
        """All working time there has been since day zero."""
        number, clock = divmod(at - _DAY_ZERO, timedelta(days=1))
        before = self._workdays_before(number)
        today = self._workdays_before(number + 1) - before
        return before * WORKING_DAY + today * _worked_by(clock)

    def _moment_of(self, worked: timedelta) -> datetime:
        """The first moment at which so much has been worked: where it is the end of a session, that end."""
        return self._moment_after(worked - timedelta.resolution) + timedelta.resolution

    def _moment_after(self, worked: timedelta) -> datetime:
        """The last moment at which so much has been worked: where it is the end of a session, the next beginning."""
        workdays, rest = divmod(worked, WORKING_DAY)
        if workdays not in self._found:
            self._found[workdays] = bisect_right(_DAY_NUMBERS, workdays, key=self._workdays_before) - 1
        return _moment(timedelta(days=self._found[workdays]) + _clock_after(rest))


def _number(day: date) -> int:
    return day.toordinal() - 1


def _numbers(days: Iterable[date]) -> tuple[int, ...]:
    return tuple(sorted({_number(day) for day in days}))


def _moment(since_day_zero: timedelta) -> datetime:
    return datetime.min.replace(tzinfo=UTC) + (since_day_zero - AHEAD_OF_UTC)


def _worked_by(clock: timedelta) -> timedelta:
    """How much of a working day is worked at so long after midnight."""
    present = min(max(clock, OPENING), CLOSING) - OPENING
    at_lunch = min(max(clock, LUNCH_BEGINS), LUNCH_ENDS) - LUNCH_BEGINS
    return present - at_lunch


def _clock_after(worked: timedelta) -> timedelta:
    """How long after midnight less than a working day's work is done; past lunch if it takes the morning."""
    clock = OPENING + worked
    return clock if clock < LUNCH_BEGINS else clock + (LUNCH_ENDS - LUNCH_BEGINS)
