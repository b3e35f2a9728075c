"""The broker before a restore: nobody listens any more, and nothing lies in the queues.

A message from after the backup tells of what will not have happened: whoever heard it would take the number of its
event as known, and ignore what its sender does under the same number from now on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.runtime.broker import connect
from shared.runtime.faults import BROKER_AWAY
from steward.backup.errors import BackupError
from steward.stack.broker import queues

NO_BROKER = "消息队列无应答 The broker does not answer, or is not provisioned: {}"
STILL_RUNNING = (
    "服务仍在运行: {} has consumers, so its service still runs. Stop all services first, and the gateway: "
    "`steward down`, then `steward up --servers-only`."
)


def require_nobody_listens(amqp_uri: str) -> None:
    """Raises BackupError while a service consumes, be it on another machine, and where the broker does not answer."""
    with _channel(amqp_uri) as channel:
        for queue in queues():
            declared = channel.queue_declare(queue.name, passive=True)
            if declared.consumer_count:
                raise BackupError(STILL_RUNNING.format(queue.name))


def empty_queues(amqp_uri: str) -> int:
    """All of them, retries, dead letters and calls too; how many messages there were."""
    with _channel(amqp_uri) as channel:
        return sum(channel.queue_purge(queue.name) for queue in queues())


@contextmanager
def _channel(amqp_uri: str) -> Iterator[Any]:
    try:
        with connect(amqp_uri) as connection, connection.channel() as channel:
            yield channel
    except BROKER_AWAY as fault:
        raise BackupError(NO_BROKER.format(fault)) from fault
