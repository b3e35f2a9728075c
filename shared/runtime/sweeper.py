"""The sweeper: publishes again what a crash, or an absent broker, left unpublished."""

from datetime import datetime, timedelta
from logging import getLogger
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection

from shared.kernel.case import Case
from shared.runtime.clock import now
from shared.runtime.documents import event_from_document
from shared.runtime.faults import is_infrastructure
from shared.runtime.messages import Publication
from shared.runtime.relay import Relay

_log = getLogger(__name__)

GRACE = timedelta(seconds=5)
"""Younger marks belong to a writer that is about to clear them."""
BATCH = 200


def _left_over(at: datetime) -> dict[str, Any]:
    """Marks older than the grace, and those of the future: a clock that was ahead has set them, and may be gone."""
    return {"$or": [{"unpublished.at": {"$lt": at - GRACE}}, {"unpublished.at": {"$gt": at + GRACE}}]}


class Sweeper:
    """Any number of instances may sweep: each claims a document by moving its mark's time."""

    def __init__(self, case_type: type[Case], collection: Collection[dict[str, Any]], relay: Relay) -> None:
        self._case_type = case_type
        self._collection = collection
        self._relay = relay

    def sweep(self) -> None:
        """Until nothing is left over, or a server is away."""
        try:
            while claimed := self._claim(now()):
                publications = [publication for document in claimed for publication in self._outbox(document)]
                _log.info("sweeping %d cases, %d events", len(claimed), len(publications))
                self._relay.publish(publications)
        except Exception as fault:
            if not is_infrastructure(fault):
                raise
            _log.warning("sweep postponed: %s", fault)

    def _claim(self, at: datetime) -> list[dict[str, Any]]:
        due = self._collection.find(_left_over(at), {"unpublished": 1}).sort("unpublished.at", ASCENDING).limit(BATCH)
        claims = ({"_id": found["_id"], "unpublished": found["unpublished"]} for found in due)
        taken = (
            self._collection.find_one_and_update(
                claim, {"$set": {"unpublished.at": at}}, {"history": 1, "unpublished": 1}
            )
            for claim in claims
        )
        return [document for document in taken if document]

    def _outbox(self, document: dict[str, Any]) -> list[Publication]:
        history = [event_from_document(event) for event in document["history"]]
        case = self._case_type(document["_id"])
        return [
            Publication(case.case_id, event, snapshot)
            for event, snapshot in case.replaying(history)
            if event.sequence > document["unpublished"]["after"]
        ]
