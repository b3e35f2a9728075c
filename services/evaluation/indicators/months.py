"""What has to stand on a printed report: when its month began and ended, and what is too small to be in it."""

from typing import Any

from services.evaluation.indicators.periods import Grain
from services.evaluation.indicators.settings import IndicatorSettings
from shared.contracts.fields import moment
from shared.kernel.actor import ANALYST, Actor
from shared.kernel.errors import Forbidden, Invalid


def describe_month(settings: IndicatorSettings, by: Actor, month: str) -> dict[str, Any]:
    """From `start` until just before `end`. Raises Forbidden, or Invalid for what is no month."""
    if by.role != ANALYST:
        raise Forbidden("get_statistical_month", by.role)
    try:
        start, end = settings.periods.bounds(month)
    except ValueError as error:
        raise Invalid({"month": [f"No month of the calendar: write it like {Grain.MONTH.example}."]}) from error
    return {"start": moment(start), "end": moment(end), "smallest_cell": settings.smallest_cell}
