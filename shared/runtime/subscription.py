"""Subscription: a nameko entrypoint that hears events in batches and acks only what is durably applied.

An event that fails goes up the retry ladder and, at its end, to the dead letters; an infrastructure
fault pauses consuming with the batch in hand, which costs no attempt.
"""

import socket
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from logging import getLogger
from typing import Any

import eventlet
from eventlet import Timeout
from eventlet.event import Event
from kombu import Consumer, Queue
from nameko.extensions import Entrypoint

from shared.contracts.topology import inbox
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.broker import Connection, connect
from shared.runtime.clock import now
from shared.runtime.faults import BROKER_AWAY, is_infrastructure, is_mongo_away
from shared.runtime.ladder import Ladder
from shared.runtime.messages import Undecodable, decode
from shared.runtime.settings import read_settings
from shared.runtime.telemetry import metrics
from shared.runtime.telemetry.labels import event_type

_log = getLogger(__name__)

BATCH = 200
HEARTBEAT = 10
PAUSE = 0.5
"""Seconds between two looks whether the servers are back."""
IDLE = 1.0
GOODBYE = 1.0
"""Seconds that the broker has to read all that we have acked."""


class Subscription(Entrypoint):
    """The decorated method takes a list of notices and returns those that failed, with why."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._arrived: deque[Any] = deque()
        self._stopping = False
        self._stopped = Event()
        self.is_consuming = False

    def setup(self) -> None:
        self._amqp_uri = read_settings().amqp_uri
        self._ladder = Ladder(self.container.service_name, self._amqp_uri)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        """Returns once all that has come is applied and acked, or given back because a server is away."""
        self._stopping = True
        self._stopped.wait()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._consume()
            except BROKER_AWAY as fault:
                _log.warning("not consuming: %s", fault)
                eventlet.sleep(PAUSE)
        self._stopped.send()

    def _consume(self) -> None:
        self._arrived.clear()
        connection = connect(self._amqp_uri, heartbeat=HEARTBEAT, connect_timeout=3)
        try:
            queue = Queue(inbox(self.container.service_name), no_declare=True)
            channel = connection.channel()
            with Consumer(channel, [queue], on_message=self._arrived.append, prefetch_count=2 * BATCH):
                self.is_consuming = True
                while not self._stopping:
                    self._gather(connection)
                    if self._arrived:
                        self._work(connection)
            while self._arrived and self._work(connection):
                continue  # nothing more comes, and what has come need not come again
            with Timeout(GOODBYE, False):
                connection.release()
        finally:
            self.is_consuming = False
            connection.collect(socket_timeout=0.2)

    def _gather(self, connection: Connection) -> None:
        """At least one message if any comes within the idle time, and then whatever is there already."""
        with suppress(socket.timeout):
            if not self._arrived:
                connection.drain_events(timeout=IDLE)
            while len(self._arrived) < BATCH:
                connection.drain_events(timeout=0.001)
        connection.heartbeat_check()

    def _work(self, connection: Connection) -> bool:
        """False where a server is away while the process is to end: the broker gives the batch to another."""
        messages = [self._arrived.popleft() for _ in range(min(BATCH, len(self._arrived)))]
        while not self._applied(messages):
            self.is_consuming = False
            if self._stopping:
                return False
            eventlet.sleep(PAUSE)
            with suppress(socket.timeout):
                connection.drain_events(timeout=0.001)
            connection.heartbeat_check()
        messages[-1].channel.basic_ack(messages[-1].delivery_tag, multiple=True)
        self.is_consuming = True
        return True

    def _applied(self, messages: Sequence[Any]) -> bool:
        """Whether every message is applied, or safe on the ladder; False while a server is away."""
        try:
            self._apply(messages)
        except Exception as fault:
            if not is_infrastructure(fault):
                raise
            _log.warning("paused with %d events in hand: %s", len(messages), fault)
            return False
        return True

    def _apply(self, messages: Sequence[Any]) -> None:
        notices: list[Notice] = []
        origins: list[Any] = []
        broken: list[tuple[Any, str]] = []
        for message in messages:
            try:
                notices.append(decode(message.body, message.headers))
                origins.append(message)
            except Undecodable as error:
                broken.append((message, str(error)))
        failures = self._run_worker(notices) if notices else []
        self._ladder.bury(broken)
        self._ladder.retry([(origins[notices.index(notice)], error) for notice, error in failures])
        _count(notices, failures)

    def _run_worker(self, notices: list[Notice]) -> list[Failure]:
        """The method's own failures; if it raised, then all failed. Raises where MongoDB is away."""
        outcome = Event()

        def handle_result(_worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            outcome.send((result, exc_info))
            return result, exc_info

        self.container.spawn_worker(self, (notices,), {}, context_data={}, handle_result=handle_result)
        result, exc_info = outcome.wait()
        failures = [(notice, exc_info[1]) for notice in notices] if exc_info else result
        for _, error in failures:
            if is_mongo_away(error):
                raise error
        return list(failures)


def _count(notices: Sequence[Notice], failures: Sequence[Failure]) -> None:
    at = now()
    metrics.EVENT_BATCH_SIZE.observe(len(notices))
    failed = [notice for notice, _ in failures]
    for notice in notices:
        if notice not in failed:
            metrics.EVENTS_APPLIED.labels(notice.source, event_type(notice.type)).inc()
            metrics.EVENT_AGE_SECONDS.labels(notice.source).observe(max((at - notice.at).total_seconds(), 0))


subscribe = Subscription.decorator
