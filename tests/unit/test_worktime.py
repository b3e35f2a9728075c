"""The rule book of the clocks: when a limit that began to run then and then has run out. All times are Beijing's.

Public offices work from 08:00 to 12:00 and from 14:00 to 18:00, Monday to Friday, but for public holidays;
a long holiday is paid for with weekend days that are worked (调休上班).
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.limits import WORKING_DAY, Limit
from shared.kernel.worktime import BEIJING, CLOSING, LUNCH_BEGINS, LUNCH_ENDS, OPENING, WorkCalendar
from tests.support.calendar import CALENDAR, beijing

MICROSECOND = timedelta.resolution

RULES = [
    # Minutes and hours run on, whatever the day.
    ("minutes within an hour", "2026-09-29 10:00", "30m", "2026-09-29 10:30"),
    ("minutes across midnight", "2026-09-29 23:45", "30m", "2026-09-30 00:15"),
    ("minutes over lunch", "2026-09-29 11:50", "30m", "2026-09-29 12:20"),
    ("hours of a night", "2026-09-29 20:00", "12h", "2026-09-30 08:00"),
    ("hours across a weekend", "2026-09-11 18:00", "24h", "2026-09-12 18:00"),
    ("hours within a holiday", "2026-10-03 09:00", "4h", "2026-10-03 13:00"),
    ("hours across a whole holiday", "2026-09-30 12:00", "192h", "2026-10-08 12:00"),
    ("hours from one year into the next", "2026-12-31 22:00", "4h", "2027-01-01 02:00"),
    ("hours across the leap day", "2028-02-28 12:00", "48h", "2028-03-01 12:00"),
    # Working hours within a day.
    ("within the morning", "2026-09-29 09:00", "2wh", "2026-09-29 11:00"),
    ("a start at any minute", "2026-09-29 09:17", "1wh", "2026-09-29 10:17"),
    ("within the afternoon", "2026-09-29 14:30", "3wh", "2026-09-29 17:30"),
    ("over lunch", "2026-09-29 11:00", "2wh", "2026-09-29 15:00"),
    ("ends when the morning ends, not after lunch", "2026-09-29 10:00", "2wh", "2026-09-29 12:00"),
    ("ends when the day ends, not the next morning", "2026-09-29 16:00", "2wh", "2026-09-29 18:00"),
    ("a start at the first minute", "2026-09-29 08:00", "4wh", "2026-09-29 12:00"),
    ("a start before hours waits for 08:00", "2026-09-29 06:30", "1wh", "2026-09-29 09:00"),
    ("a start at midnight waits for 08:00", "2026-09-29 00:00", "1wh", "2026-09-29 09:00"),
    ("a start as lunch begins waits for 14:00", "2026-09-29 12:00", "1wh", "2026-09-29 15:00"),
    ("a start at lunch waits for 14:00", "2026-09-29 13:10", "1wh", "2026-09-29 15:00"),
    ("a start as lunch ends runs at once", "2026-09-29 14:00", "1wh", "2026-09-29 15:00"),
    # Working hours from day to day.
    ("over the evening", "2026-09-28 17:00", "2wh", "2026-09-29 09:00"),
    ("a start as the day ends waits for the morning", "2026-09-28 18:00", "1wh", "2026-09-29 09:00"),
    ("a start after hours waits for the morning", "2026-09-28 21:40", "1wh", "2026-09-29 09:00"),
    ("over the evening and lunch", "2026-09-28 17:00", "6wh", "2026-09-29 15:00"),
    ("sixteen hours are two days", "2026-09-28 10:00", "16wh", "2026-09-30 10:00"),
    # Working days are eight working hours each, not dates.
    ("a day from one morning to the next", "2026-09-28 09:00", "1wd", "2026-09-29 09:00"),
    ("a day from the first minute ends the same day", "2026-09-28 08:00", "1wd", "2026-09-28 18:00"),
    ("a day from before hours ends the same day", "2026-09-28 07:00", "1wd", "2026-09-28 18:00"),
    ("a day from noon to noon", "2026-09-28 12:00", "1wd", "2026-09-29 12:00"),
    ("a day from the evening is the whole next day", "2026-09-28 19:00", "1wd", "2026-09-29 18:00"),
    ("days within a week", "2026-09-14 16:00", "3wd", "2026-09-17 16:00"),
    # Weekends.
    ("over a weekend", "2026-09-11 17:00", "2wh", "2026-09-14 09:00"),
    ("ends on Friday at 18:00, not on Monday", "2026-09-11 08:00", "1wd", "2026-09-11 18:00"),
    ("a week of days ends on Friday at 18:00", "2026-09-07 08:00", "5wd", "2026-09-11 18:00"),
    ("a start on Friday evening waits for Monday", "2026-09-11 18:30", "4wh", "2026-09-14 12:00"),
    ("a start on Saturday waits for Monday", "2026-09-12 10:00", "1wh", "2026-09-14 09:00"),
    ("a start late on Sunday waits for Monday", "2026-09-13 23:59", "1wd", "2026-09-14 18:00"),
    ("days over a weekend", "2026-09-10 10:00", "3wd", "2026-09-15 10:00"),
    # New Year: Thursday to Saturday are off, Sunday the 4th is worked.
    ("over New Year to the Sunday that is worked", "2025-12-31 17:00", "2wh", "2026-01-04 09:00"),
    ("a start at New Year waits for that Sunday", "2026-01-01 00:00", "1wd", "2026-01-04 18:00"),
    ("the Friday after New Year is not worked", "2026-01-02 10:00", "1wh", "2026-01-04 09:00"),
    # Spring Festival: the 14th, a Saturday, is worked; the 15th to the 23rd are off; the 28th, a Saturday, is worked.
    ("the Saturday before Spring Festival is worked", "2026-02-13 17:00", "2wh", "2026-02-14 09:00"),
    ("from that Saturday over Spring Festival", "2026-02-14 17:00", "2wh", "2026-02-24 09:00"),
    ("that Saturday ends at 18:00 as any day", "2026-02-14 16:00", "2wh", "2026-02-14 18:00"),
    ("a whole week of Spring Festival does not count", "2026-02-16 08:00", "1wd", "2026-02-24 18:00"),
    ("the Friday within Spring Festival is not worked", "2026-02-20 09:00", "1wh", "2026-02-24 09:00"),
    ("the Monday after Spring Festival is not worked", "2026-02-23 15:00", "4wh", "2026-02-24 12:00"),
    ("days over Spring Festival and both Saturdays", "2026-02-13 10:00", "6wd", "2026-02-28 10:00"),
    ("the Sunday after the second Saturday is free", "2026-02-28 17:00", "2wh", "2026-03-02 09:00"),
    # Short holidays.
    ("over Tomb-Sweeping, whose Monday is off", "2026-04-03 17:00", "2wh", "2026-04-07 09:00"),
    ("over Labour Day to the Wednesday", "2026-04-30 10:00", "1wd", "2026-05-06 10:00"),
    ("the Saturday after Labour Day is worked", "2026-05-06 08:00", "4wd", "2026-05-09 18:00"),
    # National Day: the 1st to the 7th are off, the Sunday before and the Saturday after are worked.
    ("over National Day", "2026-09-30 17:00", "2wh", "2026-10-08 09:00"),
    ("ends as National Day begins", "2026-09-30 08:00", "1wd", "2026-09-30 18:00"),
    ("a start within National Day waits for the 8th", "2026-10-04 11:00", "4wh", "2026-10-08 12:00"),
    ("the Sunday before National Day is worked", "2026-09-20 09:00", "2wh", "2026-09-20 11:00"),
    ("from a Friday over the Sunday that is worked", "2026-09-18 10:00", "2wd", "2026-09-21 10:00"),
    ("the Saturday after National Day is worked", "2026-10-09 17:00", "2wh", "2026-10-10 09:00"),
    ("a start on the Sunday after it waits for Monday", "2026-10-11 09:00", "1wh", "2026-10-12 09:00"),
    ("ten days over Mid-Autumn and National Day", "2026-09-21 08:00", "10wd", "2026-10-10 18:00"),
    # A year that has no calendar has Mondays to Fridays, and a February of its own.
    ("a day over the leap day, a Tuesday", "2028-02-28 17:00", "1wd", "2028-02-29 17:00"),
    ("a leap day counts like any other", "2028-02-28 08:00", "3wd", "2028-03-01 18:00"),
    ("a year's weekdays but for no holiday", "2027-01-01 08:00", "261wd", "2027-12-31 18:00"),
]


@pytest.mark.parametrize(("start", "limit", "deadline"), [pytest.param(*rule, id=name) for name, *rule in RULES])
def test_deadline(start: str, limit: str, deadline: str) -> None:
    parsed = Limit.parse(limit)
    reached = CALENDAR.add(beijing(start), parsed.duration, parsed.is_working_time)
    assert f"{reached.astimezone(BEIJING):%Y-%m-%d %H:%M:%S.%f}" == f"{deadline}:00.000000"
    assert CALENDAR.between(beijing(start), reached, parsed.is_working_time) == parsed.duration


@pytest.mark.parametrize(
    ("at", "following"),
    [
        ("2026-09-30 07:59", "2026-09-30 08:00"),
        ("2026-09-30 08:00", "2026-09-30 08:00"),
        ("2026-09-30 11:59", "2026-09-30 11:59"),
        ("2026-09-30 12:00", "2026-09-30 14:00"),
        ("2026-09-30 13:59", "2026-09-30 14:00"),
        ("2026-09-30 14:00", "2026-09-30 14:00"),
        ("2026-09-30 17:59", "2026-09-30 17:59"),
        ("2026-09-30 18:00", "2026-10-08 08:00"),
        ("2026-10-01 10:00", "2026-10-08 08:00"),
        ("2026-10-10 10:00", "2026-10-10 10:00"),
        ("2026-10-11 10:00", "2026-10-12 08:00"),
    ],
)
def test_next_worktime(at: str, following: str) -> None:
    assert CALENDAR.next_worktime(beijing(at)) == beijing(following)
    assert CALENDAR.is_worktime(beijing(at)) is (at == following)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-09-30", True),
        ("2026-10-01", False),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2026-10-12", True),
    ],
)
def test_is_workday(day: str, worked: bool) -> None:
    assert CALENDAR.is_workday(date.fromisoformat(day)) is worked


def test_no_time_at_all_has_passed_at_once_but_never_in_a_pause() -> None:
    def reached(start: str) -> datetime:
        return CALENDAR.add(beijing(start), timedelta(0), working=True)

    assert reached("2026-09-29 11:00") == beijing("2026-09-29 11:00")
    assert reached("2026-09-29 12:00") == beijing("2026-09-29 12:00")
    assert reached("2026-09-29 13:00") == beijing("2026-09-29 14:00")
    assert reached("2026-10-03 13:00") == beijing("2026-10-08 08:00")


def test_a_holiday_on_a_weekend_and_a_workday_within_the_week_change_nothing() -> None:
    plain = WorkCalendar(holidays=(), workdays=())
    assert WorkCalendar(holidays=[date(2026, 9, 12)], workdays=[date(2026, 9, 14)]) == plain
    assert WorkCalendar(holidays=[date(2026, 9, 14)] * 2, workdays=()) == WorkCalendar([date(2026, 9, 14)], ())


def test_a_limits_working_day_is_as_long_as_the_official_hours() -> None:
    assert (LUNCH_BEGINS - OPENING) + (CLOSING - LUNCH_ENDS) == WORKING_DAY


def test_time_is_given_in_any_zone_and_answered_in_utc() -> None:
    start = beijing("2026-09-30 17:00")
    for zone in (UTC, ZoneInfo("Asia/Urumqi"), ZoneInfo("America/New_York")):
        for working in (True, False):
            reached = CALENDAR.add(start.astimezone(zone), timedelta(hours=2), working)
            assert reached == CALENDAR.add(start, timedelta(hours=2), working)
            assert reached.tzinfo is UTC


def test_a_clock_is_not_fooled_by_the_daylight_saving_of_a_senders_zone() -> None:
    zone = ZoneInfo("America/New_York")
    before, after = datetime(2026, 10, 31, 12, tzinfo=zone), datetime(2026, 11, 1, 12, tzinfo=zone)
    assert CALENDAR.between(before, after, working=False) == timedelta(hours=25)
    assert CALENDAR.add(before, timedelta(hours=25), working=False) == after.astimezone(UTC)


@pytest.mark.parametrize("working", [True, False])
def test_a_moment_without_zone_and_a_negative_duration_are_refused(working: bool) -> None:
    naive, aware = datetime(2026, 9, 30, 17), beijing("2026-09-30 17:00")
    with pytest.raises(TypeError):
        CALENDAR.add(naive, timedelta(hours=1), working)
    with pytest.raises(TypeError):
        CALENDAR.between(naive, aware, working)
    with pytest.raises(ValueError, match="no clock runs for -1 day"):
        CALENDAR.add(aware, timedelta(hours=-1), working)


MOMENTS = st.one_of(
    st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1)),
    st.builds(  # where the rules change
        lambda day, hour, offset: datetime(2026, 1, 1) + timedelta(days=day, hours=hour) + offset * MICROSECOND,
        st.integers(0, 364), st.sampled_from([0, 8, 12, 14, 18]), st.integers(-1, 1),
    ),
).map(lambda moment: moment.replace(tzinfo=BEIJING))  # fmt: skip
DURATIONS = st.one_of(
    st.timedeltas(timedelta(0), timedelta(days=100)),
    st.integers(0, 600).map(lambda hours: timedelta(hours=hours)),
)
CLOCKS = st.booleans()


@given(MOMENTS, DURATIONS, CLOCKS)
def test_between_is_the_inverse_of_add(start: datetime, duration: timedelta, working: bool) -> None:
    assert CALENDAR.between(start, CALENDAR.add(start, duration, working), working) == duration


@given(MOMENTS, DURATIONS, DURATIONS, CLOCKS)
def test_a_clock_may_be_stopped_and_go_on(start: datetime, first: timedelta, then: timedelta, working: bool) -> None:
    stopped = CALENDAR.add(start, first, working)
    assert CALENDAR.add(stopped, then, working) == CALENDAR.add(start, first + then, working)


@given(MOMENTS, MOMENTS, MOMENTS, CLOCKS)
def test_what_passes_adds_up(first: datetime, second: datetime, third: datetime, working: bool) -> None:
    parts = CALENDAR.between(first, second, working) + CALENDAR.between(second, third, working)
    assert parts == CALENDAR.between(first, third, working)


@given(MOMENTS, DURATIONS, DURATIONS, CLOCKS)
def test_a_longer_limit_ends_later(start: datetime, one: timedelta, other: timedelta, working: bool) -> None:
    shorter, longer = sorted([one, other])
    later = CALENDAR.add(start, longer, working) > CALENDAR.add(start, shorter, working)
    assert later is (longer > shorter)


@given(MOMENTS, MOMENTS, DURATIONS, CLOCKS)
def test_what_starts_earlier_ends_no_later(one: datetime, other: datetime, duration: timedelta, working: bool) -> None:
    first, second = sorted([one, other])
    assert CALENDAR.add(first, duration, working) <= CALENDAR.add(second, duration, working)


@given(MOMENTS, DURATIONS)
def test_a_working_deadline_is_never_in_a_pause(start: datetime, duration: timedelta) -> None:
    deadline = CALENDAR.add(start, duration, working=True).astimezone(BEIJING)
    clock = timedelta(hours=deadline.hour, minutes=deadline.minute, seconds=deadline.second,
                      microseconds=deadline.microsecond)  # fmt: skip
    assert CALENDAR.is_workday(deadline.date())
    assert OPENING <= clock <= LUNCH_BEGINS or LUNCH_ENDS <= clock <= CLOSING


@given(st.dates(date(2025, 12, 1), date(2027, 2, 1)), st.integers(0, 90))
def test_days_add_up_one_by_one(first: date, count: int) -> None:
    span = [first + timedelta(days=n) for n in range(count)]
    start, end = (datetime.combine(day, datetime.min.time(), BEIJING) for day in (first, first + timedelta(days=count)))
    assert CALENDAR.between(start, end, working=True) == sum(map(CALENDAR.is_workday, span)) * WORKING_DAY
