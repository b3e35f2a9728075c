"""Declares the topology of `shared.contracts.topology` on a broker.

Services may declare none of it themselves: they have no right to.
"""

from collections.abc import Iterator
from typing import Any

from kombu import Exchange, Queue
from kombu.entity import binding

from shared.contracts import topology
from shared.runtime.broker import connect

MILLISECONDS = 1000

# RabbitMQ 4 drops a message after 20 returned deliveries, also one that a person only looked at.
ENDLESS_DELIVERIES = 1_000_000


def declare_topology(amqp_uri: str) -> None:
    """Declare every exchange, queue and binding; what is there already stays as it is.

    Raises `amqp.PreconditionFailed` when a queue of the same name has other properties.
    """
    with connect(amqp_uri) as connection, connection.channel() as channel:
        for exchange in exchanges():
            exchange.declare(channel=channel)
        for queue in queues():
            queue.declare(channel=channel)


def exchanges() -> Iterator[Exchange]:
    yield rpc_exchange()
    yield reply_exchange()
    yield live_exchange()
    yield from map(events_exchange, topology.LOOP_SERVICES)
    yield from map(retry_exchange, topology.SERVICES)


def queues() -> Iterator[Queue]:
    for service in topology.SERVICES:
        yield inbox(service)
        yield from retry_ladder(service)
        yield dead_letters(service)
        yield rpc_queue(service)


def rpc_exchange() -> Exchange:
    return Exchange(topology.RPC_EXCHANGE, type="topic", durable=True)


def reply_exchange() -> Exchange:
    return Exchange(topology.REPLY_EXCHANGE, type="direct", durable=True)


def live_exchange() -> Exchange:
    """What it carries is worth nothing once it is late: nothing of it is kept."""
    return Exchange(topology.LIVE_EXCHANGE, type="fanout", durable=True)


def events_exchange(service: str) -> Exchange:
    return Exchange(topology.events_exchange(service), type="topic", durable=True)


def retry_exchange(service: str) -> Exchange:
    return Exchange(topology.retry_exchange(service), type="direct", durable=True)


def inbox(service: str) -> Queue:
    """The events that a service hears; what the broker gives up on goes to its dead letters."""
    return Queue(
        topology.inbox(service),
        bindings=[
            binding(events_exchange(source), routing_key=event_type)
            for source, event_types in topology.BINDINGS[service].items()
            for event_type in event_types
        ],
        queue_arguments={
            **quorum(topology.retry_exchange(service), topology.dead_letters(service)),
            "x-delivery-limit": topology.DELIVERY_LIMIT,
        },
    )


def retry_ladder(service: str) -> Iterator[Queue]:
    """Nobody consumes these: a message waits out its time and returns to the inbox."""
    for delay in topology.RETRY_DELAYS:
        name = topology.retry_queue(service, delay)
        arguments = quorum("", topology.inbox(service)) | {"x-message-ttl": delay * MILLISECONDS}
        yield Queue(name, retry_exchange(service), routing_key=name, queue_arguments=arguments)


def dead_letters(service: str) -> Queue:
    name = topology.dead_letters(service)
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": ENDLESS_DELIVERIES}
    return Queue(name, retry_exchange(service), routing_key=name, queue_arguments=arguments)


def rpc_queue(service: str) -> Queue:
    """As nameko names it, and as a stock nameko client calls it."""
    return Queue(topology.rpc_queue(service), rpc_exchange(), routing_key=f"{service}.*", durable=True)


def quorum(dead_letter_exchange: str, dead_letter_key: str) -> dict[str, Any]:
    """A replicated queue whose dead letters are confirmed before they leave it.

    At-least-once dead-lettering requires `reject-publish`.
    """
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": dead_letter_exchange,
        "x-dead-letter-routing-key": dead_letter_key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
