"""Files of reports, row by row: JSONL, CSV or XLSX. A broken row is a Problem and stops nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

from openpyxl.utils.exceptions import InvalidFileException

from shared.contracts.encodings import decode
from shared.contracts.files import InvalidFile, Problem, Row
from shared.contracts.tables import Rows, read_csv_table, read_xlsx_table


def read_rows(path: Path) -> Rows:
    """Every row, or what is wrong with it. Raises InvalidFile where the file as a whole cannot be read."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InvalidFile([Problem(path.name, 1, "file", f"Must be one of {', '.join(READERS)}.")])
    try:
        yield from reader(path.name, path.read_bytes())
    except (OSError, BadZipFile, InvalidFileException) as error:
        raise InvalidFile([Problem(path.name, 1, "file", f"Cannot be read: {error}")]) from error


def _read_jsonl(file: str, content: bytes) -> Rows:
    for number, line in enumerate(decode(content).split("\n"), start=1):
        if line.strip():
            yield _json_row(file, number, line)


def _json_row(file: str, number: int, line: str) -> Row | Problem:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Problem(file, number, "row", f"Not JSON: {error}")
    if not isinstance(values, dict):
        return Problem(file, number, "row", "Must be a JSON object.")
    return Row(file, number, values)


READERS: dict[str, Callable[[str, bytes], Rows]] = {
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".csv": read_csv_table,
    ".xlsx": read_xlsx_table,
}
