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
    "ratings",
    "completion",
    "serving_in_time",
    "closing_in_time",
    "response",
    "resolution",
    "satisfaction",
    "composite",
)


def show(answer: Mapping[str, Any], definitions: Sequence[Mapping[str, Any]]) -> None:
    """`answer` as of GET /indicators."""
    console = Console()
    whole = indicator_table(answer, definitions)
    columns = {column.name: column for column in whole.columns}
    table = Table(caption=f"尚未计入 Not counted yet: {answer['uncounted']}" if answer["uncounted"] else None)
    for name in SHOWN:
        table.add_column("\n".join(columns[name].titles), justify="left" if columns[name].is_text else "right")
    for row in whole.rows:
        table.add_row(*(shown(row.get(name), columns[name].kind) for name in SHOWN))
    console.print(table)
