"""Dead letters sent back and thrown away: what is confirmed is done once, and what is not done is still there."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from kombu import Connection
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from services.intake.domain import Report
from shared.contracts import actions as contract
from shared.contracts.topology import (
    EVALUATION,
    FEED,
    INTAKE,
    dead_letters,
    inbox,
    retry_exchange,
    retry_queue,
)
from shared.kernel.actor import RESIDENT, Actor
from shared.runtime.clock import now
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.ladder import failed_again
from shared.runtime.messages import Publication, encode
from shared.runtime.publisher import ConfirmedPublisher, Letter
from steward.cli import main
from steward.healing.actions import DISCARD, LOOK, REPAIR, REQUEUE, Action, Actions, Operator
from steward.healing.filters import Filter
from steward.healing.mending import Mender
from steward.healing.queue import opened
from steward.healing.workplace import Workplace
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR
from tests.support.people import SURE

pytestmark = pytest.mark.servers

BY = Operator("sample-operator", "示例原因")
LETTERS = 250
LOWEST = retry_queue(INTAKE, 2)


@pytest.fixture
def at(servers: Stack) -> Iterator[Workplace]:
    _purge(servers)
    yield Workplace(str(servers.home.folder))
    _purge(servers)


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
    bodies = _bury(servers, LETTERS)
    began = now()
    assert requeue(at) == (LETTERS, 0)
    assert _dead(at) == []
    assert _arrived(servers, LETTERS) == bodies
    noted = [action for action in at.actions.latest(LETTERS, REQUEUE) if action.at >= began]
    assert {(action.who, action.why, action.service) for action in noted} == {(BY.who, BY.why, INTAKE)}
    assert len({action.about["letter"] for action in noted}) == LETTERS


def test_only_what_is_meant_goes_and_the_rest_keeps_its_order(servers: Stack, at: Workplace) -> None:
    bodies = _bury(servers, LETTERS)
    assert requeue(at, Filter(error="odd")) == (LETTERS // 2, 0)
    assert _dead(at) == bodies[::2]
    assert _arrived(servers, LETTERS // 2) == bodies[1::2]


def test_two_operators_at_once_send_each_letter_back_once(servers: Stack, at: Workplace) -> None:
    bodies = _bury(servers, LETTERS)
    with ThreadPoolExecutor(2) as operators:
        done = [operators.submit(requeue, at) for _ in range(2)]
        assert sorted(one.result() for one in done) == [(0, 0), (LETTERS, 0)]
    assert _arrived(servers, LETTERS + 1, patience=8) == bodies


def test_what_the_broker_does_not_take_stays_dead(servers: Stack, at: Workplace) -> None:
    bodies = _bury(servers, 5)
    with Connection(servers.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()
        channel.queue_unbind(LOWEST, retry_exchange(INTAKE), LOWEST)
        try:
            assert requeue(at) == (0, 5)
        finally:
            channel.queue_bind(LOWEST, retry_exchange(INTAKE), LOWEST)
    assert _dead(at) == bodies


def test_nothing_is_done_that_cannot_be_written_down(servers: Stack, at: Workplace) -> None:
    class Full(Actions):
        def note(self, *actions: Action) -> None:
            raise PyMongoError("no space left")

    bodies = _bury(servers, 5)
    mender = Mender(ConfirmedPublisher(at.amqp_uri), Full(at.database(contract.DATABASE)), BY)
    for act in (mender.requeue, mender.discard):
        with pytest.raises(PyMongoError), opened(at.amqp_uri, INTAKE) as queue:
            act(queue, Filter())
    assert _dead(at) == bodies
    assert _arrived(servers, 1, patience=3) == []


def test_a_broker_that_goes_away_in_the_middle_loses_nothing(servers: Stack, at: Workplace) -> None:
    class Cut(ConfirmedPublisher):
        def publish(self, letters: Any) -> set[int]:
            super().publish(letters)
            raise ConnectionResetError("gone before the confirms came")

    bodies = _bury(servers, 5)
    with pytest.raises(BROKER_AWAY), opened(at.amqp_uri, INTAKE) as queue:
        Mender(Cut(at.amqp_uri), at.actions, BY).requeue(queue, Filter())
    assert _dead(at) == bodies
    assert _arrived(servers, 5) == bodies


@pytest.mark.faults
def test_an_operator_killed_while_sending_back_loses_nothing(servers: Stack, at: Workplace) -> None:
    """Killed at eight moments; then the rest is sent, and every one has arrived, some of them twice."""
    stopped = 0
    for moment in range(8):
        bodies = _bury(servers, LETTERS, f"示例 {moment}")
        process = _start_requeue(servers)
        time.sleep(moment * 0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        left, _ = requeue(at)
        stopped += 0 < left < LETTERS
        assert _dead(at) == []
        assert _arrived_of(servers, set(bodies)) == set(bodies)
    assert stopped


def test_what_was_thrown_away_is_kept_whole_and_can_be_brought_back(servers: Stack, at: Workplace) -> None:
    (body,) = _bury(servers, 1, body=b"\xff\xfe no event")
    with mending(at) as mender, opened(at.amqp_uri, INTAKE) as queue:
        assert mender.discard(queue, Filter()).count == 1
    assert _dead(at) == []
    (action,) = at.actions.latest(1, DISCARD)
    assert (action.who, action.why, action.about["error"]) == (BY.who, BY.why, "Busy: even")
    whole = at.actions.find(action.action_id)
    assert whole
    assert whole.kept
    assert whole.kept["body"] == body
    with mending(at) as mender:
        assert mender.bring_back(whole).count == 1
    assert _arrived(servers, 1) == [body]


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


def test_the_commands_say_what_they_did(servers: Stack, at: Workplace) -> None:
    _bury(servers, 3)
    listed = _steward(servers, "list", "--error", "odd")
    assert "Busy: odd" in listed.output
    assert "even" not in listed.output
    letter = next(letter.letter_id for letter in _letters(at) if "odd" in letter.error)
    shown = _steward(servers, "show", letter, "--body", "--by", "sample-operator")
    assert "示例 1" in shown.output
    assert "WorkStarted" in shown.output
    (look,) = at.actions.latest(1, LOOK)
    assert (look.who, look.about["letter"]) == ("sample-operator", letter)
    assert "requeued 1" in _steward(servers, "requeue", letter).output
    assert "discarded 2" in _steward(servers, "discard", "--all", "--reason", "示例原因").output
    assert "No dead letters" in _steward(servers, "list").output
    done = _command(servers, "actions", "--limit", "3").output
    assert done.count("discard") == 2
    assert done.count("requeue") == 1


def test_only_what_was_thrown_away_is_brought_back(servers: Stack, at: Workplace) -> None:
    repair = Action(REPAIR, BY.who, BY.why, INTAKE, {}, {"was": {"state": "closed"}})
    at.actions.note(repair)
    assert "threw nothing away" in _steward(servers, "requeue", "--discarded", repair.action_id).output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["requeue"], "--all"),
        (["discard", "--reason", "示例"], "--all"),
        (["discard", "--all"], "--reason"),
        (["show", "nothing"], "no such dead letter"),
        (["requeue", "--discarded", "nothing"], "threw nothing away"),
        (["list", "--since", "yesterday"], "30m"),
        (["list", "--since", "2026-03-01T08:00:00"], "offset"),
    ],
)
def test_what_is_not_said_clearly_does_nothing(
    servers: Stack, at: Workplace, arguments: list[str], complaint: str
) -> None:
    bodies = _bury(servers, 2)
    refused = _steward(servers, *arguments)
    assert refused.exit_code != 0
    assert complaint in refused.output
    assert _dead(at) == bodies


def test_what_dead_letters_say_cannot_speak_to_the_terminal(servers: Stack, at: Workplace) -> None:
    headers = {"ce-type": "\x1b]0;owned\x07[red]WorkStarted", "ce-subject": "\x1b[2J"}
    _publish(servers, INTAKE, [(b"\x1b[2J", failed_again(headers, 4, "\x1b[31mBusy", now()))])
    (letter,) = _letters(at)
    output = _steward(servers, "list").output + _steward(servers, "show", letter.letter_id, "--body").output
    assert "\x1b" not in output
    assert "[red]WorkStarted" in output


@pytest.mark.parametrize("times", [1, 3])
def test_an_event_that_was_sent_back_is_applied_once(stack: Stack, times: int) -> None:
    """Evaluation hears of a report, as if it had given up on that before; also where that comes again and again."""
    report = Report(str(uuid4()))
    report.submit(Actor("sample-resident", RESIDENT), now(), {"category": "cleaning", "origin": "x"}, {}, SURE)
    body, headers = encode(INTAKE, Publication(report.case_id, *report.outgoing[0]))
    at = Workplace(str(stack.home.folder))
    for _ in range(times):
        _publish(stack, EVALUATION, [(body, failed_again(headers, 4, "Busy", now()))])
    with mending(at) as mender, opened(at.amqp_uri, EVALUATION) as queue:
        assert mender.requeue(queue, Filter(case=report.case_id)).count == times
    client: MongoClient[dict[str, Any]] = MongoClient(stack.addresses.mongo_uri(EVALUATION))
    with client:
        evaluations = client[EVALUATION]["evaluations"]
        found = _eventually(lambda: evaluations.find_one({"_id": report.case_id}))
        time.sleep(1)
        assert found["version"] == 1
        assert evaluations.find_one({"_id": report.case_id})["version"] == 1  # type: ignore[index]


def _bury(servers: Stack, count: int, words: str = "示例", body: bytes | None = None) -> list[bytes]:
    """Letters of intake, every other of which is odd."""
    bodies = [body or f"{words} {number}".encode() for number in range(count)]
    headers = {"ce-type": "WorkStarted", "ce-source": "dispatch", "ce-subject": "case-1"}
    errors = ("Busy: even", "Busy: odd")
    letters = [(one, failed_again(headers, 4, errors[number % 2], now())) for number, one in enumerate(bodies)]
    _publish(servers, INTAKE, letters)
    return bodies


def _publish(servers: Stack, service: str, letters: list[tuple[bytes, dict[str, Any]]]) -> None:
    publisher = ConfirmedPublisher(servers.addresses.amqp_uri(service))
    exchange, queue = retry_exchange(service), dead_letters(service)
    assert publisher.publish([Letter(exchange, queue, *one, sha256(one[0]).hexdigest()) for one in letters]) == set()
    publisher.close()


def _letters(at: Workplace) -> list[Any]:
    with opened(at.amqp_uri, INTAKE) as queue:
        return [letter for _, letter in queue.meant(Filter())]


def _dead(at: Workplace) -> list[bytes]:
    return [letter.body for letter in _letters(at)]


def _arrived(servers: Stack, count: int, patience: float = 15) -> list[bytes]:
    """What came to intake's inbox, in its order."""
    return list(islice(_arriving(servers, patience), count))


def _arrived_of(servers: Stack, bodies: set[bytes]) -> set[bytes]:
    """Those of them that came to the inbox."""
    arrived: set[bytes] = set()
    for body in _arriving(servers, 15):
        arrived |= {body} & bodies
        if arrived == bodies:
            break
    return arrived


def _arriving(servers: Stack, patience: float) -> Iterator[bytes]:
    with Connection(servers.addresses.amqp_uri(INTAKE)) as connection:
        channel = connection.channel()
        channel.auto_decode = False
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if message := channel.basic_get(inbox(INTAKE), no_ack=True):
                yield message.body
            else:
                time.sleep(0.05)


def _purge(servers: Stack) -> None:
    with Connection(servers.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()
        for queue in (dead_letters(INTAKE), LOWEST, inbox(INTAKE), dead_letters(FEED)):
            channel.queue_purge(queue)


def _start_requeue(servers: Stack) -> subprocess.Popen[bytes]:
    steward = "from steward.cli import main; print('go', flush=True); main()"
    arguments = ["dead-letters", "requeue", "--all", "--service", INTAKE, "--home", str(servers.home.folder)]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", steward, *arguments],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert process.stdout
    process.stdout.readline()
    return process


def _steward(servers: Stack, *arguments: str) -> Result:
    return _command(servers, "dead-letters", *arguments)


def _command(servers: Stack, *arguments: str) -> Result:
    environment = {"COLUMNS": "300", "AMQP_URI": "", "MONGO_URI": ""}
    return CliRunner().invoke(main, [*arguments, "--home", str(servers.home.folder)], env=environment)


def _eventually(look: Callable[[], Any]) -> Any:
    deadline = now() + timedelta(seconds=20)
    while not (found := look()) and now() < deadline:
        time.sleep(0.1)
    return found
