"""A case as a document, and a step as one guarded update of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pymongo import UpdateOne

from shared.kernel.actor import Actor
from shared.kernel.case import Case, Event, Receipt
from shared.runtime.marks import marking

C = TypeVar("C", bound=Case)

_NOT_FACTS = frozenset(
    {"_id", "state", "version", "history", "inbox", "private", "unpublished", "counted", "uncounted"}
)


def to_update(case: Case, at: datetime, mark: str | None = None) -> UpdateOne:
    """The step as one update, guarded by the version that it was decided upon; it sets `mark` to its moment.

    It is an upsert even where the case exists: then a lost race is a duplicate key, which a bulk write
    reports by operation, instead of an unmatched filter, which it only counts.
    """
    guard = {"_id": case.case_id, "version": case.base_version}
    update: dict[str, Any] = {}
    if case.outgoing:
        events = [event for event, _ in case.outgoing]
        update = marking(case.base_version, at)
        update["$set"] |= _fields(case, events) | ({mark: at} if mark else {})
        update["$push"] = {"history": {"$each": [event_to_document(event) for event in events]}}
    if case.new_inbox:
        update["$max"] = {f"inbox.{source}": sequence for source, sequence in case.new_inbox.items()}
    return UpdateOne(guard, update, upsert=True)


def _fields(case: Case, events: list[Event]) -> dict[str, Any]:
    fields: dict[str, Any] = {"state": case.state, "version": case.version}
    for event in events:
        fields.update(event.facts)
    if case.erases:
        return {**fields, "private": case.new_private}
    return {**fields, **{f"private.{name}": value for name, value in case.new_private.items()}}


def from_document(case_type: type[C], document: Mapping[str, Any]) -> C:
    """The case; its history is there if the document was read with it."""
    return case_type(
        document["_id"],
        document["state"],
        document["version"],
        {name: value for name, value in document.items() if name not in _NOT_FACTS},
        document.get("private", {}),
        document.get("inbox", {}),
        [event_from_document(event) for event in document.get("history", ())],
    )


def event_to_document(event: Event) -> dict[str, Any]:
    document = {
        "sequence": event.sequence,
        "type": event.type,
        "verb": event.verb,
        "state": event.state,
        "at": event.at,
        "by": {"subject": event.by.subject, "role": event.by.role, "unit": event.by.unit},
        "facts": event.facts,
    }
    if event.receipt:
        document["receipt"] = {"key": event.receipt.key, "digest": event.receipt.digest}
    return document


def event_from_document(document: Mapping[str, Any]) -> Event:
    receipt = document.get("receipt")
    return Event(
        document["sequence"],
        document["type"],
        document["verb"],
        document["state"],
        document["at"],
        Actor(**document["by"]),
        document["facts"],
        Receipt(**receipt) if receipt else None,
    )
