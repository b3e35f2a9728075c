"""Two instances of the timer over many overdue orders: every alarm goes off once, also when one is killed."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from services.dispatch.repository import MongoOrders
from shared.contracts.topology import DISPATCH
from shared.kernel.case import Notice
from steward.stack import Stack
from tests.support.district import IN_THE_GRID
from tests.support.people import NOON, RESIDENT_ONE
from tests.support.ringer import dispatch_on

pytestmark = [pytest.mark.servers, pytest.mark.faults]

ORDERS, BATCH = 10_000, 500
OVERDUE = NOON + timedelta(hours=3, minutes=1)
"""After the warning, the supervision and one escalation of an acceptance that is due in two hours."""
WAITING_FOR_ACCEPTANCE = ("warn", "supervise", "escalate")


@pytest.fixture
def uris(servers: Stack) -> tuple[str, str]:
    return servers.addresses.mongo_uri(DISPATCH), servers.addresses.amqp_uri(DISPATCH)


@pytest.fixture
def orders(uris: tuple[str, str]) -> Iterator[MongoOrders]:
    orders, dispatch = dispatch_on(*uris)
    orders.collection.drop()
    orders.collection.create_indexes([*orders.indexes])
    for _ in range(ORDERS // BATCH):
        assert dispatch.follow([accepted() for _ in range(BATCH)], NOON) == []
    yield orders
    orders.collection.drop()
    orders.collection.database.client.close()


def accepted() -> Notice:
    snapshot = {"reporter": RESIDENT_ONE.subject, "category": "cleaning", "position": IN_THE_GRID}
    moments = {"reported_at": NOON, "accepted_at": NOON}
    return Notice("intake", str(uuid4()), 2, "ReportAccepted", "accepted", NOON, {**snapshot, **moments})


def start(uris: tuple[str, str]) -> subprocess.Popen[str]:
    """It begins once its input is closed."""
    command = [sys.executable, "-m", "tests.support.ringer", *uris, OVERDUE.isoformat()]
    timer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert timer.stdout
    assert timer.stdout.readline() == "ready\n"
    return timer


def supervised(orders: MongoOrders) -> int:
    return orders.collection.count_documents({"supervised": True})


def test_each_order_is_warned_supervised_and_escalated_once(orders: MongoOrders, uris: tuple[str, str]) -> None:
    timers = [start(uris), start(uris)]
    for timer in timers:
        assert timer.stdin
        timer.stdin.close()
    while supervised(orders) < ORDERS // 2:
        time.sleep(0.01)
    timers[0].kill()
    assert timers[0].wait() != 0, "it was done before it could be killed"
    assert timers[1].wait(timeout=120) == 0
    alarms = Counter(
        (event["verb"], found["_id"])
        for found in orders.collection.find({}, {"history.verb": 1})
        for event in found["history"]
        if event["verb"] in WAITING_FOR_ACCEPTANCE
    )
    assert len(alarms) == len(WAITING_FOR_ACCEPTANCE) * ORDERS
    assert set(alarms.values()) == {1}
    assert list(orders.awake(OVERDUE, 1)) == []
