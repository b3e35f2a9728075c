"""What the broker tells of itself by RabbitMQ's management API, to an account that may do nothing else.

Its figures are as of the last statistics that queues and channels emitted, at most 5 seconds before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from shared.runtime.management import ManagementApi

TIMEOUT = 3.0
"""Seconds."""
QUEUE_COLUMNS = "name,messages_ready,messages_unacknowledged,consumers,message_stats.publish,message_stats.ack"
ALARMS = {"mem_alarm": "memory", "disk_free_alarm": "disk"}


@dataclass(frozen=True, slots=True)
class QueueReading:
    """Messages now; `published` to it and `acked` since the broker started."""

    ready: int
    unacked: int
    consumers: int
    published: int
    acked: int

    @property
    def depth(self) -> int:
        return self.ready + self.unacked


@dataclass(frozen=True, slots=True)
class ConnectionReading:
    user: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NodeReading:
    """`uptime` in seconds; `alarms`: what it has too little of, so that it takes no message from anybody."""

    name: str
    running: bool
    uptime: float
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokerReading:
    """`published`: messages to each exchange since the broker started."""

    queues: Mapping[str, QueueReading]
    published: Mapping[str, int]
    connections: tuple[ConnectionReading, ...]
    nodes: tuple[NodeReading, ...]


class Management:
    def __init__(self, uri: str, vhost: str) -> None:
        self._api = ManagementApi(uri, TIMEOUT)
        self._vhost = quote(vhost, safe="")

    def read(self) -> BrokerReading:
        """Raises RequestException where it does not answer, or not to us."""
        exchanges = self._api.get(f"exchanges/{self._vhost}", columns="name,message_stats.publish_in")
        connections = self._api.get("connections", columns="user,connected_at")
        nodes = self._api.get("nodes", columns=f"name,running,uptime,{','.join(ALARMS)}")
        return BrokerReading(
            self.queues(),
            {exchange["name"]: exchange.get("message_stats", {}).get("publish_in", 0) for exchange in exchanges},
            tuple(_connection(one) for one in connections if "connected_at" in one),
            tuple(map(_node, nodes)),
        )

    def queues(self) -> Mapping[str, QueueReading]:
        """By name. One that has just lost its leader is listed without figures: then there are none, and not 0."""
        told = self._api.get(f"queues/{self._vhost}", columns=QUEUE_COLUMNS)
        return {queue["name"]: _queue(queue) for queue in told if "messages_ready" in queue}


def _queue(told: Mapping[str, Any]) -> QueueReading:
    """Without statistics no message has passed yet."""
    passed = told.get("message_stats", {})
    return QueueReading(
        told["messages_ready"],
        told["messages_unacknowledged"],
        told.get("consumers", 0),
        passed.get("publish", 0),
        passed.get("ack", 0),
    )


def _connection(told: Mapping[str, Any]) -> ConnectionReading:
    return ConnectionReading(told.get("user", ""), datetime.fromtimestamp(told["connected_at"] / 1000, UTC))


def _node(told: Mapping[str, Any]) -> NodeReading:
    alarms = tuple(alarm for name, alarm in ALARMS.items() if told.get(name))
    return NodeReading(told["name"], bool(told.get("running")), told.get("uptime", 0) / 1000, alarms)
