"""The broker as its administrator handles it: policies and connections by the management API, alarms by rabbitmqctl."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from shared.runtime.management import ManagementApi
from steward.stack import Stack, StackError
from steward.stack.rabbitmq import NODE, node_environment, server_script
from steward.stack.users import ADMINISTRATOR

CONTROL_SECONDS = 30
POLICY = "policies/%2F/chaos"
MORE_THAN_THERE_IS, LESS_THAN_IT_USES = str(10**15), str(10**6)
DISK, MEMORY = str(50 * 10**6), "0.4"
"""RabbitMQ's own limits: bytes that must be free, and the share of the memory."""


@contextmanager
def limited(stack: Stack, queues: str, most: int) -> Iterator[None]:
    """The queues of that pattern take no more than `most` messages, and refuse what comes on top."""
    limit = {"max-length": most, "overflow": "reject-publish"}
    with _management(stack) as management:
        management.put(POLICY, {"pattern": queues, "definition": limit, "apply-to": "queues"})
        try:
            yield
        finally:
            management.ask("DELETE", POLICY).raise_for_status()


def close_connections(stack: Stack) -> None:
    """As an operator does: the broker says goodbye to every client. One that is gone by then is none."""
    with _management(stack) as management:
        for connection in management.get("connections"):
            management.ask("DELETE", f"connections/{quote(connection['name'], safe='')}")


@contextmanager
def short_of_memory(stack: Stack) -> Iterator[None]:
    """The memory alarm: whoever publishes is blocked."""
    _control(stack, "set_vm_memory_high_watermark", "absolute", LESS_THAN_IT_USES)
    try:
        yield
    finally:
        _control(stack, "set_vm_memory_high_watermark", MEMORY)


@contextmanager
def short_of_disk(stack: Stack) -> Iterator[None]:
    """The disk alarm: whoever publishes is blocked."""
    _control(stack, "set_disk_free_limit", MORE_THAN_THERE_IS)
    try:
        yield
    finally:
        _control(stack, "set_disk_free_limit", DISK)


def _management(stack: Stack) -> ManagementApi:
    return ManagementApi(str(stack.addresses.management_uri(ADMINISTRATOR)))


def _control(stack: Stack, *arguments: str) -> None:
    """Raises StackError where the node refuses."""
    command = [str(Path(server_script()).with_name("rabbitmqctl")), "--node", NODE, *arguments]
    environment = {"PATH": os.environ["PATH"]} | node_environment(stack.home, stack.record.ports)
    done = subprocess.run(
        command, env=environment, check=False, capture_output=True, text=True, timeout=CONTROL_SECONDS
    )
    if done.returncode:
        raise StackError(f"rabbitmqctl: {done.stderr.strip() or done.stdout.strip()}")
