"""The broker before a restore: nobody listens any more, and nothing lies in the queues.

A message from after the backup tells of what will not have happened: whoever heard it would take the number of its
event as known, and ignore what its sender does under the same number from now on.
"""

from shared.runtime.broker import connect
from steward.backup.errors import BackupError
from steward.stack.broker import queues

STILL_RUNNING = (
    "服务仍在运行: {} has consumers, so its service still runs. Stop all services first, and the gateway: "
    "`steward down`, then `steward up --servers-only`."
)


def require_nobody_listens(amqp_uri: str) -> None:
    """Raises BackupError while a service consumes, be it on another machine."""
    with connect(amqp_uri) as connection, connection.channel() as channel:
        for queue in queues():
            declared = channel.queue_declare(queue.name, passive=True)
            if declared.consumer_count:
                raise BackupError(STILL_RUNNING.format(queue.name))


def empty_queues(amqp_uri: str) -> int:
    """All of them, retries, dead letters and calls too; how many messages there were."""
    with connect(amqp_uri) as connection, connection.channel() as channel:
        return sum(channel.queue_purge(queue.name) for queue in queues())
