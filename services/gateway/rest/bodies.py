"""JSON as it comes in, read strictly: what could be neither stored nor said again is refused, naming where it is."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Request, g
from marshmallow import Schema
from webargs import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from shared.kernel.errors import Invalid

NULL = "Holds a null character."
HALF = "Holds half a character."


class JsonBodies(FlaskParser):
    def load_json(self, req: Request, schema: Schema) -> Any:
        """`missing` without a body. Raises UnsupportedMediaType, BadRequest, or Invalid, naming the field."""
        raw = req.get_data(cache=True)
        if not raw:
            return missing
        if not req.is_json:
            raise UnsupportedMediaType
        body = read(raw)
        if complaints := dict(_unspeakable(body, "")):
            raise Invalid(complaints)
        g.body = body
        return body


def as_it_came() -> Any:
    """The body for the service, which reads it with the same schema that has looked at it here; `{}` without one."""
    return g.get("body") or {}


def read(raw: bytes) -> Any:
    """RFC 8259: UTF-8, and no number that is none. Raises BadRequest."""
    try:
        return json.loads(raw.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _unspeakable(part: Any, at: str) -> Iterator[tuple[str, list[str]]]:
    """Where it stands, and what is wrong there."""
    match part:
        case str() if "\0" in part:
            yield at, [NULL]
        case str() if not _is_unicode(part):
            yield at, [HALF]
        case dict():
            for name, inner in part.items():
                yield from _unspeakable(name, at)
                yield from _unspeakable(inner, f"{at}.{name}" if at else name)
        case list():
            for number, inner in enumerate(part):
                yield from _unspeakable(inner, f"{at}.{number}" if at else str(number))


def _is_unicode(text: str) -> bool:
    """JSON can escape half a surrogate pair, but nobody can store it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
