"""The calendar of 2026 as the State Council announced it (国办发明电〔2025〕7号), and Beijing's time."""

from datetime import date, datetime, timedelta

from shared.kernel.worktime import BEIJING, WorkCalendar


def days(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


HOLIDAYS = frozenset(
    days("2026-01-01", "2026-01-03")  # New Year
    | days("2026-02-15", "2026-02-23")  # Spring Festival
    | days("2026-04-04", "2026-04-06")  # Tomb-Sweeping
    | days("2026-05-01", "2026-05-05")  # Labour Day
    | days("2026-06-19", "2026-06-21")  # Dragon Boat
    | days("2026-09-25", "2026-09-27")  # Mid-Autumn
    | days("2026-10-01", "2026-10-07")  # National Day
)
WORKED_WEEKENDS = frozenset(
    {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)}
)
CALENDAR = WorkCalendar(HOLIDAYS, WORKED_WEEKENDS)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
