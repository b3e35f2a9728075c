"""Statistical days and months: which moment belongs where, and what each period is the sum of."""

from datetime import UTC, datetime, timedelta

import pytest

from services.evaluation.indicators.periods import Grain, Periods, labels, parts
from shared.kernel.worktime import BEIJING

PLAIN = Periods()
CAPITAL = Periods(timedelta(hours=12), 19)
"""Noon, and the 19th."""
BLINK = timedelta(microseconds=1)


def beijing(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BEIJING)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("moment", "plain", "capital"),
    [
        (beijing(2026, 11, 24), "2026-11-24", "2026-11-24"),
        (beijing(2026, 11, 24, 11, 59, 59, 999999), "2026-11-24", "2026-11-24"),
        (beijing(2026, 11, 24, 12), "2026-11-24", "2026-11-25"),
        (beijing(2026, 11, 24, 23, 59, 59, 999999), "2026-11-24", "2026-11-25"),
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), "2026-11-24", "2026-11-25"),
        (datetime(2026, 11, 24, 16, tzinfo=UTC), "2026-11-25", "2026-11-25"),
        (beijing(2026, 12, 31, 12), "2026-12-31", "2027-01-01"),
        (beijing(2028, 2, 28, 13), "2028-02-28", "2028-02-29"),
        (beijing(2027, 2, 28, 13), "2027-02-28", "2027-03-01"),
    ],
)
def test_a_moment_belongs_to_the_day_that_is_not_closed(moment: datetime, plain: str, capital: str) -> None:
    assert (PLAIN.day_of(moment), CAPITAL.day_of(moment)) == (plain, capital)


@pytest.mark.parametrize(
    ("day", "closes_on", "month"),
    [
        ("2026-11-30", 31, "2026-11"),
        ("2026-11-19", 19, "2026-11"),
        ("2026-11-20", 19, "2026-12"),
        ("2026-12-20", 19, "2027-01"),
        ("2027-01-19", 19, "2027-01"),
        ("2028-02-29", 28, "2028-03"),
        ("2028-02-29", 30, "2028-02"),
    ],
)
def test_after_its_closing_date_a_month_is_over(day: str, closes_on: int, month: str) -> None:
    assert Periods(month_closes_on=closes_on).month_of(day) == month


@pytest.mark.parametrize(
    ("grain", "label", "of", "first", "last", "count"),
    [
        (Grain.DAY, "2028-02-29", Grain.DAY, "2028-02-29", "2028-02-29", 1),
        (Grain.WEEK, "2026-W48", Grain.DAY, "2026-11-23", "2026-11-29", 7),
        (Grain.WEEK, "2026-W53", Grain.DAY, "2026-12-28", "2027-01-03", 7),
        (Grain.WEEK, "2025-W01", Grain.DAY, "2024-12-30", "2025-01-05", 7),
        (Grain.MONTH, "2026-11", Grain.MONTH, "2026-11", "2026-11", 1),
        (Grain.QUARTER, "2026-Q1", Grain.MONTH, "2026-01", "2026-03", 3),
        (Grain.QUARTER, "2026-Q4", Grain.MONTH, "2026-10", "2026-12", 3),
        (Grain.YEAR, "2026", Grain.MONTH, "2026-01", "2026-12", 12),
    ],
)
def test_a_period_is_the_sum_of_days_or_months(
    grain: Grain, label: str, of: Grain, first: str, last: str, count: int
) -> None:
    found, summed = parts(grain, label)
    assert (found, summed[0], summed[-1], len(summed)) == (of, first, last, count)


@pytest.mark.parametrize(
    ("grain", "start", "end", "expected"),
    [
        (Grain.DAY, "2028-02-28", "2028-03-01", ["2028-02-28", "2028-02-29", "2028-03-01"]),
        (Grain.WEEK, "2026-W52", "2027-W01", ["2026-W52", "2026-W53", "2027-W01"]),
        (Grain.WEEK, "2027-W52", "2028-W01", ["2027-W52", "2028-W01"]),
        (Grain.MONTH, "2026-12", "2027-01", ["2026-12", "2027-01"]),
        (Grain.QUARTER, "2026-Q4", "2027-Q1", ["2026-Q4", "2027-Q1"]),
        (Grain.YEAR, "2026", "2027", ["2026", "2027"]),
        (Grain.YEAR, "2027", "2026", []),
    ],
)
def test_a_range_of_labels_has_no_gap(grain: Grain, start: str, end: str, expected: list[str]) -> None:
    assert labels(grain, start, end, 100) == expected


@pytest.mark.parametrize(
    ("grain", "label"),
    [
        (Grain.DAY, "2027-02-29"),
        (Grain.DAY, "20261124"),
        (Grain.DAY, "2026-11"),
        (Grain.WEEK, "2027-W53"),
        (Grain.WEEK, "2026-W00"),
        (Grain.MONTH, "2026-13"),
        (Grain.MONTH, "2026-1"),
        (Grain.QUARTER, "2026-Q5"),
        (Grain.YEAR, "26"),
        (Grain.YEAR, "２０２６"),
    ],
)
def test_what_is_no_label_is_refused(grain: Grain, label: str) -> None:
    with pytest.raises(ValueError, match=r"no label|day is out of range|Invalid week|month must be"):
        labels(grain, label, label, 1)


def test_boundaries_are_told_apart_by_their_text() -> None:
    assert (str(PLAIN), str(CAPITAL)) == ("24:00 31", "12:00 19")


def test_of_a_range_without_end_only_the_first_labels_are_made() -> None:
    assert labels(Grain.DAY, "2026-01-01", "9999-12-31", 2) == ["2026-01-01", "2026-01-02"]


@pytest.mark.parametrize("periods", [PLAIN, CAPITAL, Periods(timedelta(hours=18), 30)], ids=str)
@pytest.mark.parametrize("month", ["2026-01", "2026-02", "2028-02", "2026-03", "2026-11", "2026-12"])
def test_the_bounds_of_a_month_are_where_moments_begin_and_end_to_belong_to_it(periods: Periods, month: str) -> None:
    start, end = periods.bounds(month)
    moments = (start - BLINK, start, end - BLINK, end)
    assert [periods.month_of(periods.day_of(at)) == month for at in moments] == [False, True, True, False]


def test_the_capital_counts_its_november_from_noon_of_the_19th_of_october() -> None:
    assert CAPITAL.bounds("2026-11") == (beijing(2026, 10, 19, 12), beijing(2026, 11, 19, 12))
    assert PLAIN.bounds("2026-11") == (beijing(2026, 11, 1), beijing(2026, 12, 1))
