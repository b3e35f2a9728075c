"""A message as a document, whole, so that it can be sent again although its queue no longer has it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amqp.serialization import dumps, loads

from steward.healing.letters import DeadLetter
from steward.stack.errors import StackError

TABLE = "F"
"""AMQP's own notation: a document of MongoDB cannot hold every header that a message can have."""
LARGEST = 15 * 1024 * 1024
"""Bytes of body and headers; a document holds 16 MiB."""


class TooLarge(StackError):
    """More than a document holds: it can be sent on, and not thrown away."""


def kept(letter: DeadLetter) -> dict[str, Any]:
    """Raises TooLarge."""
    headers = dumps(TABLE, [dict(letter.headers)])
    if len(letter.body) + len(headers) > LARGEST:
        raise TooLarge(f"{letter.letter_id} 太大 is too large to be kept: {len(letter.body)} bytes")
    properties = {name: _storable(value) for name, value in letter.properties.items()}
    return {"body": letter.body, "headers": headers, "properties": properties}


def released(service: str, document: Mapping[str, Any]) -> DeadLetter:
    """The letter that was kept."""
    values, _ = loads(TABLE, document["headers"], 0)
    return DeadLetter(service, document["body"], values[0], document["properties"])


def about(letter: DeadLetter) -> dict[str, str]:
    """What an action says of it."""
    told = {"letter": letter.letter_id, "type": letter.type, "case_id": letter.case_id, "error": letter.error}
    return {name: _storable(text) for name, text in told.items()}


def _storable(value: Any) -> Any:
    """Half a surrogate pair can be said in AMQP, and in no document."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value if isinstance(value, int | datetime) else str(value)
