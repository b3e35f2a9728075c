"""The broker as operators look at it: made of what it tells now and what it told before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.topology import (
    GATEWAY,
    LOOP_SERVICES,
    RETRY_DELAYS,
    SERVICES,
    dead_letters,
    events_exchange,
    inbox,
    reply_queue,
    retry_queue,
    rpc_queue,
)
from shared.operations.management import BrokerReading, NodeReading, QueueReading
from shared.operations.memory import Age, Meter, Trend, Waiting


@dataclass(frozen=True, slots=True)
class Line:
    """A queue watched closely: messages now, and events a minute; what comes by the ladder is not `arriving`."""

    ready: int
    unacked: int
    consumers: int
    arriving: float | None
    applied: float | None
    trend: tuple[int, ...]
    oldest: Age | None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Of one service; None where the broker does not tell.

    `retries`: seconds of a rung → messages that wait there; `calls`: RPC calls that wait or are being answered.
    """

    service: str
    inbox: Line | None
    retries: Mapping[int, int | None]
    dead: Line | None
    calls: int | None


@dataclass(frozen=True, slots=True)
class Presence:
    """`instances` that the broker serves, and how many connections they hold; `since` the oldest of these."""

    instances: int
    connections: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class BrokerFigures:
    """`told`: events a minute by the service that tells them."""

    nodes: tuple[NodeReading, ...]
    queues: tuple[QueueFigures, ...]
    present: Mapping[str, Presence]
    told: Mapping[str, float | None]

    def arriving(self, service: str) -> float | None:
        """Events a minute that come to its inbox."""
        line = next(queues.inbox for queues in self.queues if queues.service == service)
        return line.arriving if line else None


class LineMemory:
    def __init__(self) -> None:
        self._arrived, self._applied, self._trend, self._waiting = Meter(), Meter(), Trend(), Waiting()

    def note(self, at: datetime, queue: QueueReading) -> Line:
        self._arrived.note(at, queue.published)
        self._applied.note(at, queue.acked)
        self._trend.note(at, queue.depth)
        self._waiting.note(at, queue.acked, queue.depth)
        return Line(
            queue.ready,
            queue.unacked,
            queue.consumers,
            self._arrived.per_minute(),
            self._applied.per_minute(),
            self._trend.points(),
            self._waiting.oldest(),
        )


class BrokerMemory:
    """What was read before, as far as it is needed to understand what is read now."""

    def __init__(self) -> None:
        self._lines: dict[str, LineMemory] = defaultdict(LineMemory)
        self._told: dict[str, Meter] = defaultdict(Meter)

    def note(self, at: datetime, reading: BrokerReading) -> BrokerFigures:
        for service in LOOP_SERVICES:
            self._told[service].note(at, reading.published.get(events_exchange(service), 0))
        return BrokerFigures(
            reading.nodes,
            tuple(self._figures(at, service, reading.queues) for service in SERVICES),
            {process: _presence(process, reading) for process in (*SERVICES, GATEWAY)},
            {service: meter.per_minute() for service, meter in self._told.items()},
        )

    def _figures(self, at: datetime, service: str, queues: Mapping[str, QueueReading]) -> QueueFigures:
        return QueueFigures(
            service,
            self._line(at, inbox(service), queues),
            {delay: _depth(queues.get(retry_queue(service, delay))) for delay in RETRY_DELAYS},
            self._line(at, dead_letters(service), queues),
            _depth(queues.get(rpc_queue(service))),
        )

    def _line(self, at: datetime, name: str, queues: Mapping[str, QueueReading]) -> Line | None:
        return self._lines[name].note(at, queues[name]) if name in queues else None


def _depth(queue: QueueReading | None) -> int | None:
    return queue.depth if queue else None


def _presence(process: str, reading: BrokerReading) -> Presence:
    """A service is there where it takes calls, the gateway where it waits for their replies."""
    began = [connection.since for connection in reading.connections if connection.user == process]
    if process == GATEWAY:
        instances = sum(
            queue.consumers for name, queue in reading.queues.items() if name.startswith(reply_queue(GATEWAY, ""))
        )
    else:
        instances = _consumers(reading.queues.get(rpc_queue(process)))
    return Presence(instances, len(began), min(began, default=None))


def _consumers(queue: QueueReading | None) -> int:
    return queue.consumers if queue else 0


def alarms(nodes: Iterable[NodeReading]) -> tuple[str, ...]:
    return tuple(sorted({alarm for node in nodes for alarm in node.alarms}))
