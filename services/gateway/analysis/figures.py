"""Rows of figures, as evaluation answers them, as rows of a table."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.gateway.analysis.sheets import WITHHELD, Cell, Column, Kind

MEASURES = (
    Column("reported", "上报", "reported", Kind.COUNT),
    Column("filed", "上报已立案", "reported and accepted", Kind.COUNT),
    Column("accepted", "立案", "accepted", Kind.COUNT),
    Column("closed", "办结", "closed", Kind.COUNT),
    Column("dispatched", "派遣", "dispatched", Kind.COUNT),
    Column("accurate", "准确派遣", "accurately dispatched", Kind.COUNT),
    Column("returned", "回退", "returned", Kind.COUNT),
    Column("due", "应处置", "due to be served", Kind.COUNT),
    Column("served", "已处置", "served", Kind.COUNT),
    Column("served_in_time", "按期处置", "served in time", Kind.COUNT),
    Column("overdue", "超期待处置", "overdue and unserved", Kind.COUNT),
    Column("reworked", "返工", "reworked", Kind.COUNT),
    Column("extended", "延期", "extended", Kind.COUNT),
    Column("to_close", "应结案", "due to be closed", Kind.COUNT),
    Column("closed_of_due", "已结案", "closed of these", Kind.COUNT),
    Column("closed_in_time", "按期结案", "closed in time", Kind.COUNT),
    Column("handled", "计时处置", "handled", Kind.COUNT),
    Column("ratings", "有效评价", "valid ratings", Kind.COUNT),
    Column("contacted", "已联系", "contacted", Kind.COUNT),
    Column("resolved", "已解决", "resolved", Kind.COUNT),
    Column("satisfied", "满意", "satisfied", Kind.COUNT),
    Column("basically_satisfied", "基本满意", "basically satisfied", Kind.COUNT),
    Column("dissatisfied", "不满意", "dissatisfied", Kind.COUNT),
    Column("stars", "星数合计", "sum of stars", Kind.COUNT),
)
"""What is counted of the cases, in the order in which a case comes to it."""

SHOWN = (
    "completion",
    "serving_in_time",
    "closing_in_time",
    "response",
    "resolution",
    "satisfaction",
    "composite",
    "handling_mean",
)
"""The indicators that a report lists for each place, kind or month."""

KINDS = {"percent": Kind.PERCENT, "hours": Kind.HOURS}
"""By the unit of an indicator's definition."""

Figures = Mapping[str, Any]
"""A row of get_indicators: period, by, of, names, measures, indicators, suppressed."""


def indicator_columns(definitions: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """A column for each indicator, in the order and with the names of the definitions."""
    return tuple(indicator_column(one) for one in definitions)


def indicator_column(definition: Mapping[str, Any]) -> Column:
    return Column(definition["name"], definition["name_zh"], definition["name_en"], KINDS[definition["unit"]])


def cells(figures: Figures) -> dict[str, Cell]:
    """Of every measure and indicator by name: exact, None where there is none, or withheld."""
    counts = {column.name: _cell(figures, "measures", column.name, default=0) for column in MEASURES}
    return counts | {name: _cell(figures, "indicators", name) for name in figures["indicators"] or ()}


def _cell(figures: Figures, part: str, name: str, default: int | None = None) -> Cell:
    value = (figures[part] or {}).get(name, None if figures["suppressed"] else default)
    if value is None:
        return WITHHELD if figures["suppressed"] else None
    return Decimal(value) if isinstance(value, str) else int(value)
