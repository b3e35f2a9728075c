"""A figure beside an earlier one: 环比 with the month before, 同比 with the same month of the year before."""

from decimal import ROUND_HALF_UP, Decimal

from services.gateway.analysis.sheets import Cell, Kind

CENT = Decimal("0.01")
COMPARED = {Kind.COUNT: Kind.CHANGE, Kind.PERCENT: Kind.POINTS, Kind.HOURS: Kind.MORE_HOURS}
"""What the comparison of two figures of a kind is: counts in per cent, percentages in points, hours in hours."""


def change(now: Cell, before: Cell, kind: Kind) -> Decimal | None:
    """How much more than before, to 2 decimals, half up; None unless both figures are there."""
    if not isinstance(now, int | Decimal) or not isinstance(before, int | Decimal):
        return None
    if kind is not Kind.COUNT:
        return Decimal(now) - Decimal(before)
    return _rounded(Decimal(now - before) * 100 / Decimal(before)) if before else None


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
