"""Values that nobody would write by chance: one for every field in which a person may say something of a person."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields

from shared.contracts import evaluations, orders, reports
from shared.contracts.fields import _is_unicode

COMMANDS = {"reports": reports.COMMANDS, "orders": orders.COMMANDS, "evaluations": evaluations.COMMANDS}
Place = tuple[str, str, str]
"""Whose command, which verb, which field."""
SHAPED: Mapping[Place, str] = {
    ("reports", "submit", "contact_phone"): "13900000099",
    ("reports", "submit", "contact_email"): "planted@example.org",
    ("reports", "submit", "media_url"): "https://example.org/planted",
}
"""What takes no words, but says something of a person all the same."""


def said(schema: Schema, before: str = "") -> Iterator[str]:
    """The fields that take words, those of nested bodies with dots."""
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from said(inner.schema, f"{before}{name}.")
        elif isinstance(inner, fields.String) and _is_unicode in inner.validators:
            yield f"{before}{name}"


def places() -> set[Place]:
    """Every field of every command that is personal or may be."""
    wordy = {
        (path, verb, name)
        for path, commands in COMMANDS.items()
        for verb, body in commands.items()
        for name in said(body())
    }
    return wordy | SHAPED.keys()


MARKS: Mapping[Place, str] = {
    place: SHAPED.get(place, f"planted{number:03}") for number, place in enumerate(sorted(places()))
}


def mark(path: str, verb: str, name: str) -> str:
    return MARKS[path, verb, name]


def found_in(content: bytes, values: Mapping[Any, str]) -> set[Any]:
    """What of the values is in there, in whichever letter case."""
    lowered = content.lower()
    return {place for place, value in values.items() if value.lower().encode() in lowered}
