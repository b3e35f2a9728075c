"""Rule files in a service's own database, as they were accepted: one document a file, and the revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.read_concern import ReadConcern

from shared.runtime.mongo import Mongo
from shared.runtime.transactions import in_transaction

RULES = "rules"
REVISION = "revision"
"""The id of the document that counts changes; the names of files have a dot."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A `shared.contracts.files.File`: the readers of files on disk read it too."""

    name: str
    content: bytes

    def read_bytes(self) -> bytes:
        return self.content


def save_rule_files(db: Mongo, files: Mapping[str, bytes]) -> bool:
    """Stores the files in one transaction, and says whether any of them is new or changed.

    Only then the revision grows. Other files that are stored stay as they are.
    """

    def save(session: ClientSession) -> bool:
        stored = _contents(db[RULES], session)
        changed = {name: content for name, content in files.items() if stored.get(name) != content}
        for name, content in changed.items():
            db[RULES].replace_one({"_id": name}, {"content": content}, upsert=True, session=session)
        if changed:
            db[RULES].update_one({"_id": REVISION}, {"$inc": {"number": 1}}, upsert=True, session=session)
        return bool(changed)

    return in_transaction(db, save)


def load_rule_files(db: Mongo) -> Mapping[str, StoredFile]:
    """The files by name, as of one moment; none before the first save."""
    with db.client.start_session(snapshot=True) as session:
        return {name: StoredFile(name, content) for name, content in _contents(db[RULES], session).items()}


def rules_revision(db: Mongo) -> int:
    """Grows by one with every save that changed something; 0 before the first.

    Read at majority, as snapshots are: else a revision could be seen whose files are not to be seen yet.
    """
    rules = db.get_collection(RULES, read_concern=ReadConcern("majority"))
    found = rules.find_one({"_id": REVISION})
    return found["number"] if found else 0


def _contents(rules: Collection[dict[str, Any]], session: ClientSession) -> dict[str, bytes]:
    found = rules.find({"_id": {"$ne": REVISION}}, session=session)
    return {document["_id"]: document["content"] for document in found}
