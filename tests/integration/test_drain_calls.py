"""A service is to end: calls in hand are answered and acked, calls that come then wait for another process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection, Exchange, Queue

from chaos.proxy import Proxy
from shared.contracts.topology import REPLY_EXCHANGE, RPC_EXCHANGE, rpc_queue
from steward.stack import Stack
from steward.stack.home import PROJECT
from steward.stack.users import ADMINISTRATOR
from steward.stack.waiting import wait_until

pytestmark = pytest.mark.servers

SLOW = "slow"
PATIENCE = 30
TAKES = 4
"""Seconds that each call takes."""


class Caller:
    """Calls without waiting; `replies` are the results that have come, in their order."""

    def __init__(self, connection: Connection) -> None:
        self._channel = connection.channel()
        self._producer = connection.Producer()
        self._key = str(uuid4())
        calls, answers = (Exchange(name, no_declare=True) for name in (RPC_EXCHANGE, REPLY_EXCHANGE))
        self.queue = Queue(rpc_queue(SLOW), calls, f"{SLOW}.*", durable=True).bind(self._channel)
        self._answers = Queue(f"replies-{self._key}", answers, self._key, auto_delete=True).bind(self._channel)
        for queue in (self.queue, self._answers):
            queue.declare()
        self.queue.purge()

    def call(self, **kwargs: Any) -> None:
        self._producer.publish(
            {"args": [], "kwargs": kwargs},
            exchange=RPC_EXCHANGE,
            routing_key=f"{SLOW}.take",
            reply_to=self._key,
            correlation_id=str(uuid4()),
        )

    def replies(self) -> list[Any]:
        return [json.loads(message.body)["result"] for message in iter(lambda: self._answers.get(no_ack=True), None)]

    def waiting(self) -> list[bool]:
        """Of each call that nobody took: whether somebody had it before."""
        messages = iter(lambda: self.queue.get(no_ack=True), None)
        return [bool(message.delivery_info["redelivered"]) for message in messages]

    def is_heard(self) -> bool:
        return bool(self.queue.queue_declare(passive=True).consumer_count)

    def are_taken(self) -> bool:
        return self.queue.queue_declare(passive=True).message_count == 0


@pytest.fixture
def caller(servers: Stack) -> Iterator[Caller]:
    with Connection(
        servers.addresses.amqp_uri(ADMINISTRATOR), transport_options={"confirm_publish": True}
    ) as connection:
        caller = Caller(connection)
        yield caller
        caller.queue.delete()


@pytest.fixture
def line(servers: Stack) -> Iterator[Proxy]:
    """Between the service and its broker."""
    with Proxy(servers.record.ports.amqp) as proxy:
        yield proxy


@pytest.fixture
def process(servers: Stack, caller: Caller, line: Proxy) -> Iterator[subprocess.Popen[bytes]]:
    nameko = Path(sys.executable).with_name("nameko")
    addresses = servers.addresses
    broker = addresses.amqp_uri(ADMINISTRATOR).replace(f":{servers.record.ports.amqp}", f":{line.port}")
    environment = os.environ | {"AMQP_URI": broker, "MONGO_URI": addresses.mongo_uri(ADMINISTRATOR)}
    command = [nameko, "run", "--config", "config/nameko.yaml", "tests.support.slow_service"]
    with subprocess.Popen(command, cwd=PROJECT, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def have_in_hand(caller: Caller, calls: int) -> None:
    wait_until(caller.is_heard, PATIENCE, "the service does not start")
    for _ in range(calls):
        caller.call(seconds=TAKES)
    wait_until(caller.are_taken, PATIENCE, "the calls are not taken")


def test_what_was_begun_is_answered_and_what_comes_later_is_left_for_others(
    caller: Caller, process: subprocess.Popen[bytes]
) -> None:
    have_in_hand(caller, 20)
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: not caller.is_heard(), PATIENCE, "the service goes on to take calls")
    for _ in range(5):
        caller.call(seconds=0)

    assert process.wait(PATIENCE) == 0
    assert caller.replies() == [TAKES] * 20
    assert caller.waiting() == [False] * 5


def test_without_its_broker_it_ends_all_the_same_and_the_calls_come_again(
    caller: Caller, process: subprocess.Popen[bytes], line: Proxy
) -> None:
    have_in_hand(caller, 3)
    line.cut()
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert caller.waiting() == [True] * 3
