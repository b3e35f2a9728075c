"""nameko's consumer of calls and replies, that lets nothing fall: not at a fault of the broker, and not when it ends.

nameko cancels its consumers and closes the connection while workers still run. What they ack after that is not acked,
and comes again to another process, at every restart. This one closes it only once everything in hand is acked.
"""

from logging import getLogger
from time import monotonic
from typing import Any

import eventlet
from eventlet import Timeout
from eventlet.event import Event
from kombu import pools
from nameko.constants import DEFAULT_TRANSPORT_OPTIONS, HEARTBEAT_CONFIG_KEY
from nameko.extensions import ProviderCollector
from nameko.messaging import QueueConsumer, QueueConsumerStopped

from shared.runtime.broker import Connection, address, connect
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.settings import read_settings

_log = getLogger(__name__)

LOOK = 0.25
"""Seconds between two looks whether to end, where nothing comes."""
HEARTBEAT = 1.0
"""Seconds between two looks whether the broker has to be told that we live."""
GOODBYE = 1.0
"""Seconds that the broker has to take leave of us."""


class PatientQueueConsumer(QueueConsumer):
    """Connects as the settings say: nameko's own configuration knows neither secrets in files nor authorities."""

    _gt: Any
    _pending_remove_providers: dict[Any, Event]
    is_consuming = False
    is_ending = False
    """No more is taken: what came but was not begun goes back, for another process."""

    def __init__(self) -> None:
        super().__init__()
        self._in_hand: set[Any] = set()
        self._alive_at = 0.0

    @property
    def amqp_uri(self) -> str:
        return address(read_settings().amqp_uri)

    @property
    def connection(self) -> Connection:
        return connect(
            read_settings().amqp_uri,
            heartbeat=self.container.config[HEARTBEAT_CONFIG_KEY],
            transport_options=DEFAULT_TRANSPORT_OPTIONS,
        )

    def handle_message(self, provider: Any, body: Any, message: Any) -> None:
        if not provider.queue.no_ack:
            self._in_hand.add(message)
        super().handle_message(provider, body, message)

    def ack_message(self, message: Any) -> None:
        """A dead socket is no reason to die: the broker gives the message again."""
        try:
            super().ack_message(message)
        except BROKER_AWAY as fault:
            _log.warning("ack lost: %s", fault)
        finally:
            self._in_hand.discard(message)

    def requeue_message(self, message: Any) -> None:
        try:
            super().requeue_message(message)
        except BROKER_AWAY as fault:
            _log.warning("given back by a lost connection: %s", fault)
        finally:
            self._in_hand.discard(message)

    def on_decode_error(self, message: Any, error: Exception) -> None:
        """Bodies are never logged: they may hold personal data."""
        _log.warning("undecodable RPC message dropped: %s", type(error).__name__)
        self.ack_message(message)

    def wait_until_all_is_acked(self) -> None:
        while self._in_hand:
            eventlet.sleep(0.01)

    def unregister_provider(self, provider: Any) -> None:
        """Returns once nothing more comes for it."""
        self.is_ending = True
        if self._consumers_ready.ready() and not self.is_consuming:
            self._gt.kill(QueueConsumerStopped())  # else it waits for the broker, however long that is away
            ProviderCollector.unregister_provider(self, provider)
        else:
            super().unregister_provider(provider)

    def stop(self) -> None:
        super().stop()
        with Timeout(GOODBYE, False):
            pools.reset()  # where answers went out, on connections that others may have left unread

    def run(self) -> None:
        try:
            super().run()
        except QueueConsumerStopped:
            if not self._consumers_ready.ready():
                raise  # whoever starts it is told
        for removed in self._pending_remove_providers.values():
            removed.send()

    def consume(self, limit: Any = None, timeout: Any = None, safety_interval: float = LOOK, **kwargs: Any) -> Any:
        return super().consume(limit, timeout, safety_interval, **kwargs)

    def on_iteration(self) -> None:
        self._say_that_it_lives()
        self._cancel_consumers_if_requested()
        if not self._consumers and not self._in_hand:
            self.should_stop = True

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **kwargs: Any) -> None:
        self.is_consuming = True
        self._broker = connection
        super().on_consume_ready(connection, channel, consumers, **kwargs)

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        self.is_consuming = False
        if self.is_ending:
            raise QueueConsumerStopped
        super().on_connection_error(exc, interval)

    def _say_that_it_lives(self) -> None:
        """kombu does so only where nothing comes for a while. Who hears without a pause, and has nothing to ack, is
        given up by the broker then."""
        if monotonic() - self._alive_at >= HEARTBEAT:
            self._alive_at = monotonic()
            self._broker.heartbeat_check()
