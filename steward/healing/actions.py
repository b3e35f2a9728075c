"""What operators did: who, what, why, when. It is written before it is done, and never taken back.

So whoever is stopped in between leaves a trace of more than was done, never of less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from uuid_utils import uuid7

from shared.contracts.actions import COLLECTION
from shared.runtime.clock import now
from shared.runtime.mongo import DURABLE, Mongo

LOOK, REQUEUE, DISCARD, REPUBLISH, REPAIR = "look", "requeue", "discard", "republish", "repair"
WHAT = (LOOK, REQUEUE, DISCARD, REPUBLISH, REPAIR)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts, and why."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Action:
    """`about` is what it was done to, by kind of action; `kept` what was thrown away or overwritten, whole."""

    what: str
    who: str
    why: str
    service: str
    about: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] | None = None
    action_id: str = field(default_factory=lambda: str(uuid7()))
    at: datetime = field(default_factory=now)


class Actions:
    def __init__(self, database: Mongo) -> None:
        self._actions = database.get_collection(COLLECTION, write_concern=DURABLE)
        self._actions.create_index([("what", ASCENDING), ("_id", DESCENDING)])

    def note(self, *actions: Action) -> None:
        """Durable when it returns. Raises PyMongoError where it is not, and then nothing may be done."""
        self._actions.insert_many([_document(action) for action in actions])

    def find(self, action_id: str) -> Action | None:
        document = self._actions.find_one({"_id": action_id})
        return _action(document) if document else None

    def latest(self, limit: int, what: str | None = None, since: datetime | None = None) -> Iterator[Action]:
        """The latest first, without what is kept."""
        wanted: dict[str, Any] = {"what": what} if what else {}
        if since:
            wanted["at"] = {"$gte": since}
        found = self._actions.find(wanted, {"kept": 0}).sort("_id", DESCENDING).limit(limit)
        return map(_action, found)


def _document(action: Action) -> dict[str, Any]:
    document = {
        "_id": action.action_id,
        "at": action.at,
        "what": action.what,
        "who": action.who,
        "why": action.why,
        "service": action.service,
        "about": dict(action.about),
    }
    return document | ({"kept": dict(action.kept)} if action.kept else {})


def _action(document: Mapping[str, Any]) -> Action:
    return Action(
        document["what"],
        document["who"],
        document["why"],
        document["service"],
        document["about"],
        document.get("kept"),
        document["_id"],
        document["at"],
    )
