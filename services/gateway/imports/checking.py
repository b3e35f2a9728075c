"""Rows as reports on behalf of residents, checked before any of them is entered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from shared.contracts.channels import IMPORT
from shared.contracts.commands import load
from shared.contracts.files import Problem, Row
from shared.contracts.report_columns import KNOWN_NAMES, cells_of, position_of
from shared.contracts.reports import SubmitReport
from shared.kernel.errors import Invalid

NEEDED = ("text", "contact_name", "consent")
TAKEN = (*NEEDED, "contact_phone", "subject", "category", "lon", "lat", "datum", "address")
YES = ("yes", "y", "true", "1", "是", "同意", "已同意")
"""How lists say that somebody has agreed."""
COLUMN_OF = {
    "on_behalf_of.name": "contact_name",
    "on_behalf_of.phone": "contact_phone",
    "on_behalf_of.consent": "consent",
    "position": "lon",
    "position.lon": "lon",
    "position.lat": "lat",
    "position.datum": "datum",
}
"""Part of a report → the column it is read from, where that has another name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`row`: the line where it stands; `body`: what POST /reports takes."""

    row: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CheckedList:
    """`ignored`: headings that are none of ours."""

    entries: Sequence[Entry]
    ignored: Sequence[str]


def check(rows: Sequence[Row | Problem], codes: Mapping[str, str]) -> CheckedList:
    """`codes`: of categories, by their names. Raises Invalid with all that is wrong, by `line.heading`."""
    headings = next((list(row.values) for row in rows if isinstance(row, Row)), [])
    wrong: dict[str, list[str]] = {}
    _require(headings)
    entries = []
    for row in rows:
        if isinstance(row, Problem):
            wrong[f"{row.line}.{row.field}"] = [row.message]
            continue
        complaints: dict[str, list[str]] = {}
        with _noting(complaints):
            entries.append(Entry(row.line, _body(cells_of(row.values), codes)))
        wrong |= {f"{row.line}.{_heading(field, headings)}": said for field, said in complaints.items()}
    if wrong:
        raise Invalid(wrong)
    return CheckedList(entries, [one for one in headings if one and not _is_of(one, TAKEN)])


def _require(headings: Sequence[str]) -> None:
    missing = [field for field in NEEDED if headings and not any(_is_of(one, [field]) for one in headings)]
    if missing:
        raise Invalid({one: [f"There is no such column: head it {' / '.join(KNOWN_NAMES[one])}."] for one in missing})


def _body(cells: Mapping[str, str], codes: Mapping[str, str]) -> dict[str, Any]:
    """Raises Invalid with all that is wrong with the row."""
    wrong: dict[str, list[str]] = {}
    body: dict[str, Any] = {name: cells[name] for name in ("text", "subject", "address") if name in cells}
    body |= {"channel": IMPORT, "on_behalf_of": _resident(cells)}
    with _noting(wrong):
        body |= _category(cells.get("category"), codes)
    with _noting(wrong):
        position = position_of(cells)
        body |= {"position": position} if position else {}
    with _noting(wrong):
        load(SubmitReport, body)
    if wrong:
        raise Invalid(wrong)
    return body


def _resident(cells: Mapping[str, str]) -> dict[str, Any]:
    given = {"name": cells.get("contact_name"), "phone": cells.get("contact_phone")}
    consent = cells.get("consent", "").casefold() in YES
    return {name: value for name, value in given.items() if value} | {"consent": consent}


def _category(name: str | None, codes: Mapping[str, str]) -> dict[str, str]:
    if name is None:
        return {}
    if name.casefold() not in codes:
        raise Invalid({"category": [f"There is no category {name[:40]!r}: GET /categories lists the known ones."]})
    return {"category": codes[name.casefold()]}


def _heading(field: str, headings: Sequence[str]) -> str:
    """What the column is called in this list; as we call it, where it has none."""
    ours = COLUMN_OF.get(field, field)
    return next((one for one in headings if _is_of(one, [ours])), ours)


def _is_of(heading: str, fields: Iterable[str]) -> bool:
    return any(heading.casefold() in KNOWN_NAMES.get(field, ()) for field in fields)


@contextmanager
def _noting(wrong: dict[str, list[str]]) -> Iterator[None]:
    """What is invalid is noted, and the next thing looked at."""
    try:
        yield
    except Invalid as error:
        wrong.update(error.errors)
