"""The bell: feed rings it when there is more to read. It is only an ear; what was missed is found by looking."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import eventlet
from eventlet.queue import Empty, Full, LightQueue
from kombu import Consumer, Exchange, Queue

from shared.contracts.topology import LIVE_EXCHANGE, live_queue
from shared.runtime.broker import connect
from shared.runtime.faults import BROKER_AWAY

HEARTBEAT = 10
PAUSE = 1.0
"""Seconds between two looks whether the broker is back."""


class Bell:
    def __init__(self, amqp_uri: str) -> None:
        self._amqp_uri = amqp_uri
        self._rung: LightQueue = LightQueue(1)
        self._listening: Any = None

    def wait(self, seconds: float) -> None:
        """Returns when it has rung since the last time, at the latest after so many seconds."""
        if not self._listening:
            self._listening = eventlet.spawn(self._listen)
        with suppress(Empty):
            self._rung.get(timeout=seconds)

    def silence(self) -> None:
        if self._listening:
            self._listening.kill()
            self._listening = None

    def _ring(self, _message: Any) -> None:
        with suppress(Full):
            self._rung.put_nowait(None)

    def _listen(self) -> None:
        while True:
            with suppress(*BROKER_AWAY):
                self._hear()
            eventlet.sleep(PAUSE)

    def _hear(self) -> None:
        connection = connect(self._amqp_uri, heartbeat=HEARTBEAT, connect_timeout=3)
        try:
            exchange = Exchange(LIVE_EXCHANGE, type="fanout", no_declare=True)
            queue = Queue(live_queue(str(uuid4())), exchange, exclusive=True, auto_delete=True)
            with Consumer(connection.channel(), [queue], on_message=self._ring, no_ack=True):
                while True:
                    with suppress(TimeoutError):
                        connection.drain_events(timeout=1)
                    connection.heartbeat_check()
        finally:
            connection.collect(socket_timeout=0.2)
