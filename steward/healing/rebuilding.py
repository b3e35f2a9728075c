"""A document built again from its history, by the very code that wrote it, and compared with what is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.read_concern import ReadConcern

from shared.runtime.clock import now
from shared.runtime.documents import from_document
from shared.runtime.journal import MongoCases
from shared.runtime.mongo import DURABLE, Mongo

ABSENT = object()
WITHOUT_PRIVATE = {"private": 0}
"""Personal data are in no history: they can neither be compared nor be lost by a repair."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`stored` and `told` have the fields that differ, `told` as the history says; ABSENT where there is none.

    `events`: how many the history has. `is_whole`: whether it has each from the first on; else it proves nothing.
    """

    case_id: str
    version: int
    events: int
    is_whole: bool
    stored: Mapping[str, Any]
    told: Mapping[str, Any]

    @property
    def lost(self) -> dict[str, Any]:
        """What a repair overwrites, as it was stored."""
        return {name: value for name, value in self.stored.items() if value is not ABSENT}


class Rebuilder:
    def __init__(self, db: Mongo, journal: type[MongoCases[Any]]) -> None:
        self.journal = journal
        self._collection: Collection[dict[str, Any]] = db.get_collection(
            journal.collection_name, write_concern=DURABLE, read_concern=ReadConcern("majority")
        )

    def count(self, case_id: str | None = None) -> int:
        return 1 if case_id else self._collection.estimated_document_count()

    def look(self, case_id: str | None = None) -> Iterator[Difference | None]:
        """One for each case, in the order of their ids; None where it is as its history says."""
        wanted = {"_id": case_id} if case_id else {}
        for document in self._collection.find(wanted, WITHOUT_PRIVATE).sort("_id", ASCENDING):
            yield difference(self.journal, document)

    def repair(self, found: Difference) -> bool:
        """Whether the document is now as its history says; False where it has moved on meanwhile, or cannot be."""
        if not found.is_whole:
            return False
        guard = {"_id": found.case_id, "version": found.version, "history": {"$size": found.events}}
        return self._collection.update_one(guard, self._change(found.told)).matched_count == 1

    def _change(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """A repair is a change like any other for whoever looks at what changed."""
        gone = {name: "" for name, value in told.items() if value is ABSENT}
        mark = {self.journal.mark: now()} if self.journal.mark else {}
        fields = {name: value for name, value in told.items() if value is not ABSENT} | mark
        return ({"$set": fields} if fields else {}) | ({"$unset": gone} if gone else {})


def difference(journal: type[MongoCases[Any]], document: Mapping[str, Any]) -> Difference | None:
    """None where the document is as its history says."""
    case = from_document(journal.case_type, document)
    rebuilt = journal.case_type.replay(case.case_id, case.history)
    stored, told = _fields(case), _fields(rebuilt)
    names = [name for name in stored | told if stored.get(name, ABSENT) != told.get(name, ABSENT)]
    is_whole = [event.sequence for event in case.history] == list(range(1, len(case.history) + 1)) != []
    if is_whole and not names:
        return None
    return Difference(
        case.case_id,
        case.version,
        len(case.history),
        is_whole,
        {name: stored.get(name, ABSENT) for name in names},
        {name: told.get(name, ABSENT) for name in names},
    )


def _fields(case: Any) -> dict[str, Any]:
    return {"state": case.state, "version": case.version, **case.facts}
