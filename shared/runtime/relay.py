"""The relay: publishes what the journal wrote, and marks it published.

Fire and forget for whoever sends: what cannot be published now stays marked in its document, and the
sweeper brings it again. So a crash or an absent broker costs a duplicate or a delay, never an event.
"""

from collections.abc import Callable, Iterable, Sequence
from logging import getLogger
from time import time_ns
from typing import Any

import eventlet
from eventlet.event import Event as Signal
from pymongo.collection import Collection

from shared.contracts.topology import events_exchange
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.marks import Marks
from shared.runtime.messages import Publication, encode, message_id
from shared.runtime.publisher import ConfirmedPublisher, Letter
from shared.runtime.telemetry import metrics
from shared.runtime.tracing.steps import trace_published

_log = getLogger(__name__)

LARGEST_BATCH = 500
CLEAR_AFTER = 0.1
"""Seconds that marks gather before they are cleared in one write."""


class Relay:
    def __init__(self, service: str, amqp_uri: str, collection: Collection[dict[str, Any]]) -> None:
        self.service = service
        self._publisher = ConfirmedPublisher(amqp_uri)
        self.marks = Marks(collection)
        self._waiting: list[Publication] = []
        self._arrived = Signal()
        self._publishing = False

    def start(self, spawn: Callable[[Callable[[], None]], object]) -> None:
        """`spawn` runs a function for as long as the process lives."""
        spawn(self._run)
        spawn(self._clear_regularly)

    def drain(self, patience: float) -> None:
        """Wait, at most `patience` seconds, until everything sent so far is published and marked so."""
        with eventlet.Timeout(patience, False):
            while self._waiting or self._publishing or not self.marks.are_clear:
                eventlet.sleep(0.02)

    def send(self, publications: Iterable[Publication]) -> None:
        self._waiting.extend(publications)
        if not self._arrived.ready():
            self._arrived.send()

    def publish(self, publications: Sequence[Publication]) -> None:
        """Publish now; marks as published the cases of which the broker took everything.

        Raises an error of BROKER_AWAY.
        """
        begun = time_ns()
        lost = self._publisher.publish([self._letter(publication) for publication in publications])
        trace_published(self.service, publications, begun, lost)
        stuck = {publications[index].case_id for index in lost}
        if stuck:
            _log.warning("%d events were not taken by any queue; the sweeper will try again", len(lost))
        _count(publications, lost)
        for publication in publications:
            if publication.case_id not in stuck:
                self.marks.note(publication.case_id, publication.event.sequence)

    def _letter(self, publication: Publication) -> Letter:
        body, headers = encode(self.service, publication)
        event_type = publication.event.type
        return Letter(
            events_exchange(self.service),
            event_type,
            body,
            headers,
            message_id(self.service, publication),
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
            self.marks.clear()


def _count(publications: Sequence[Publication], lost: set[int]) -> None:
    metrics.EVENTS_UNROUTED.inc(len(lost))
    for index, publication in enumerate(publications):
        if index not in lost:
            metrics.EVENTS_PUBLISHED.labels(publication.event.type).inc()
