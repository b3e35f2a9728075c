"""The relay: publishes what the journal wrote, and marks it published.

Fire and forget for whoever sends: what cannot be published now stays marked in its document, and the
sweeper brings it again. So a crash or an absent broker costs a duplicate or a delay, never an event.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from logging import getLogger
from typing import Any

import eventlet
from eventlet.event import Event as Signal
from pymongo import UpdateMany, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from shared.contracts.topology import events_exchange, has_listener
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.messages import Publication, encode, message_id
from shared.runtime.publisher import ConfirmedPublisher, Letter

_log = getLogger(__name__)

LARGEST_BATCH = 500
CLEAR_AFTER = 0.1
"""Seconds that marks gather before they are cleared in one unacknowledged-by-disk write: a lost clear only
makes the sweeper publish once more."""


class Relay:
    def __init__(self, service: str, amqp_uri: str, collection: Collection[dict[str, Any]]) -> None:
        self._service = service
        self._publisher = ConfirmedPublisher(amqp_uri)
        self._marks = collection.with_options(write_concern=WriteConcern(w=1, j=False))
        self._waiting: list[Publication] = []
        self._arrived = Signal()
        self._published: dict[str, int] = {}
        self._publishing = False

    def start(self, spawn: Callable[[Callable[[], None]], object]) -> None:
        """`spawn` runs a function for as long as the process lives."""
        spawn(self._run)
        spawn(self._clear_regularly)

    def drain(self, patience: float) -> None:
        """Wait, at most `patience` seconds, until everything sent so far is published and marked so."""
        with eventlet.Timeout(patience, False):
            while self._waiting or self._publishing or self._published:
                eventlet.sleep(0.02)

    def send(self, publications: Iterable[Publication]) -> None:
        self._waiting.extend(publications)
        if not self._arrived.ready():
            self._arrived.send()

    def publish(self, publications: Sequence[Publication]) -> None:
        """Publish now; marks as published the cases of which the broker took everything.

        Raises an error of BROKER_AWAY.
        """
        lost = self._publisher.publish([self._letter(publication) for publication in publications])
        stuck = {publications[index].case_id for index in lost}
        if stuck:
            _log.warning("%d events were not taken by any queue; the sweeper will try again", len(lost))
        for publication in publications:
            if publication.case_id not in stuck:
                self._published[publication.case_id] = publication.event.sequence

    def _letter(self, publication: Publication) -> Letter:
        body, headers = encode(self._service, publication)
        event_type = publication.event.type
        return Letter(
            events_exchange(self._service),
            event_type,
            body,
            headers,
            message_id(self._service, publication),
            mandatory=has_listener(self._service, event_type),
        )

    def _run(self) -> None:
        while True:
            self._arrived.wait()
            self._arrived = Signal()
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                self._publish_or_leave(batch)

    def _publish_or_leave(self, batch: Sequence[Publication]) -> None:
        self._publishing = True
        try:
            self.publish(batch)
        except BROKER_AWAY as fault:
            _log.warning("broker away (%s): %d events wait in the outbox", fault, len(batch) + len(self._waiting))
            self._waiting.clear()
        finally:
            self._publishing = False

    def _clear_regularly(self) -> None:
        while True:
            eventlet.sleep(CLEAR_AFTER)
            published, self._published = self._published, {}
            if published:
                self._clear(published)

    def _clear(self, published: Mapping[str, int]) -> None:
        """Only where the version is still the one published: a later step has its own events to publish."""
        by_version: dict[int, list[str]] = defaultdict(list)
        for case_id, version in published.items():
            by_version[version].append(case_id)
        clears = [
            UpdateMany({"_id": {"$in": case_ids}, "version": version}, {"$unset": {"unpublished": ""}})
            for version, case_ids in by_version.items()
        ]
        try:
            self._marks.bulk_write(clears, ordered=False)
        except PyMongoError as fault:
            _log.warning("marks of %d published cases stay for the sweeper (%s)", len(published), fault)
