"""A second consumer of an inbox, which keeps what it gets for a while and sends it on late and in another order."""

import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from random import Random
from typing import Any

from kombu import Consumer, Queue

from shared.contracts.topology import RETRY_DELAYS, inbox, retry_exchange, retry_queue
from shared.runtime.broker import connect
from steward.stack import Stack

TURN = 0.05
"""Seconds that each inbox is listened to at a time."""


def lead_astray(stack: Stack, services: Sequence[str], seconds: float, random: Random) -> None:
    """About every other event: the broker shares them out. They come back by the shortest rung of the ladder."""
    with ExitStack() as open_ones:
        connections = {
            service: open_ones.enter_context(
                connect(stack.addresses.amqp_uri(service), transport_options={"confirm_publish": True})
            )
            for service in services
        }
        kept: dict[str, list[Any]] = {service: [] for service in services}
        for service, connection in connections.items():
            queue = Queue(inbox(service), no_declare=True)
            open_ones.enter_context(Consumer(connection.channel(), [queue], on_message=kept[service].append))
        _listen(list(connections.values()), time.monotonic() + seconds)
        for service, messages in kept.items():
            _send_on(connections[service], service, random.sample(messages, len(messages)))


def _listen(connections: Sequence[Any], until: float) -> None:
    while time.monotonic() < until:
        for connection in connections:
            with suppress(TimeoutError):
                connection.drain_events(timeout=TURN)


def _send_on(connection: Any, service: str, messages: Sequence[Any]) -> None:
    """Each is confirmed where it waits before it is acked where it was."""
    producer = connection.Producer()
    for message in messages:
        producer.publish(
            message.body,
            exchange=retry_exchange(service),
            routing_key=retry_queue(service, RETRY_DELAYS[0]),
            headers=message.headers,
            content_type=message.content_type,
            content_encoding=message.content_encoding,
            message_id=message.properties.get("message_id"),
            delivery_mode=2,
        )
        message.ack()
