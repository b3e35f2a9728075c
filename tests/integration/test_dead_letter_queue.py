"""Looking through dead letters on a real broker: they stay, in their order, whoever looks and whatever befalls them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import psutil
import pytest
import requests
from amqp.exceptions import AccessRefused
from kombu import Connection

from shared.contracts import topology
from shared.contracts.topology import FEED, INTAKE, dead_letters
from shared.runtime.publisher import ConfirmedPublisher, Letter
from steward.healing.filters import Filter
from steward.healing.queue import opened
from steward.stack import Stack, StackError
from steward.stack.users import ADMINISTRATOR, OPERATOR
from steward.stack.waiting import wait_until
from tests.support.dead_letters import bury, empty

pytestmark = pytest.mark.servers

LETTERS = 300


@pytest.fixture
def bodies(servers: Stack) -> Iterator[list[bytes]]:
    """Of the dead letters of intake, in the order in which they died."""
    expected = [f"示例 {number}".encode() for number in range(LETTERS)]
    empty(servers, dead_letters(INTAKE))
    bury(servers, INTAKE, [(body, {}) for body in expected])
    yield expected
    empty(servers, dead_letters(INTAKE))


def look(servers: Stack, service: str = INTAKE) -> list[bytes]:
    with opened(servers.addresses.amqp_uri(OPERATOR), service) as queue:
        return [letter.body for _, letter in queue.meant(Filter())]


def test_looking_again_and_again_changes_nothing(servers: Stack, bodies: list[bytes]) -> None:
    for _ in range(20):
        assert look(servers) == bodies
    assert _deliveries(servers) == [20] * LETTERS
    assert _take(servers, INTAKE) == bodies


def test_a_look_that_stops_half_way_changes_nothing(servers: Stack, bodies: list[bytes]) -> None:
    with opened(servers.addresses.amqp_uri(OPERATOR), INTAKE) as queue:
        assert next(queue.meant(Filter()))[1].body == bodies[0]
    assert look(servers) == bodies


def test_what_dies_while_one_looks_comes_behind_the_others(servers: Stack, bodies: list[bytes]) -> None:
    with opened(servers.addresses.amqp_uri(OPERATOR), INTAKE) as queue:
        found = queue.meant(Filter())
        first = next(found)[1].body
        bury(servers, INTAKE, [(b"later", {})])
        assert [first, *(letter.body for _, letter in found)] == bodies
    assert look(servers) == [*bodies, b"later"]


def test_what_is_taken_out_is_gone_and_the_others_keep_their_order(servers: Stack, bodies: list[bytes]) -> None:
    with opened(servers.addresses.amqp_uri(OPERATOR), INTAKE) as queue:
        queue.take_out([found for found in queue.meant(Filter()) if found[1].body in bodies[::3]])
    assert look(servers) == [body for body in bodies if body not in bodies[::3]]


def test_two_operators_at_once_both_see_all(servers: Stack, bodies: list[bytes]) -> None:
    """The second waits for the first: neither is shown half a queue."""
    with ThreadPoolExecutor(4) as operators:
        looks = [operators.submit(look, servers) for _ in range(12)]
        assert all(one.result() == bodies for one in looks)


def test_whoever_waits_too_long_is_told_that_somebody_is_at_it(
    servers: Stack, bodies: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(servers.addresses.amqp_uri(OPERATOR), INTAKE) as queue:
        next(queue.meant(Filter()))
        monkeypatch.setattr("steward.healing.queue.wait_until", _no_longer_than_it_must)
        with pytest.raises(StackError, match="somebody else"):
            look(servers)
        assert look(servers, FEED) == []


def test_an_operator_killed_in_the_middle_loses_nothing(servers: Stack, bodies: list[bytes]) -> None:
    for victim in range(5):
        process = _start_looking(servers)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert look(servers) == bodies, victim


def test_a_frozen_operator_holds_the_letters_no_longer_than_its_connection(servers: Stack, bodies: list[bytes]) -> None:
    process = _start_looking(servers)
    process.send_signal(signal.SIGSTOP)
    _close_connection(servers, process)
    assert look(servers) == bodies
    process.kill()
    process.wait()


@pytest.mark.parametrize("service", topology.SERVICES)
def test_every_service_that_hears_has_dead_letters_to_look_at(servers: Stack, service: str) -> None:
    empty(servers, dead_letters(service))
    bury(servers, service, [(b"\xff\xfe", {}), (b"", {})])
    assert look(servers, service) == [b"\xff\xfe", b""]
    empty(servers, dead_letters(service))


@pytest.mark.parametrize("queue", ["intake.inbox", "intake.retry.2s", "rpc-intake"])
def test_an_operator_reads_no_other_queue(servers: Stack, queue: str) -> None:
    with Connection(servers.addresses.amqp_uri(OPERATOR)) as connection, pytest.raises(AccessRefused):
        connection.channel().basic_get(queue)


@pytest.mark.parametrize("exchange", ["", "intake.events", "nameko-rpc"])
def test_an_operator_publishes_nowhere_but_to_the_ladders(servers: Stack, exchange: str) -> None:
    publisher = ConfirmedPublisher(servers.addresses.amqp_uri(OPERATOR))
    with pytest.raises(AccessRefused):
        publisher.publish([Letter(exchange, "intake.inbox", b"", {}, "")])


LOOKING = """
import sys, time
from steward.healing.filters import Filter
from steward.healing.queue import opened
with opened(sys.stdin.readline().strip(), "intake") as queue:
    next(queue.meant(Filter()))
    print("looking", flush=True)
    time.sleep(600)
"""


def _start_looking(servers: Stack) -> subprocess.Popen[str]:
    """Another operator, with all letters in hand when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", LOOKING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert process.stdin
    assert process.stdout
    print(servers.addresses.amqp_uri(OPERATOR), file=process.stdin, flush=True)
    assert process.stdout.readline() == "looking\n"
    return process


def _take(servers: Stack, service: str) -> list[bytes]:
    return [message.body for message in _messages(servers, service)]


def _deliveries(servers: Stack) -> list[int]:
    """How often the broker counts each letter as returned; it is put back by this look too."""
    with opened(servers.addresses.amqp_uri(OPERATOR), INTAKE) as queue:
        return [int(letter.headers["x-delivery-count"]) for _, letter in queue.meant(Filter())]


def _no_longer_than_it_must(holds: Callable[[], bool], seconds: float, complaint: str) -> None:
    wait_until(holds, seconds / 20, complaint)


def _messages(servers: Stack, service: str) -> list[Any]:
    with Connection(servers.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()
        channel.auto_decode = False
        deadline = time.monotonic() + 10
        taken: list[Any] = []
        while len(taken) < LETTERS and time.monotonic() < deadline:
            if message := channel.basic_get(dead_letters(service), no_ack=True):
                taken.append(message)
        return taken


def _close_connection(servers: Stack, process: subprocess.Popen[str]) -> None:
    """As the broker does itself once no heartbeat comes."""
    api = f"{servers.addresses.management_uri(ADMINISTRATOR)}/api/connections"
    ports = {one.laddr.port for one in psutil.Process(process.pid).net_connections("tcp")}
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        names = [one["name"] for one in requests.get(api, timeout=10).json() if one.get("peer_port") in ports]
        if names:
            for name in names:
                requests.delete(f"{api}/{quote(name)}", timeout=10)
            return
        time.sleep(0.5)
    raise AssertionError("the broker does not tell of its connection")
