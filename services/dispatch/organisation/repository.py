"""The organisation in MongoDB: one document a thing, and the revision that counts changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from pymongo import GEOSPHERE, ReplaceOne, UpdateMany, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.documents import (
    DISPATCHERS,
    DUTIES,
    LEAVES,
    OFFERS,
    STEWARDS,
    UNITS,
    Document,
    Kind,
    T,
    leave_of,
)
from services.dispatch.organisation.files import Organisation
from services.dispatch.organisation.places import PlaceIndex
from shared.kernel.units import UnitTree
from shared.runtime.clock import now

Mongo = Database[Document]
R = TypeVar("R")

REVISIONS, CURRENT = "organisation", "current"
COLLECTIONS = (*(kind.collection for kind in (UNITS, STEWARDS, DISPATCHERS, DUTIES, OFFERS)), LEAVES, REVISIONS)
DURABLE = WriteConcern(w="majority", j=True)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many units, stewards and so on a save touched, and how many it left as they were."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def ensure_indexes(db: Mongo) -> None:
    """Also makes the collections, which a transaction should find in place."""
    db[UNITS.collection].create_index([("polygon", GEOSPHERE)])
    db[UNITS.collection].create_index("parent")
    db[STEWARDS.collection].create_index("area")
    db[STEWARDS.collection].create_index("unit")
    db[DISPATCHERS.collection].create_index("unit")
    db[DUTIES.collection].create_index("unit")
    db[OFFERS.collection].create_index("unit")
    db[LEAVES].create_index("until")


def save_organisation(db: Mongo, organisation: Organisation) -> Changes:
    """Makes the database hold this organisation, in one transaction; saving it again changes nothing.

    Who is no longer in it is marked `retired`, never deleted, as orders refer to them.
    """
    ensure_indexes(db)

    def save(session: ClientSession) -> Changes:
        changes = _save(session, db, UNITS, organisation.units)
        changes += _save(session, db, STEWARDS, organisation.stewards)
        changes += _save(session, db, DISPATCHERS, organisation.dispatchers)
        changes += _save(session, db, DUTIES, organisation.duties)
        changes += _save(session, db, OFFERS, organisation.offers)
        if changes:
            raise_revision(db, session)
        return changes

    return in_transaction(db, save)


def load_directory(db: Mongo) -> Directory:
    """The organisation without the retired, as of one moment; before the first load nobody, nowhere."""
    with db.client.start_session(snapshot=True) as session:

        def load(kind: Kind[T]) -> list[T]:
            return [kind.item(found) for found in db[kind.collection].find({"retired": False}, session=session)]

        current = db[REVISIONS].find_one({"_id": CURRENT}, session=session)
        units = load(UNITS)
        not_over = db[LEAVES].find({"cancelled": False, "until": {"$gt": now()}}, session=session)
        return Directory(
            UnitTree(units),
            PlaceIndex(units),
            load(STEWARDS),
            current["number"] if current else 0,
            dispatchers=load(DISPATCHERS),
            duties=load(DUTIES),
            offers=load(OFFERS),
            leaves=map(leave_of, not_over),
        )


def revision(db: Mongo) -> int:
    """Grows by one with every save that changed something; 0 before the first.

    Read at majority, as snapshots are: else a revision could be seen whose changes are not to be seen yet.
    """
    current = db.get_collection(REVISIONS, read_concern=ReadConcern("majority")).find_one({"_id": CURRENT})
    return current["number"] if current else 0


def raise_revision(db: Mongo, session: ClientSession) -> None:
    """So that every instance takes up what has changed."""
    db[REVISIONS].update_one({"_id": CURRENT}, {"$inc": {"number": 1}}, upsert=True, session=session)


def in_transaction(db: Mongo, change: Callable[[ClientSession], R]) -> R:
    with db.client.start_session() as session:
        return session.with_transaction(change, ReadConcern("snapshot"), DURABLE)


def _save(session: ClientSession, db: Mongo, kind: Kind[T], items: Iterable[T]) -> Changes:
    wanted = {document["_id"]: document for document in map(kind.document, items)}
    stored = {document["_id"]: document for document in db[kind.collection].find({}, session=session)}
    added = wanted.keys() - stored.keys()
    changed = {key for key in wanted.keys() & stored.keys() if wanted[key] != stored[key]}
    removed = [key for key in stored.keys() - wanted.keys() if not stored[key]["retired"]]
    writes: Sequence[ReplaceOne[Document] | UpdateMany] = [
        *(ReplaceOne({"_id": key}, wanted[key], upsert=True) for key in sorted(added | changed)),
        *([UpdateMany({"_id": {"$in": removed}}, {"$set": {"retired": True}})] if removed else ()),
    ]
    if writes:
        db[kind.collection].bulk_write(writes, session=session)
    return Changes(len(added), len(changed), len(removed), len(wanted) - len(added) - len(changed))
