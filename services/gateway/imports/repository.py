"""Whose list it is: the same list sent by a second dispatcher would be every report a second time."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from shared.kernel.errors import Taken, Unavailable
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.journal import DURABLE
from shared.runtime.mongo import Mongo

IMPORTS = "imports"


class Imports:
    def __init__(self, db: Mongo) -> None:
        self._imports = db.get_collection(IMPORTS, write_concern=DURABLE)

    def claim(self, list_id: str, subject: str, at: datetime) -> None:
        """It is theirs from now on, unless it was somebody's. Raises Taken or Unavailable."""
        try:
            owner = self._owner(list_id, subject, at)
        except MONGO_AWAY as fault:
            raise Unavailable(IMPORTS) from fault
        if owner != subject:
            raise Taken(list_id, owner)

    def _owner(self, list_id: str, subject: str, at: datetime) -> str:
        try:
            self._imports.insert_one({"_id": list_id, "by": subject, "at": at})
        except DuplicateKeyError:
            found = self._imports.find_one({"_id": list_id}) or {}
            return str(found.get("by", subject))
        return subject
