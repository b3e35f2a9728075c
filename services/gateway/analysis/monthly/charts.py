"""What the charts of the page draw, taken from its tables."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from services.gateway.analysis.monthly.report import MonthlyReport
from services.gateway.analysis.sheets import Cell, Row, Table

LINES = ("completion", "serving_in_time", "satisfaction", "composite")
MOST = 16
"""Bars that can be told apart."""


def charts(report: MonthlyReport) -> dict[str, Any]:
    """Labels and series of each; None where there is no figure to draw."""
    by_number = sorted(report.categories.rows, key=lambda row: _number(row["accepted"]) or 0, reverse=True)
    return {
        "trend": _chart(report.trend, report.trend.rows, "period", *LINES),
        "categories": _chart(report.categories, by_number[:MOST], "name_zh", "accepted"),
        "streets": _chart(report.streets, report.streets.rows[:MOST], "name_zh", "composite"),
    }


def _chart(table: Table, rows: Sequence[Row], label: str, *names: str) -> dict[str, Any]:
    columns = {column.name: column for column in table.columns}
    series = [
        {"name": f"{columns[name].zh} {columns[name].en}", "values": [_number(row.get(name)) for row in rows]}
        for name in names
    ]
    return {"labels": [row[label] for row in rows], "series": series}


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | Decimal) else None
