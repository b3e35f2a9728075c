"""The journal: one document per case, one guarded, majority-journaled write per step.

The history in the document is the outbox, the watermarks in it are the inbox. After the write the
events go to the relay; `unpublished` says from which sequence on they may not have gone out yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from time import time_ns
from typing import Any, ClassVar, Generic, TypeVar

from pymongo import IndexModel
from pymongo.collection import Collection

from shared.kernel.case import Case
from shared.kernel.listing import Listing, Page
from shared.runtime.clock import now
from shared.runtime.documents import from_document, to_update
from shared.runtime.group_commit import GroupCommit
from shared.runtime.messages import Publication
from shared.runtime.mongo import DURABLE
from shared.runtime.pages import read_page
from shared.runtime.relay import Relay
from shared.runtime.telemetry.vitals import Due
from shared.runtime.tracing.steps import trace_steps

C = TypeVar("C", bound=Case)


class MongoCases(Generic[C]):
    """`shared.kernel.ports.Cases` on a MongoDB collection; each service adds its queries and indexes."""

    case_type: type[C]
    collection_name: ClassVar[str]
    indexes: ClassVar[Sequence[IndexModel]] = ()
    mark: ClassVar[str | None] = None
    """A field beside the facts that is set to the moment of every step, for whoever has to look at what changed."""
    timers: ClassVar[Mapping[str, Due]] = {}
    open_states: ClassVar[frozenset[str]] = frozenset()
    """What its vital signs are read by; an index begins with the state."""

    def __init__(self, collection: Collection[dict[str, Any]], relay: Relay) -> None:
        self.collection = collection
        self._group_commit = GroupCommit(collection.with_options(write_concern=DURABLE))
        self._relay = relay

    def is_reachable(self) -> bool:
        """Raises PyMongoError where the server is away."""
        return bool(self.collection.database.command("ping")["ok"])

    def blank(self, case_id: str) -> C:
        return self.case_type(case_id)

    def load(self, case_id: str) -> C | None:
        document = self.collection.find_one({"_id": case_id})
        return from_document(self.case_type, document) if document else None

    def load_many(self, case_ids: Iterable[str]) -> dict[str, C]:
        found = self.collection.find({"_id": {"$in": list(case_ids)}}, {"history": 0, "private": 0})
        return {document["_id"]: from_document(self.case_type, document) for document in found}

    def page(self, listing: Listing, after: str | None, limit: int) -> Page[C]:
        """Raises Invalid for a cursor that is none of this list's."""
        documents, next_page = read_page(self.collection, listing, after, limit)
        return Page([from_document(self.case_type, document) for document in documents], next_page)

    def commit(self, cases: Sequence[C]) -> set[str]:
        """Durable when it returns; ids of lost races. Raises PyMongoError where the server is away."""
        changed = [case for case in cases if case.changed]
        if not changed:
            return set()
        at, begun = now(), time_ns()
        written = self._group_commit.save([to_update(case, at, self.mark) for case in changed])
        for case, is_written in zip(changed, written, strict=True):
            if is_written:
                publications = [Publication(case.case_id, event, snapshot) for event, snapshot in case.outgoing]
                trace_steps(self._relay.service, publications, begun)
                self._relay.send(publications)
        return {case.case_id for case, is_written in zip(changed, written, strict=True) if not is_written}
