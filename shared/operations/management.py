"""What the broker tells of itself by RabbitMQ's management API, to an account that may do nothing else.

Its figures are as of the last statistics that queues and channels emitted, at most 5 seconds before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import requests

from shared.contracts.topology import LOOP_SERVICES, events_exchange

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
class ExchangeReading:
    """Messages since the broker started: `published` to it, and `routed` from it into each queue."""

    published: int
    routed: Mapping[str, int]


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
    queues: Mapping[str, QueueReading]
    exchanges: Mapping[str, ExchangeReading]
    connections: tuple[ConnectionReading, ...]
    nodes: tuple[NodeReading, ...]


class Management:
    def __init__(self, uri: str, vhost: str) -> None:
        """`uri` with the sign-in, which is kept apart from it: an error would show the address."""
        account = urlsplit(uri)
        self._api = f"{account.scheme}://{account.netloc.rpartition('@')[2]}/api"
        self._vhost = quote(vhost, safe="")
        self._session = requests.Session()
        self._session.auth = (unquote(account.username or ""), unquote(account.password or ""))
        self._session.trust_env = False  # neither a proxy nor a .netrc of the environment is meant for the broker

    def read(self) -> BrokerReading:
        """Raises RequestException where it does not answer, or not to us."""
        exchanges = map(events_exchange, LOOP_SERVICES)
        connections = self._get("connections", "user,connected_at")
        nodes = self._get("nodes", f"name,running,uptime,{','.join(ALARMS)}")
        return BrokerReading(
            self.queues(),
            {name: self._exchange(name) for name in exchanges},
            tuple(_connection(one) for one in connections if "connected_at" in one),
            tuple(map(_node, nodes)),
        )

    def queues(self) -> Mapping[str, QueueReading]:
        """By name. One that has just lost its leader is listed without figures: then there are none, and not 0."""
        told = self._get(f"queues/{self._vhost}", QUEUE_COLUMNS)
        return {queue["name"]: _queue(queue) for queue in told if "messages_ready" in queue}

    def _exchange(self, name: str) -> ExchangeReading:
        told = self._get(f"exchanges/{self._vhost}/{name}", "message_stats.publish_in,outgoing")
        routed = {one["queue"]["name"]: one["stats"].get("publish", 0) for one in told.get("outgoing", ())}
        return ExchangeReading(told.get("message_stats", {}).get("publish_in", 0), routed)

    def _get(self, path: str, columns: str) -> Any:
        answer = self._session.get(f"{self._api}/{path}", params={"columns": columns}, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()


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
