"""A table as CSV for a spreadsheet: UTF-8 with a byte order mark, and no text that it would take for a formula."""

import csv
from collections.abc import Iterable
from io import StringIO

from services.gateway.analysis.sheets import Cell, Table, Withheld

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets read Chinese text in the machine's own encoding."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text may not begin with (OWASP, CSV injection)."""


def to_csv(table: Table) -> bytes:
    """Two rows of titles, Chinese and English; a figure that there is not is an empty cell."""
    text = StringIO(BYTE_ORDER_MARK)
    text.seek(0, 2)
    writer = csv.writer(text)
    for titles in zip(*(column.titles for column in table.columns), strict=True):
        writer.writerow(map(guarded, titles))
    for row in table.rows:
        writer.writerow(_written(row.get(column.name)) for column in table.columns)
    return text.getvalue().encode()


def csv_lines(rows: Iterable[Iterable[Cell]]) -> str:
    """Each text guarded; yes and no as spreadsheets write them."""
    text = StringIO()
    csv.writer(text).writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue()


def guarded(text: str) -> str:
    """With an apostrophe in front of what would be run as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _written(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case Withheld():
            return cell.value
        case str():
            return guarded(cell)
        case bool():
            return str(cell).upper()
        case int():
            return cell
        case _:
            return str(cell)
