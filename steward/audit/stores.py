"""Reading the three stores side by side in the order of their case ids, in bounded memory."""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

from pymongo import ASCENDING, MongoClient
from pymongo.collection import Collection
from pymongo.read_concern import ReadConcern

from shared.runtime.mongo import TIMEOUT_MS
from steward.audit.documents import STORES, CaseDocuments
from steward.stack.addresses import Addresses
from steward.stack.users import AUDITOR

BATCH = 200
WITHOUT_PRIVATE = {"private": 0}
"""Personal data prove nothing, so an auditor does not read them."""


class Stores:
    """Reads what a majority has: what could still be rolled back is not there yet."""

    def __init__(self, client: MongoClient[dict[str, Any]]) -> None:
        self._collections: dict[str, Collection[dict[str, Any]]] = {
            store.service: client[store.service].get_collection(store.collection, read_concern=ReadConcern("majority"))
            for store in STORES
        }

    def unpublished(self) -> int:
        """Cases whose latest events may not be published."""
        waiting = {"unpublished": {"$exists": True}}
        return sum(collection.count_documents(waiting) for collection in self._collections.values())

    def cases(self) -> Iterator[CaseDocuments]:
        """Every case of any store, by case id."""
        streams = (self._stream(service) for service in self._collections)
        merged = heapq.merge(*streams, key=itemgetter(0))
        for case_id, entries in groupby(merged, key=itemgetter(0)):
            yield CaseDocuments(case_id, {service: document for _, service, document in entries})

    def case(self, case_id: str) -> CaseDocuments:
        found = {
            service: document
            for service, collection in self._collections.items()
            if (document := collection.find_one({"_id": case_id}, WITHOUT_PRIVATE))
        }
        return CaseDocuments(case_id, found)

    def _stream(self, service: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        documents = self._collections[service].find({}, WITHOUT_PRIVATE, batch_size=BATCH).sort("_id", ASCENDING)
        return ((document["_id"], service, document) for document in documents)


@contextmanager
def open_stores(addresses: Addresses) -> Iterator[Stores]:
    client: MongoClient[dict[str, Any]] = MongoClient(
        addresses.mongo_uri(AUDITOR), tz_aware=True, serverSelectionTimeoutMS=TIMEOUT_MS
    )
    with client:
        yield Stores(client)
