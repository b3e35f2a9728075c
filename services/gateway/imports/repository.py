"""Whose list it is, and what became of it.

The same list sent by a second dispatcher would be every report a second time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.kernel.errors import NotFound, Taken
from shared.runtime.faults import available
from shared.runtime.mongo import DURABLE, Mongo

IMPORTS = "imports"
FOLLOW_TOKEN = "follow_token"


class Imports:
    def __init__(self, db: Mongo) -> None:
        self._imports = db.get_collection(IMPORTS, write_concern=DURABLE)

    def claim(self, list_id: str, subject: str, at: datetime) -> None:
        """It is theirs from now on, unless it was somebody's. Raises Taken or Unavailable."""
        with available(IMPORTS):
            owner = self._owner(list_id, subject, at)
        if owner != subject:
            raise Taken(list_id, owner)

    def note(self, list_id: str, results: Sequence[Mapping[str, Any]], at: datetime) -> None:
        """It is entered to its end. Tokens of residents are not kept. Raises Unavailable."""
        kept = [{name: value for name, value in row.items() if name != FOLLOW_TOKEN} for row in results]
        with available(IMPORTS):
            self._imports.update_one({"_id": list_id}, {"$set": {"results": kept, "ended_at": at}})

    def of(self, list_id: str, subject: str) -> Mapping[str, Any]:
        """Raises NotFound where they have sent no such list, or Unavailable."""
        with available(IMPORTS):
            found = self._imports.find_one({"_id": list_id, "by": subject})
        if found is None:
            raise NotFound(list_id)
        return found

    def _owner(self, list_id: str, subject: str, at: datetime) -> str:
        try:
            self._imports.insert_one({"_id": list_id, "by": subject, "at": at})
        except DuplicateKeyError:
            found = self._imports.find_one({"_id": list_id}) or {}
            return str(found.get("by", subject))
        return subject
