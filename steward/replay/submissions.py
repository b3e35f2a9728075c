"""A file as submissions and problems."""

from itertools import islice
from pathlib import Path

from shared.contracts.files import InvalidFile, Problem, Row
from shared.kernel.errors import Invalid
from steward.replay.columns import Columns, Submission
from steward.replay.files import read_rows


def read_submissions(path: Path, columns: Columns, limit: int | None = None) -> tuple[list[Submission], list[Problem]]:
    """The first `limit` rows: what can be sent, and what is wrong with the others.

    Raises InvalidFile where the file as a whole cannot be read, or has no column that a person named.
    """
    rows = list(islice(read_rows(path), limit))
    _require_columns(path, columns, [row for row in rows if isinstance(row, Row)])
    submissions: list[Submission] = []
    problems: list[Problem] = []
    for row in rows:
        if isinstance(row, Problem):
            problems.append(row)
            continue
        try:
            submissions.append(columns.read(row))
        except Invalid as error:
            problems.append(_problem(row, error))
    return submissions, problems


def _problem(row: Row, error: Invalid) -> Problem:
    """One a row, however much is wrong with it: they are counted."""
    first, *more = error.errors
    said = [" ".join(error.errors[first]), *(f"{name}: {' '.join(error.errors[name])}" for name in more)]
    return row.problem(first, "; ".join(said))


def _require_columns(path: Path, columns: Columns, rows: list[Row]) -> None:
    known = {name for row in rows for name in columns.names_in(row)}
    missing = [theirs for theirs in columns.given.values() if theirs.casefold() not in known]
    if rows and missing:
        raise InvalidFile([Problem(path.name, 1, name, "no row has this column") for name in missing])
