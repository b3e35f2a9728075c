"""The broker as its watcher sees it: every figure, and no message."""

import time
from collections.abc import Callable, Iterator

import pytest
import requests
from amqp.exceptions import AccessRefused
from kombu import Connection

from shared.contracts.topology import (
    DISPATCH,
    INTAKE,
    RETRY_DELAYS,
    dead_letters,
    events_exchange,
    inbox,
    retry_exchange,
)
from shared.contracts.topology import retry_queue as rung
from shared.operations.broker import BrokerFigures, BrokerMemory, QueueFigures
from shared.operations.management import Management
from shared.runtime.clock import now
from steward.stack import Stack
from steward.stack.users import WATCHER
from steward.stack.waiting import wait_until
from tests.support.dead_letters import empty

pytestmark = pytest.mark.servers

PATIENCE = 20
"""Seconds; the broker's statistics are five apart."""


@pytest.fixture
def management(servers: Stack) -> Management:
    return Management(str(servers.addresses.management_uri(WATCHER)), "/")


@pytest.fixture
def emptied(servers: Stack) -> Iterator[None]:
    """Of all that lies in intake's queues, before and after."""
    queues = (*(rung(INTAKE, delay) for delay in RETRY_DELAYS), inbox(INTAKE), dead_letters(INTAKE))
    empty(servers, *queues)
    yield
    empty(servers, *queues)


def publish(servers: Stack, user: str, exchange: str, key: str, count: int) -> None:
    """And wait until the broker has confirmed it."""
    with Connection(servers.addresses.amqp_uri(user), transport_options={"confirm_publish": True}) as connection:
        for _ in range(count):
            connection.Producer().publish({}, exchange=exchange, routing_key=key)


def of_intake(figures: BrokerFigures) -> QueueFigures:
    return next(queues for queues in figures.queues if queues.service == INTAKE)


def is_empty(figures: BrokerFigures) -> bool:
    queues = of_intake(figures)
    return bool(queues.inbox and queues.dead) and not (
        queues.inbox.ready or queues.dead.ready or any(queues.retries.values())
    )


def seen(management: Management, memory: BrokerMemory, condition: Callable[[BrokerFigures], object]) -> BrokerFigures:
    """The figures, once they are as told. Fails after PATIENCE, showing how they are instead."""
    deadline = time.monotonic() + PATIENCE
    while True:
        figures = memory.note(now(), management.read())
        if condition(figures):
            return figures
        assert time.monotonic() < deadline, figures
        time.sleep(1)


@pytest.mark.usefixtures("emptied")
def test_what_waits_is_seen_with_where_it_came_from(servers: Stack, management: Management) -> None:
    memory = BrokerMemory()
    seen(management, memory, is_empty)
    publish(servers, DISPATCH, events_exchange(DISPATCH), "WorkStarted", 7)
    publish(servers, INTAKE, retry_exchange(INTAKE), rung(INTAKE, 300), 2)
    publish(servers, INTAKE, retry_exchange(INTAKE), dead_letters(INTAKE), 1)

    def is_all_there(figures: BrokerFigures) -> bool:
        queues = of_intake(figures)
        waiting, dead = queues.inbox, queues.dead
        return bool(waiting and dead and (waiting.ready, queues.retries[300], dead.ready) == (7, 2, 1))

    seen(management, memory, is_all_there)
    figures = seen(
        management,
        memory,
        lambda figures: is_all_there(figures) and figures.arriving(INTAKE) and figures.told[DISPATCH],
    )
    queue = of_intake(figures).inbox
    assert queue
    assert (queue.unacked, queue.consumers, queue.trend[-1]) == (0, 0, 7)
    assert queue.oldest
    assert not queue.oldest.at_least


def test_the_node_is_seen_with_its_age_and_its_alarms(management: Management) -> None:
    wait_until(lambda: all(node.uptime for node in management.read().nodes), PATIENCE, "the broker tells no age")
    (node,) = management.read().nodes
    assert node.running
    assert node.alarms == ()


def test_a_connection_is_seen_with_its_user(servers: Stack, management: Management) -> None:
    with Connection(servers.addresses.amqp_uri(INTAKE)) as connection:
        connection.connect()
        wait_until(
            lambda: INTAKE in {one.user for one in management.read().connections},
            PATIENCE,
            "the broker does not tell of the connection",
        )


@pytest.mark.usefixtures("emptied")
def test_the_watcher_gets_no_message(servers: Stack) -> None:
    publish(servers, DISPATCH, events_exchange(DISPATCH), "WorkStarted", 1)
    with Connection(servers.addresses.amqp_uri(WATCHER)) as connection, pytest.raises(AccessRefused):
        connection.default_channel.basic_get(inbox(INTAKE))
    uri = servers.addresses.management_uri(WATCHER)
    taken = requests.post(
        f"{uri}/api/queues/%2F/{inbox(INTAKE)}/get",
        json={"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"},
        timeout=10,
    )
    assert taken.status_code in (401, 403, 500)
    assert "payload" not in taken.text


def test_the_watcher_says_nothing(servers: Stack) -> None:
    with pytest.raises(AccessRefused):
        publish(servers, WATCHER, events_exchange(INTAKE), "ReportAccepted", 1)
