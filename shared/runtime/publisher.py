"""Publishing many messages and waiting once for the broker to have them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from amqp import Message
from eventlet.semaphore import Semaphore

from shared.runtime.broker import Connection, connect
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.telemetry import metrics

CONFIRM_TIMEOUT = 3.0
"""Seconds that a service gives the broker; a frozen one would otherwise hold it until it thaws."""
PERSISTENT = 2


@dataclass(frozen=True, slots=True)
class Letter:
    exchange: str
    routing_key: str
    body: bytes
    headers: dict[str, Any]
    message_id: str


class ConfirmedPublisher:
    """One connection, opened when needed and dropped when in doubt. `patience`: seconds for the broker to confirm."""

    def __init__(self, amqp_uri: str, patience: float = CONFIRM_TIMEOUT) -> None:
        self._amqp_uri = amqp_uri
        self._patience = patience
        self._connection: Connection | None = None
        self._published = 0
        self._one_at_a_time = Semaphore()

    def publish(self, letters: Sequence[Letter]) -> set[int]:
        """Indexes of the letters that no queue took: nacked, or returned as unroutable.

        All others are confirmed. Raises an error of BROKER_AWAY where the broker is; then nothing is known.
        """
        with self._one_at_a_time:
            try:
                channel = self._channel()
                first_tag, self._published = self._published + 1, self._published + len(letters)
                with metrics.PUBLISH_SECONDS.time():
                    return _Pipeline(channel, letters, first_tag, self._patience).run()
            except BROKER_AWAY:
                self.close()
                raise

    def close(self) -> None:
        """`collect`, not `close`: a polite goodbye to a frozen broker would never return."""
        if self._connection:
            self._connection.collect(socket_timeout=0.2)
            self._connection = None

    def _channel(self) -> Any:
        if self._connection is None:
            self._connection = connect(self._amqp_uri, connect_timeout=self._patience)
            self._connection.default_channel.confirm_select()
            self._published = 0
        return self._connection.default_channel


class _Pipeline:
    """One round: everything out, then the confirms in."""

    def __init__(self, channel: Any, letters: Sequence[Letter], first_tag: int, patience: float) -> None:
        self._channel = channel
        self._letters = letters
        self._patience = patience
        self._index_by_tag = {first_tag + index: index for index in range(len(letters))}
        self._lost: set[int] = set()

    def run(self) -> set[int]:
        handlers = {"basic_ack": self._acked, "basic_nack": self._nacked, "basic_return": self._returned}
        for name, handler in handlers.items():
            self._channel.events[name] = {handler}
        for letter in self._letters:
            self._send(letter)
        self._wait()
        return self._lost

    def _send(self, letter: Letter) -> None:
        message = Message(
            letter.body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=PERSISTENT,
            message_id=letter.message_id,
            application_headers=letter.headers,
        )
        self._channel.basic_publish(message, letter.exchange, letter.routing_key, mandatory=True)

    def _wait(self) -> None:
        deadline = monotonic() + self._patience
        while self._index_by_tag:
            remaining = deadline - monotonic()
            if remaining <= 0:
                raise TimeoutError("the broker did not confirm in time")
            try:
                self._channel.connection.drain_events(timeout=remaining)
            except TimeoutError:
                continue

    def _acked(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _nacked(self, tag: int, multiple: bool) -> None:
        self._lost |= self._settle(tag, multiple)

    def _returned(self, _error: Exception, _exchange: str, _routing_key: str, message: Any) -> None:
        """A returned message is acked as well, right after."""
        returned = message.properties.get("message_id")
        self._lost |= {index for index, letter in enumerate(self._letters) if letter.message_id == returned}

    def _settle(self, tag: int, multiple: bool) -> set[int]:
        tags = [known for known in self._index_by_tag if known <= tag] if multiple else [tag]
        return {self._index_by_tag.pop(known) for known in tags if known in self._index_by_tag}
