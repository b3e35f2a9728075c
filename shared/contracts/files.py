"""Files that people keep by hand: taken whole or refused whole, every problem named by file and line."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from marshmallow import Schema, ValidationError
from marshmallow.exceptions import SCHEMA

ENCODINGS = ("utf-8-sig", "gb18030")
"""With or without a byte order mark, and what Excel saves on a Chinese Windows."""


class File(Protocol):
    """A file by its name and content, wherever it is kept; a `pathlib.Path` is one."""

    @property
    def name(self) -> str: ...
    def read_bytes(self) -> bytes: ...


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a file. `line` counts from 1; `field` is a column or property."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class InvalidFile(ValueError):
    """A file, or several that belong together, was refused. `problems` holds all that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Row:
    """A record as it stands in a file, not validated yet. `line` is the line where it begins."""

    file: str
    line: int
    values: dict[str, Any]

    def problem(self, field: str, message: str) -> Problem:
        return Problem(self.file, self.line, field, message)


def read_text(file: File) -> str:
    """The text of a file in any of `ENCODINGS`. Raises InvalidFile if it is missing or in none of them."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InvalidFile([Problem(file.name, 1, "file", error.strerror or str(error))]) from error
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidFile([Problem(file.name, 1, "file", "is neither UTF-8 nor GB 18030")])


def read_csv(file: File, columns: Sequence[str]) -> tuple[list[Row], list[Problem]]:
    """The rows of a table that has exactly these columns, in any order, and all that is wrong with the rest.

    Cells are stripped, empty lines skipped. A file without a readable header has no rows, only problems.
    """
    try:
        records = list(_records(file.name, read_text(file)))
    except InvalidFile as error:
        return [], error.problems
    line, header = records[0] if records else (1, [])
    problems = [Problem(file.name, line, name, complaint) for name, complaint in _complaints(header, columns)]
    if problems:
        return [], problems
    rows = []
    for line, cells in records[1:]:
        if len(cells) == len(header):
            rows.append(Row(file.name, line, dict(zip(header, cells, strict=True))))
        else:
            problems.append(Problem(file.name, line, "row", f"{len(cells)} cells, the header has {len(header)}"))
    return rows, problems


def read_column(file: File, name: str) -> set[str]:
    """The cells of one column, whatever the other columns are; none of a file that is no such table."""
    try:
        header, *records = (cells for _, cells in _records(file.name, read_text(file)))
    except ValueError:
        return set()
    return {cell for cells in records for column, cell in zip(header, cells, strict=False) if column == name}


def validated(rows: Iterable[Row], schema: Schema) -> tuple[list[tuple[Row, Any]], list[Problem]]:
    """What the schema makes of each good row, beside the row it came from; and what is wrong with the others."""
    good, problems = [], []
    for row in rows:
        try:
            good.append((row, schema.load(row.values)))
        except ValidationError as error:
            problems += [row.problem(*complaint) for complaint in _flat(error.messages)]
    return good, problems


def repeated(rows: Iterable[Row], key: str) -> list[Problem]:
    """A problem for every row whose `key` an earlier row already has."""
    first: dict[Any, int] = {}
    return [
        row.problem(key, f"{row.values[key]} is already on line {first[row.values[key]]}")
        for row in rows
        if first.setdefault(row.values[key], row.line) != row.line
    ]


def _records(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells) of each record; a quoted cell may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, [cell.strip() for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InvalidFile([Problem(file, begins, "row", f"{error}")]) from error


def _complaints(header: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from ((name, "column is missing") for name in columns if name not in header)
    yield from ((name, "column is unknown") for name in header if name not in columns)
    yield from ((name, "column is repeated") for name in set(header) if header.count(name) > 1)


def _flat(messages: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """marshmallow's nested messages as (dotted field, message)."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, path if key == SCHEMA else (*path, str(key)))
    else:
        yield from ((".".join(path) or "row", str(message)) for message in messages)
