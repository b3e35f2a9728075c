"""A view as a file for a spreadsheet, written row by row: however long it is, only a batch is held."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import xlsxwriter

from services.evaluation.analysis.view import Kind, View
from services.gateway.analysis.csv_table import csv_lines
from shared.contracts.fields import moment
from shared.kernel.worktime import BEIJING
from steward.analysis.view_rows import Row, ViewRows

Advance = Callable[[int], None]
"""Told of how many rows more are written."""

MOST_ROWS = 1_048_575
"""Of a worksheet, beside the titles."""
BOOK = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}


class TooManyRows(Exception):
    """A worksheet cannot hold them."""


def write_csv(rows: ViewRows, path: Path, advance: Advance) -> None:
    """With a byte order mark, and no text that a spreadsheet would run as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(csv_lines([rows.view.names]))
        for batch in rows.batches():
            file.write(csv_lines(_cells(rows.view, row, moment) for row in batch))
            advance(len(batch))


def write_xlsx(rows: ViewRows, path: Path, advance: Advance) -> None:
    """Moments as Excel has them, without a zone: the time in Beijing. Raises TooManyRows."""
    with xlsxwriter.Workbook(path, BOOK) as book:
        sheet = book.add_worksheet(rows.view.name)
        hours = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, rows.view.names, book.add_format({"bold": True}))
        for column, name in enumerate(rows.view.names):
            is_hour = rows.view.kind_of(name) is Kind.HOUR
            sheet.set_column(column, column, 18, hours if is_hour else None)
        numbers = count(1)
        for batch in rows.batches():
            for row, number in zip(batch, numbers, strict=False):
                if number > MOST_ROWS:
                    raise TooManyRows
                sheet.write_row(number, 0, list(_cells(rows.view, row, _in_beijing)))
            advance(len(batch))


def _cells(view: View, row: Row, shown: Callable[[datetime], Any]) -> Iterator[Any]:
    for column in view.columns:
        value = row.get(column.name)
        yield shown(value) if isinstance(value, datetime) else value


def _in_beijing(at: datetime) -> datetime:
    return at.astimezone(BEIJING)
