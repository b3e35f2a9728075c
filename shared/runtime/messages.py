"""Events on the wire: plain JSON bodies, CloudEvents 1.0 attributes and a W3C traceparent in the headers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.contracts.commands import flatten
from shared.contracts.events import SNAPSHOTS, event_id, snapshot_schema
from shared.contracts.fields import Moment, Tolerant, case_id, moment
from shared.kernel.case import Event, Notice
from shared.runtime.tracing.ids import TRACEPARENT, traceparent

LAST_SEQUENCE = 2**63 - 1
"""The largest integer that MongoDB keeps."""


@dataclass(frozen=True, slots=True)
class Publication:
    """An event on its way out, with where its case stood right after it."""

    case_id: str
    event: Event
    snapshot: Mapping[str, Any]


class Undecodable(Exception):
    """Not an event of ours, whatever it is; trying again will not help."""


class _Body(Tolerant):
    case_id = case_id(required=True)
    sequence = fields.Integer(required=True, strict=True, validate=validate.Range(1, LAST_SEQUENCE))
    type = fields.String(required=True)
    state = fields.String(required=True)
    at = Moment(required=True)
    snapshot = fields.Dict(required=True)


_BODY = _Body()


def encode(source: str, publication: Publication) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the message."""
    event = publication.event
    body = {
        "case_id": publication.case_id,
        "sequence": event.sequence,
        "type": event.type,
        "state": event.state,
        "at": event.at,
        "snapshot": publication.snapshot,
    }
    headers = {
        "ce-specversion": "1.0",
        "ce-id": message_id(source, publication),
        "ce-source": source,
        "ce-type": event.type,
        "ce-subject": publication.case_id,
        "ce-time": moment(event.at),
        TRACEPARENT: traceparent(source, publication.case_id, event.sequence),
        "actor": event.by.role,
    }
    return json.dumps(body, ensure_ascii=False, default=_plain).encode(), headers


def message_id(source: str, publication: Publication) -> str:
    return event_id(source, publication.case_id, publication.event.sequence)


def decode(body: bytes, headers: Mapping[str, Any]) -> Notice:
    """Raises Undecodable, saying what is wrong with it but never repeating the body."""
    source = str(headers.get("ce-source"))
    if source not in SNAPSHOTS:
        raise Undecodable(f"unknown ce-source {source[:40]!r}")
    try:
        content = _BODY.load(_read(body))
        content["snapshot"] = snapshot_schema(source, content["type"]).load(content["snapshot"])
    except ValidationError as error:
        raise Undecodable(f"fields {sorted(flatten(error.messages))} of {source}'s event") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise Undecodable("not JSON") from error
    return Notice(source=source, **content)


def _read(body: bytes) -> Any:
    """Raises ValueError also for half a surrogate pair: JSON can escape it, but nobody can store it."""
    content = json.loads(body)
    json.dumps(content, ensure_ascii=False).encode()
    return content


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"{type(value).__name__} is not plain JSON")
