"""Pictures in MongoDB: what is known of each.

One that is not whole yet has a document too: whatever a crash leaves in the store is found by it, and removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from services.pictures.picture import ATTACHED, KEPT_FOR, LEAVING, LOOSE, NAMED_FOR, RECEIVING, SHOWN, Picture
from shared.kernel.actor import Actor
from shared.runtime.mongo import DURABLE, Mongo

INDEXES = (
    IndexModel([("origin", ASCENDING)], unique=True, sparse=True),
    IndexModel([("state", ASCENDING), ("received_at", ASCENDING)]),
    IndexModel([("owner", ASCENDING), ("state", ASCENDING)]),
    IndexModel([("case_id", ASCENDING)], sparse=True),
)

LEAVE = {"$set": {"state": LEAVING}, "$unset": {"origin": ""}}
MOST_LOOKS = 200
"""Listed of one picture."""


class MongoPictures:
    def __init__(self, db: Mongo) -> None:
        self._pictures = db.get_collection("pictures", write_concern=DURABLE)
        self._looks = db.get_collection("looks", write_concern=DURABLE)
        self._erased = db.get_collection("erased", write_concern=DURABLE)

    def create_indexes(self) -> None:
        self._pictures.create_indexes(list(INDEXES))
        self._looks.create_index([("picture_id", ASCENDING), ("at", ASCENDING)])

    def begin(self, picture: Picture) -> None:
        """Notes that its bytes are coming. Its origin counts from when it is whole: until then it may come again."""
        facts = _facts(replace(picture, state=RECEIVING))
        del facts["origin"]
        self._pictures.insert_one({"_id": picture.picture_id, **facts})

    def keep(self, picture: Picture) -> bool:
        """Whole from now on. False where it was given up meanwhile, or the same upload was quicker."""
        whole = {"$set": {"state": LOOSE, "origin": picture.origin}}
        coming = {"_id": picture.picture_id, "state": RECEIVING}
        try:
            return self._pictures.update_one(coming, whole).modified_count == 1
        except DuplicateKeyError:
            return False

    def find(self, picture_id: str) -> Picture | None:
        """One that may be shown."""
        found = self._pictures.find_one({"_id": picture_id, "state": {"$in": SHOWN}})
        return _picture(found) if found else None

    def by_origin(self, origin: str) -> Picture | None:
        """The picture that the same upload has made, if it is whole."""
        found = self._pictures.find_one({"origin": origin})
        return _picture(found) if found else None

    def count_loose(self, owner: str) -> int:
        return self._pictures.count_documents({"owner": owner, "state": {"$in": (RECEIVING, LOOSE)}})

    def name(self, picture_id: str, owner: str, step: str) -> bool:
        """Whether that step may name it: its owner's, and of no case, or of the one that the same step led to."""
        free = {"$or": [{"state": LOOSE}, {"state": ATTACHED, "named_by": step}]}
        named = {"$set": {"named_by": step}}
        return self._pictures.update_one({"_id": picture_id, "owner": owner, **free}, named).matched_count == 1

    def attach(self, case_id: str, picture_ids: Sequence[str]) -> None:
        """Those that are loose; not what was sent before the case was erased, as that has gone with it."""
        erased = self._erased.find_one({"_id": case_id})
        since = {"received_at": {"$gt": erased["erased_at"]}} if erased else {}
        loose = {"_id": {"$in": list(picture_ids)}, "state": LOOSE, **since}
        self._pictures.update_many(loose, {"$set": {"state": ATTACHED, "case_id": case_id}})

    def erase(self, case_id: str, at: datetime) -> None:
        """Takes all of the case out of everybody's sight, and remembers it for what is heard too late."""
        self._erased.update_one({"_id": case_id}, {"$max": {"erased_at": at}}, upsert=True)
        gone = {"case_id": case_id, "received_at": {"$lte": at}}
        self._pictures.update_many(gone, LEAVE)

    def note_look(self, picture_id: str, by: Actor, at: datetime) -> None:
        self._looks.insert_one({"picture_id": picture_id, **asdict(by), "at": at})

    def looks_at(self, picture_id: str) -> Sequence[Mapping[str, Any]]:
        """The last first."""
        return list(self._looks.find({"picture_id": picture_id}, {"_id": 0}).sort("at", -1).limit(MOST_LOOKS))

    def overdue(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of those that have to go by now."""
        return [found["_id"] for found in self._pictures.find(_due(at), {"_id": 1}).limit(limit)]

    def let_go(self, picture_id: str, at: datetime) -> bool:
        """Takes it from everybody's sight. False where it was named or attached meanwhile."""
        going = {"_id": picture_id, **_due(at)}
        return self._pictures.update_one(going, LEAVE).matched_count == 1

    def forget(self, picture_id: str) -> None:
        self._pictures.delete_one({"_id": picture_id, "state": LEAVING})

    def is_reachable(self) -> bool:
        """Raises PyMongoError where the database is away."""
        return bool(self._pictures.database.command("ping")["ok"])


def _due(at: datetime) -> dict[str, Any]:
    """What has been in its state for too long."""
    ages = {state: {"received_at": {"$lte": at - age}} for state, age in KEPT_FOR.items()}
    unnamed = {"$or": [{"named_by": None}, {"received_at": {"$lte": at - NAMED_FOR}}]}
    return {"$or": [{"state": state, **old, **(unnamed if state == LOOSE else {})} for state, old in ages.items()]}


def _facts(picture: Picture) -> dict[str, Any]:
    return {name: value for name, value in asdict(picture).items() if name != "picture_id" and value is not None}


def _picture(document: Mapping[str, Any]) -> Picture:
    return Picture(picture_id=document["_id"], **{name: document[name] for name in document if name in _STORED})


_STORED = {name for name in Picture.__dataclass_fields__ if name != "picture_id"}
