"""Reference data in a service's own database: one document a thing, and one revision that counts changes.

It is saved whole, in one transaction. What is no longer in it is marked `retired`, never deleted, as cases
refer to it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Generic, TypeVar

from pymongo import IndexModel, ReplaceOne, UpdateMany
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern

from shared.runtime.mongo import Mongo
from shared.runtime.transactions import in_transaction

Document = dict[str, Any]
T = TypeVar("T")

REVISIONS, CURRENT = "organisation", "current"
"""The collection and its one document that counts changes."""


@dataclass(frozen=True, eq=False)
class Kind(Generic[T]):
    """`key` is the attribute that becomes `_id`.

    `write` makes of what a field holds what is stored, `read` the other way round.
    """

    collection: str
    of: type[T]
    key: str
    read: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    write: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    indexes: Sequence[IndexModel] = ()

    def document(self, item: T) -> Document:
        values = {name: self._stored(name, getattr(item, name)) for name in self._fields() if name != self.key}
        return {"_id": getattr(item, self.key), **values, "retired": False}

    def item(self, found: Mapping[str, Any]) -> T:
        """Raises ValueError for a document that an older version wrote: the files have to be loaded again."""
        if missing := [name for name in self._fields() if name != self.key and name not in found]:
            raise ValueError(f"{self.collection} {found['_id']} has no {', '.join(missing)}")
        values = {name: found["_id" if name == self.key else name] for name in self._fields()}
        return self.of(**values | {name: read(values[name]) for name, read in self.read.items()})

    def _fields(self) -> list[str]:
        return [each.name for each in fields(self.of)]  # type: ignore[arg-type]

    def _stored(self, name: str, value: Any) -> Any:
        if name in self.write:
            return self.write[name](value)
        if isinstance(value, Enum):
            return value.value
        return sorted(value) if isinstance(value, frozenset) else value


@dataclass(frozen=True, slots=True)
class Changes:
    """How many things a save touched, and how many it left as they were."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def ensure_indexes(db: Mongo, kinds: Iterable[Kind[Any]]) -> None:
    """Also makes the collections, which a transaction should find in place."""
    for kind in kinds:
        db[kind.collection].create_indexes([*kind.indexes])


def save(db: Mongo, whole: Mapping[Kind[Any], Iterable[Any]]) -> Changes:
    """Makes the database hold just these things of these kinds, in one transaction; again, it changes nothing."""
    ensure_indexes(db, whole)

    def save_all(session: ClientSession) -> Changes:
        changes = sum((_save(session, db, kind, items) for kind, items in whole.items()), Changes())
        if changes:
            raise_revision(db, session)
        return changes

    return in_transaction(db, save_all)


def load(db: Mongo, session: ClientSession, kind: Kind[T]) -> list[T]:
    """All that are not retired. In a snapshot session what is loaded belongs together."""
    return [kind.item(found) for found in db[kind.collection].find({"retired": False}, session=session)]


def revision(db: Mongo, session: ClientSession | None = None) -> int:
    """Grows by one with every save that changed something; 0 before the first.

    Read at majority, as snapshots are: else a revision could be seen whose changes are not to be seen yet.
    """
    revisions = db[REVISIONS] if session else db.get_collection(REVISIONS, read_concern=ReadConcern("majority"))
    current = revisions.find_one({"_id": CURRENT}, session=session)
    return current["number"] if current else 0


def raise_revision(db: Mongo, session: ClientSession) -> None:
    """So that every instance takes up what has changed."""
    db[REVISIONS].update_one({"_id": CURRENT}, {"$inc": {"number": 1}}, upsert=True, session=session)


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
