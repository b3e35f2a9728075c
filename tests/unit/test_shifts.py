"""Shifts, and leave: when somebody serves."""

from datetime import UTC, datetime, timedelta

import pytest

from services.dispatch.organisation.leaves import Leave, LeaveBook
from services.dispatch.organisation.shifts import ALWAYS, WORKTIME, Shift, first_covered
from shared.kernel.worktime import BEIJING, WorkCalendar

CALENDAR = WorkCalendar((), ())


def beijing(day: int, hour: int, minute: int = 0) -> datetime:
    """In March 2026, the 1st of which is a Sunday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize("text", ["always", "worktime", "08:00-12:00", "22:00-06:00", "18:00-00:00", "00:00-23:59"])
def test_a_shift_is_written_as_it_was_read(text: str) -> None:
    assert str(Shift.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "Always", "night", "8:00-12:00", "08:00", "08:00-24:00", "08:60-12:00", "08:00-08:00", "08:00–12:00",
     "08:00-12:00 ", "08:00-12:00,14:00-18:00", "０８:00-12:00", "0８:00-12:00"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither always"):
        Shift.parse(text)


@pytest.mark.parametrize(
    ("shift", "at", "covers"),
    [
        ("always", beijing(1, 3), True),
        ("worktime", beijing(2, 8), True),
        ("worktime", beijing(2, 12), False),
        ("worktime", beijing(2, 14), True),
        ("worktime", beijing(2, 18), False),
        ("worktime", beijing(1, 10), False),
        ("08:00-12:00", beijing(1, 8), True),
        ("08:00-12:00", beijing(1, 11, 59), True),
        ("08:00-12:00", beijing(1, 12), False),
        ("22:00-06:00", beijing(1, 21, 59), False),
        ("22:00-06:00", beijing(1, 22), True),
        ("22:00-06:00", beijing(2, 0), True),
        ("22:00-06:00", beijing(2, 5, 59), True),
        ("22:00-06:00", beijing(2, 6), False),
        ("18:00-00:00", beijing(1, 23, 59), True),
        ("18:00-00:00", beijing(2, 0), False),
        ("08:00-12:00", datetime(2026, 3, 1, 0, 30, tzinfo=UTC), True),
        ("08:00-12:00", datetime(2026, 3, 1, 8, 30, tzinfo=UTC), False),
    ],
)
def test_a_shift_covers(shift: str, at: datetime, covers: bool) -> None:
    assert Shift.parse(shift).covers(at, CALENDAR) is covers
    assert (Shift.parse(shift).next(at, CALENDAR) == at) is covers


def test_the_next_beginning_is_the_first_moment_that_it_covers() -> None:
    start = beijing(6, 11).astimezone(UTC)
    for text in ("worktime", "22:00-06:00", "08:00-12:00", "09:30-09:31"):
        shift = Shift.parse(text)
        for minutes in range(0, 4 * 24 * 60, 17):
            at = start + timedelta(minutes=minutes)
            begins = shift.next(at, CALENDAR)
            assert at <= begins <= at + timedelta(days=3)
            assert shift.covers(begins, CALENDAR)
            assert begins == at or not shift.covers(begins - timedelta(minutes=1), CALENDAR)


def test_of_several_the_first_to_begin_counts() -> None:
    night, early = Shift.parse("22:00-06:00"), Shift.parse("05:00-09:00")
    assert first_covered({WORKTIME, night, early}, beijing(1, 7, 30), CALENDAR) == beijing(1, 7, 30)
    assert first_covered({WORKTIME, night}, beijing(1, 7, 30), CALENDAR) == beijing(1, 22)
    assert first_covered({ALWAYS}, beijing(1, 7, 30), CALENDAR) == beijing(1, 7, 30)


def test_leave_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    book = LeaveBook([
        Leave("1", "a", beijing(2, 0), beijing(4, 0)),
        Leave("2", "a", beijing(10, 0), beijing(11, 0)),
        Leave("3", "b", beijing(3, 0), beijing(5, 0)),
    ])  # fmt: skip
    moments = {beijing(1, 23, 59): "", beijing(2, 0): "a", beijing(3, 0): "ab", beijing(4, 0): "b", beijing(10, 5): "a"}
    for at, absent in moments.items():
        assert book.absent(at) == set(absent)
        assert [book.is_on_leave(who, at) for who in "abc"] == ["a" in absent, "b" in absent, False]
