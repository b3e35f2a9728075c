"""谁看过: who has looked at whose personal data, when, and in which role. Nothing is ever taken back.

In a database of its own, as rights of MongoDB only add up: no collection can be excepted from the right to write in
all of a database. There intake's user may insert and read. It holds no personal data but the ids of who looked.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nameko.extensions import DependencyProvider
from pymongo import ASCENDING, DESCENDING
from uuid_utils import uuid7

from shared.contracts.looks import COLLECTION, DATABASE
from shared.kernel.actor import Actor
from shared.kernel.listing import Listing, page_size
from shared.runtime.mongo import DURABLE, Mongo, connect
from shared.runtime.pages import read_page
from shared.runtime.settings import read_settings


class MongoLooks:
    def __init__(self, database: Mongo) -> None:
        self._looks = database.get_collection(COLLECTION, write_concern=DURABLE)

    def prepare(self) -> None:
        self._looks.create_index([("case_id", ASCENDING), ("_id", DESCENDING)])

    def note(self, case_id: str, by: Actor, shown: Sequence[str], at: datetime) -> None:
        """Durable when it returns; raises PyMongoError where the server is away, and then nothing may be shown."""
        look = {"case_id": case_id, "subject": by.subject, "role": by.role, "unit": by.unit}
        self._looks.insert_one({"_id": str(uuid7()), **look, "shown": list(shown), "at": at})

    def page(self, case_id: str, after: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
        """The latest first, with the cursor of the next page. Raises Invalid for a cursor of another list."""
        return read_page(self._looks, Listing({"case_id": case_id}), after, page_size(limit))


class Looks(DependencyProvider):
    """`looks = Looks()` gives a service the notes of its process."""

    def setup(self) -> None:
        self._looks = MongoLooks(connect(read_settings().mongo_uri, DATABASE))
        self._looks.prepare()

    def get_dependency(self, worker_ctx: Any) -> MongoLooks:
        return self._looks
