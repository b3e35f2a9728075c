"""What a pipeline is to the benchmark: two processes, each with a queue before it and a collection behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amqp.exceptions import NotFound
from pymongo.collection import Collection

Documents = Collection[dict[str, Any]]

HOPS = ("hop 1", "hop 2")
"""The process that opens the order, and the one that expects the rating."""


@dataclass(frozen=True)
class Pipeline:
    name: str
    channel: Any
    pids: Mapping[str, int]
    """By hop."""
    exchange: str
    """Where its accepted reports are published."""
    inboxes: tuple[str, str]
    collections: tuple[Documents, Documents]

    def is_ready(self) -> bool:
        """Whether both processes consume."""
        return all(self._consumers(queue) for queue in self.inboxes)

    def holds(self, cases: int) -> bool:
        """Whether every case is in both collections, and no event waits in a document."""
        counts = [documents.estimated_document_count() for documents in reversed(self.collections)]
        return counts == [cases, cases] and not any(
            documents.count_documents({"unpublished": {"$exists": True}}, limit=1) for documents in self.collections
        )

    def sizes(self) -> list[int]:
        """Mean bytes of a document of either collection."""
        mean = [{"$group": {"_id": None, "bytes": {"$avg": {"$bsonSize": "$$ROOT"}}}}]
        return [round(row["bytes"]) for documents in self.collections for row in documents.aggregate(mean)]

    def publications(self) -> int:
        """Events in the histories of all cases: each was published once."""
        total = [{"$group": {"_id": None, "events": {"$sum": {"$size": "$history"}}}}]
        return sum(row["events"] for documents in self.collections for row in documents.aggregate(total))

    def clear(self) -> None:
        for queue in self.inboxes:
            self.channel.queue_purge(queue)
        for documents in self.collections:
            _renew(documents)

    def _consumers(self, queue: str) -> int:
        try:
            consumers: int = self.channel.queue_declare(queue, passive=True).consumer_count
        except NotFound:
            self.channel.open()
            return 0
        return consumers


def _renew(documents: Documents) -> None:
    """Empty, with the same indexes; deleting would leave the next run to read past what was deleted."""
    indexes = [dict(index) for index in documents.list_indexes() if index["name"] != "_id_"]
    documents.drop()
    documents.database.create_collection(documents.name)
    if indexes:
        documents.database.command("createIndexes", documents.name, indexes=indexes)
