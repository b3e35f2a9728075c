"""Dead letters sent back and thrown away: what is confirmed is done once, and what is not done is still there."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pytest
from kombu import Connection
from pymongo.errors import OperationFailure, PyMongoError

from shared.contracts import actions as contract
from shared.contracts.topology import (
    INTAKE,
    retry_exchange,
)
from shared.runtime.clock import now
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.publisher import ConfirmedPublisher
from steward.healing.actions import DISCARD, LOOK, REQUEUE, Action, Actions, Operator
from steward.healing.filters import Filter
from steward.healing.mending import AT_ONCE, Mender
from steward.healing.queue import opened
from steward.healing.workplace import Workplace
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR
from tests.support.dead_letters import LOWEST, arrived, arrived_of, bury_some, dead, workplace

pytestmark = pytest.mark.servers

BY = Operator("sample-operator", "示例原因")
LETTERS = 250


@pytest.fixture
def at(servers: Stack) -> Iterator[Workplace]:
    with workplace(servers) as at:
        yield at


@contextmanager
def mending(at: Workplace) -> Iterator[Mender]:
    publisher = ConfirmedPublisher(at.amqp_uri)
    yield Mender(publisher, at.actions, BY)
    publisher.close()


def requeue(at: Workplace, wanted: Filter | None = None) -> tuple[int, int]:
    with mending(at) as mender, opened(at.amqp_uri, INTAKE) as queue:
        done = mender.requeue(queue, wanted or Filter())
    return done.count, done.refused


def test_what_is_sent_back_comes_to_the_inbox_once_and_is_dead_no_more(servers: Stack, at: Workplace) -> None:
    bodies = bury_some(servers, LETTERS)
    began = now()
    assert requeue(at) == (LETTERS, 0)
    assert dead(at) == []
    assert arrived(servers, LETTERS) == bodies
    noted = [action for action in at.actions.latest(LETTERS, REQUEUE) if action.at >= began]
    assert {(action.who, action.why, action.service) for action in noted} == {(BY.who, BY.why, INTAKE)}
    assert len({action.about["letter"] for action in noted}) == LETTERS


def test_only_what_is_meant_goes_and_the_rest_keeps_its_order(servers: Stack, at: Workplace) -> None:
    bodies = bury_some(servers, LETTERS)
    assert requeue(at, Filter(error="odd")) == (LETTERS // 2, 0)
    assert dead(at) == bodies[::2]
    assert arrived(servers, LETTERS // 2) == bodies[1::2]


def test_two_operators_at_once_send_each_letter_back_once(servers: Stack, at: Workplace) -> None:
    bodies = bury_some(servers, LETTERS)
    with ThreadPoolExecutor(2) as operators:
        done = [operators.submit(requeue, at) for _ in range(2)]
        assert sorted(one.result() for one in done) == [(0, 0), (LETTERS, 0)]
    assert arrived(servers, LETTERS) == bodies
    assert arrived(servers, 1, patience=3) == []


def test_what_the_broker_does_not_take_stays_dead(servers: Stack, at: Workplace) -> None:
    bodies = bury_some(servers, 5)
    with Connection(servers.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()
        channel.queue_unbind(LOWEST, retry_exchange(INTAKE), LOWEST)
        try:
            assert requeue(at) == (0, 5)
        finally:
            channel.queue_bind(LOWEST, retry_exchange(INTAKE), LOWEST)
    assert dead(at) == bodies


def test_nothing_is_done_that_cannot_be_written_down(servers: Stack, at: Workplace) -> None:
    class Full(Actions):
        def note(self, *actions: Action) -> None:
            raise PyMongoError("no space left")

    bodies = bury_some(servers, 5)
    mender = Mender(ConfirmedPublisher(at.amqp_uri), Full(at.database(contract.DATABASE)), BY)
    for act in (mender.requeue, mender.discard):
        with pytest.raises(PyMongoError), opened(at.amqp_uri, INTAKE) as queue:
            act(queue, Filter())
    assert dead(at) == bodies
    assert arrived(servers, 1, patience=3) == []


def test_a_broker_that_goes_away_in_the_middle_loses_nothing(servers: Stack, at: Workplace) -> None:
    class Cut(ConfirmedPublisher):
        def publish(self, letters: Any) -> set[int]:
            super().publish(letters)
            raise ConnectionResetError("gone before the confirms came")

    bodies = bury_some(servers, 5)
    with pytest.raises(BROKER_AWAY), opened(at.amqp_uri, INTAKE) as queue, closing(Cut(at.amqp_uri)) as cut:
        Mender(cut, at.actions, BY).requeue(queue, Filter())
    assert dead(at) == bodies
    assert arrived(servers, 5) == bodies


@pytest.mark.faults
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_an_operator_killed_while_sending_back_loses_nothing(servers: Stack, at: Workplace, batch: int) -> None:
    """Killed between sending a batch and taking it out; then the rest is sent, and all have arrived, some twice."""
    bodies = bury_some(servers, LETTERS, f"示例 {batch}")
    process = _requeue_until(servers, batch)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left, _ = requeue(at)
    assert LETTERS - AT_ONCE * (batch - 1) <= left <= LETTERS
    assert batch < 3 or left < LETTERS  # of the batches before the last two the acks have come by then
    assert dead(at) == []
    assert arrived_of(servers, set(bodies)) == set(bodies)


def test_what_was_thrown_away_is_kept_whole_and_can_be_brought_back(servers: Stack, at: Workplace) -> None:
    (body,) = bury_some(servers, 1, body=b"\xff\xfe no event")
    with mending(at) as mender, opened(at.amqp_uri, INTAKE) as queue:
        assert mender.discard(queue, Filter()).count == 1
    assert dead(at) == []
    (action,) = at.actions.latest(1, DISCARD)
    assert (action.who, action.why, action.about["error"]) == (BY.who, BY.why, "Busy: even")
    whole = at.actions.find(action.action_id)
    assert whole
    assert whole.kept
    assert whole.kept["body"] == body
    with mending(at) as mender:
        assert mender.bring_back(whole).count == 1
    assert arrived(servers, 1) == [body]


def test_nobody_can_change_what_was_written_down(at: Workplace) -> None:
    action = Action(LOOK, BY.who, BY.why, INTAKE)
    at.actions.note(action)
    written = at.database(contract.DATABASE)[contract.COLLECTION]
    for change in (
        lambda: written.update_one({"_id": action.action_id}, {"$set": {"who": "nobody"}}),
        lambda: written.delete_one({"_id": action.action_id}),
        written.drop,
        lambda: written.database["others"].insert_one({}),
    ):
        with pytest.raises(OperationFailure, match="not authorized"):
            change()
    assert at.actions.find(action.action_id) == action


REQUEUE_BY_BATCH = """
import sys
from shared.runtime.publisher import ConfirmedPublisher
from steward.cli import main

def publish_and_wait(self, letters, publish=ConfirmedPublisher.publish):
    refused = publish(self, letters)
    print("sent", flush=True)
    sys.stdin.readline()
    return refused

ConfirmedPublisher.publish = publish_and_wait
main()
"""


def _requeue_until(servers: Stack, batch: int) -> subprocess.Popen[str]:
    """`steward dead-letters requeue`, standing still after it has sent so many batches."""
    arguments = ["dead-letters", "requeue", "--all", "--service", INTAKE, "--home", str(servers.home.folder)]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", REQUEUE_BY_BATCH, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == "sent\n"
    for _ in range(batch - 1):
        print(file=process.stdin, flush=True)
        assert process.stdout.readline() == "sent\n"
    return process
