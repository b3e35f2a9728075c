"""A file that a dispatcher sends, as rows. What it is shows in its content: names and media types are often wrong."""

import io
from collections.abc import Sequence
from itertools import islice
from zipfile import BadZipFile, ZipFile

from shared.contracts.files import Problem, Row
from shared.contracts.tables import Rows, read_csv_table, read_xlsx_table
from shared.kernel.errors import Invalid

LARGEST = 2 * 1024 * 1024
"""Bytes."""
UNPACKED = 64 * 1024 * 1024
"""Bytes of a workbook, which is a ZIP archive: 2,000 rows need a few of them, a bomb needs more."""
MOST = 2000
"""Rows, without the header."""
ZIP = b"PK\x03\x04"
NUL = b"\0"
"""In no text, but in every older workbook."""

NAME = "list"
NO_TABLE = "Send a table: CSV in UTF-8 or GB 18030, or XLSX."


def read_rows(content: bytes) -> Sequence[Row | Problem]:
    """Raises Invalid where it is no table, or has no rows, or more than `MOST`."""
    if NUL in content and not content.startswith(ZIP):
        raise _refused(NO_TABLE)
    rows = _read_workbook(content) if content.startswith(ZIP) else _first(read_csv_table(NAME, content))
    if not rows:
        raise _refused("It has no rows: the first line is the header, each other one a report.")
    if len(rows) > MOST:
        raise _refused(f"More than {MOST} rows: send it in parts.")
    return rows


def _read_workbook(content: bytes) -> Sequence[Row | Problem]:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except BadZipFile:
        raise _refused(NO_TABLE) from None
    if unpacked > UNPACKED:
        raise _refused(f"Unpacked it is larger than the {UNPACKED} bytes that are taken.")
    try:
        return _first(read_xlsx_table(NAME, content))
    except Exception:  # whatever a damaged part makes the library raise
        raise _refused(NO_TABLE) from None


def _first(rows: Rows) -> Sequence[Row | Problem]:
    """As many as show that there are too many."""
    return list(islice(rows, MOST + 1))


def _refused(why: str) -> Invalid:
    return Invalid({"file": [why]})
