"""The dead letters of a service, looked through by one person at a time: what is not taken out lies there as before.

A queue of RabbitMQ can only be looked into by taking messages into one's hands. All that are still in hand when the
connection ends, in whatever way, return to where they lay. Each such return counts as a delivery, of which these
queues allow a million.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from amqp.exceptions import ResourceLocked

from shared.contracts.topology import dead_letters, dead_letters_lock
from shared.runtime.broker import connect
from steward.healing.filters import Filter
from steward.healing.letters import DeadLetter
from steward.stack.waiting import wait_until

MOST = 50_000
"""Letters in hand at once, of the 65,535 that AMQP can name; more are behind them."""
PATIENCE = 10.0
"""Seconds to wait for whoever is at the letters, and for the broker to hand them over."""
HEARTBEAT = 30
HEADERS = "application_headers"

Found = tuple[int, DeadLetter]
"""A letter in hand, after the number by which the broker knows it there."""


class DeadLetterQueue:
    """Of one service, while nobody else is at it."""

    def __init__(self, connection: Any, service: str) -> None:
        self.service = service
        self._name = dead_letters(service)
        self._connection = connection
        self._channel = self._new_channel()
        self._taken: set[str] = set()

    def meant(self, wanted: Filter) -> Iterator[Found]:
        """Those that lie there now, the first to come first."""
        return (found for found in self._look() if wanted.matches(found[1]))

    def take_out(self, found: Iterable[Found]) -> None:
        """They are gone once this queue is closed without an error."""
        for number, letter in found:
            self._channel.basic_ack(number)
            self._taken.add(letter.copy_id)
        self._connection.heartbeat_check()

    def make_sure(self) -> None:
        """Until nothing of what was taken out is left.

        No broker confirms an acknowledgement, and those that are on their way when their channel ends are lost:
        of a hundred at once, the last thirty were.
        """
        while self._taken:
            self._channel.close()
            self._channel = self._new_channel()
            left = [found for found in self._look() if found[1].copy_id in self._taken]
            self._taken.clear()
            self.take_out(left)

    def _new_channel(self) -> Any:
        """Once everything that another channel had in hand lies in the queue again."""
        channel = self._connection.channel()
        channel.auto_decode = False  # a body is bytes, whatever its sender says that it is
        declare = partial(channel.queue_declare, self._name, passive=True)
        wait_until(lambda: declare().consumer_count == 0, PATIENCE, f"{self._name}: 仍在他人手中 still in use")
        return channel

    def _look(self) -> Iterator[Found]:
        """What comes while one looks is not looked at: it may be what was just sent back."""
        arrived = deque[Any]()
        depth = self._channel.queue_declare(self._name, passive=True).message_count
        self._channel.basic_qos(0, MOST, False)
        self._channel.basic_consume(self._name, callback=arrived.append)
        for _ in range(min(depth, MOST)):
            while not arrived:
                self._connection.drain_events(timeout=PATIENCE)
            message = arrived.popleft()
            properties = {key: value for key, value in message.properties.items() if key != HEADERS}
            body = message.body or b""  # of a message without one it is text
            yield message.delivery_tag, DeadLetter(self.service, body, message.headers or {}, properties)


@contextmanager
def opened(amqp_uri: str, service: str) -> Iterator[DeadLetterQueue]:
    """Raises StackError while somebody else is at these letters."""
    busy = f"{service}: 另有人正在处理 somebody else is at the dead letters; try again when they have done"
    with connect(amqp_uri, heartbeat=HEARTBEAT, connect_timeout=PATIENCE) as connection:
        wait_until(lambda: _is_ours(connection, service), PATIENCE, busy)
        queue = DeadLetterQueue(connection, service)
        yield queue
        queue.make_sure()


def _is_ours(connection: Any, service: str) -> bool:
    """From now on until the connection ends, however it does."""
    try:
        connection.channel().queue_declare(dead_letters_lock(service), exclusive=True)
    except ResourceLocked:
        return False
    return True
