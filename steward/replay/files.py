"""Files of reports, row by row: JSONL, CSV or XLSX. A broken row is a Problem and stops nothing."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shared.contracts.files import InvalidFile, Problem, Row
from steward.replay.text import decode

DELIMITERS = ",\t;"
Rows = Iterator[Row | Problem]


def read_rows(path: Path) -> Rows:
    """Every row, or what is wrong with it. Raises InvalidFile where the file as a whole cannot be read."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InvalidFile([Problem(path.name, 1, "file", f"Must be one of {', '.join(READERS)}.")])
    try:
        yield from reader(path)
    except (OSError, BadZipFile, InvalidFileException) as error:
        raise InvalidFile([Problem(path.name, 1, "file", f"Cannot be read: {error}")]) from error


def _read_jsonl(path: Path) -> Rows:
    for number, line in enumerate(decode(path.read_bytes()).split("\n"), start=1):
        if line.strip():
            yield _json_row(path.name, number, line)


def _json_row(file: str, number: int, line: str) -> Row | Problem:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Problem(file, number, "row", f"Not JSON: {error}")
    if not isinstance(values, dict):
        return Problem(file, number, "row", "Must be a JSON object.")
    return Row(file, number, values)


def _read_csv(path: Path) -> Rows:
    text = decode(path.read_bytes())
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
            yield Problem(path.name, begins, "row", str(error))
            continue
        if header is None:
            header = [name.strip() for name in cells]
        elif any(cells):
            yield _table_row(path.name, begins, header, cells)


def _read_xlsx(path: Path) -> Rows:
    """The first sheet; its first row is the header."""
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        lines = enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
        _, names = next(lines, (1, ()))
        header = [_cell_text(name).strip() for name in names]
        for number, cells in lines:
            if any(cell is not None for cell in cells):
                yield _table_row(path.name, number, header, [_cell_text(cell) for cell in cells])
    finally:
        book.close()


def _table_row(file: str, number: int, header: Sequence[str], cells: Sequence[str]) -> Row | Problem:
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


READERS: dict[str, Callable[[Path], Rows]] = {
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
}
