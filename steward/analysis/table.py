"""Indicators as a table in the terminal: the figures that matter most; the files have them all."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from services.gateway.analysis.indicator_table import indicator_table
from services.gateway.analysis.sheets import shown

SHOWN = (
    "period",
    "name_zh",
    "accepted",
    "completion",
    "serving_in_time",
    "satisfaction",
    "composite",
)


def show(answer: Mapping[str, Any], definitions: Sequence[Mapping[str, Any]]) -> None:
    """`answer` as of GET /indicators."""
    console = Console()
    whole = indicator_table(answer, definitions)
    columns = {column.name: column for column in whole.columns}
    table = Table(caption=_caption(answer["uncounted"]))
    for name in SHOWN:
        column = columns[name]
        table.add_column(
            f"{column.zh}\n{column.en}", justify="left" if column.is_text else "right", no_wrap=column.is_text
        )
    for row in whole.rows:
        table.add_row(*(shown(row.get(name), columns[name].kind) for name in SHOWN))
    console.print(table)


def _caption(uncounted: int) -> str:
    rates = "各率为百分数 Rates in per cent"
    return f"{rates} · 尚未计入 Not counted yet: {uncounted}" if uncounted else rates
