"""A command as it crosses RPC, and how it is read: checked again by the service that carries it out."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError
from uuid_utils import uuid7

from shared.kernel.actor import Actor
from shared.kernel.case import Receipt
from shared.kernel.commands import Command, digest
from shared.kernel.errors import Invalid


def read_command(bodies: Mapping[str, type[Schema]], verb: str, request: Mapping[str, Any]) -> Command:
    """`request`: case_id, by (subject, role, unit), key, body, seen (versions). Raises Invalid, naming each field."""
    if verb not in bodies:
        raise Invalid({"verb": [f"One of {', '.join(bodies)}."]})
    body = request["body"]
    receipt = Receipt(request["key"], digest(verb, body))
    by, content = Actor(**request["by"]), load(bodies[verb], body)
    return Command(request.get("case_id", ""), by, receipt, content, request.get("seen"))


def id_of_new(command: Command) -> str:
    """Of the case that a command makes: as its sender has chosen it, or else a new one. Raises Invalid for no UUID."""
    try:
        return str(UUID(command.case_id) if command.case_id else uuid7())
    except ValueError as error:
        raise Invalid({"case_id": ["Not a valid UUID."]}) from error


def load(schema: type[Schema], body: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Invalid; a nested field is named with dots, as in `position.datum`."""
    try:
        content: dict[str, Any] = _instance(schema).load(body)
    except ValidationError as error:
        raise Invalid(flatten(error.messages)) from error
    return content


@cache
def _instance(schema: type[Schema]) -> Schema:
    """Schemas hold no state, and making one costs more than using it."""
    return schema()


def flatten(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """marshmallow's nested messages as `field.inner` → what is wrong."""
    if isinstance(messages, Mapping):
        flat: dict[str, list[str]] = {}
        for name, inner in messages.items():
            flat |= flatten(inner, f"{prefix}.{name}" if prefix else str(name))
        return flat
    return {prefix: [str(message) for message in messages]}
