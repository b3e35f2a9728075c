"""Tables that somebody else made, as CSV or XLSX, row by row. A broken row is a Problem and stops nothing."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from shared.contracts.encodings import decode
from shared.contracts.files import Problem, Row

DELIMITERS = ",\t;"
WIDEST = 256
"""Columns of a sheet that are looked at; a cell in the last of 16,384 would make every row as wide."""
Rows = Iterator[Row | Problem]


def read_csv_table(file: str, content: bytes) -> Rows:
    """In whichever encoding, separated by whatever its header is. `file` is its name."""
    text = decode(content)
    header_line = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=header_line.count))
    header: Sequence[str] | None = None
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(file, begins, "row", f"Not a row of a table: {error}.")
            continue
        if header is None:
            header = [name.strip() for name in cells]
        elif any(cells):
            yield _row(file, begins, header, cells)


def read_xlsx_table(file: str, content: bytes) -> Rows:
    """The first sheet; its first row is the header. Raises whatever the library does for what is no workbook."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        lines = enumerate(book.worksheets[0].iter_rows(max_col=WIDEST, values_only=True), start=1)
        _, names = next(lines, (1, ()))
        header = [_cell_text(name).strip() for name in names]
        for number, cells in lines:
            if any(cell is not None for cell in cells):
                yield _row(file, number, header, [_cell_text(cell) for cell in cells])
    finally:
        book.close()


def _row(file: str, number: int, header: Sequence[str], cells: Sequence[str]) -> Row | Problem:
    if len(cells) != len(header):
        return Problem(file, number, "row", f"{len(cells)} cells, the header has {len(header)}.")
    return Row(file, number, dict(zip(header, cells, strict=True)))


def _cell_text(cell: Any) -> str:
    """A sheet keeps telephone numbers as 1.38e10 and dates as dates."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | datetime) else str(cell)
