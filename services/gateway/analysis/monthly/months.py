"""Statistical months by their labels: `2026-11`."""

import re

MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
TREND = 12
"""Months of a trend, the reported one last."""


def earlier(month: str, count: int) -> str:
    """The month so many months before."""
    year, number = map(int, month.split("-"))
    whole, rest = divmod(year * 12 + number - 1 - count, 12)
    return f"{whole:04d}-{rest + 1:02d}"


def trend_of(month: str) -> list[str]:
    """The months up to this one, the first first."""
    return [earlier(month, back) for back in reversed(range(TREND))]


def spoken(month: str) -> str:
    """`2026年11月`."""
    year, number = month.split("-")
    return f"{year}年{int(number)}月"
