"""The journal on real servers: guards, the outbox after a crash, the retry ladder, the dead letters."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import eventlet
import pytest
from kombu import Connection

from services.intake.domain import Report
from services.intake.repository import MongoReports
from shared.contracts.topology import (
    DISPATCH,
    EVERYTHING,
    FEED,
    INTAKE,
    dead_letters,
    events_exchange,
    inbox,
    retry_queue,
)
from shared.kernel.actor import RESIDENT, Actor, system
from shared.kernel.case import Event
from shared.runtime.clock import now
from shared.runtime.ladder import ATTEMPTS, ERROR, HISTORY
from shared.runtime.messages import Publication, encode
from shared.runtime.publisher import ConfirmedPublisher, Letter
from shared.runtime.relay import Relay
from shared.runtime.sweeper import GRACE, Sweeper
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR
from tests.support.people import SURE

pytestmark = pytest.mark.servers

ME = Actor("resident-1", RESIDENT)
INTAKE_ITSELF = system(INTAKE)
WORDS = {"text": "路灯不亮"}
LISTENERS = ((DISPATCH, "ReportAccepted"), (FEED, EVERYTHING))
"""Whose inboxes an accepted report comes to."""


@pytest.fixture
def queue(servers: Stack) -> Iterator[Callable[[str], list[Any]]]:
    """What is in a queue now, taken out of it."""
    with Connection(servers.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()

        def take(name: str) -> list[Any]:
            return list(iter(lambda: channel.basic_get(name, no_ack=True), None))

        take(inbox(DISPATCH))
        yield take


def submitted(reports: MongoReports, key: str | None = None) -> Report:
    report = reports.blank(str(uuid4()))
    report.submit(ME, now(), {"category": "cleaning", "origin": key or str(uuid4())}, WORDS, SURE)
    return report


def test_of_fifty_steps_on_one_version_exactly_one_is_written(reports: MongoReports) -> None:
    first = submitted(reports)
    assert reports.commit([first]) == set()
    rivals = [reports.load(first.case_id) for _ in range(50)]
    for rival in rivals:
        assert rival is not None
        rival.withdraw(ME, now())
    threads = [eventlet.spawn(reports.commit, [rival]) for rival in rivals]
    assert [bool(thread.wait()) for thread in threads].count(False) == 1
    stored = reports.load(first.case_id)
    assert stored is not None
    assert [event.sequence for event in stored.history] == [1, 2, 3]


def test_a_lost_race_in_a_group_does_not_touch_the_others(reports: MongoReports) -> None:
    first = submitted(reports, "same origin")
    reports.commit([first])
    doubled, others = submitted(reports, "same origin"), [submitted(reports) for _ in range(20)]
    assert reports.commit([*others[:10], doubled, *others[10:]]) == {doubled.case_id}
    assert len(reports.load_many(other.case_id for other in others)) == 20


def test_what_is_stored_is_what_was_decided(reports: MongoReports) -> None:
    report = submitted(reports)
    reports.commit([report])
    stored = reports.load(report.case_id)
    assert stored is not None
    assert (stored.state, stored.version, stored.facts, stored.private) == ("accepted", 2, report.facts, WORDS)
    assert Report.replay(report.case_id, stored.history).facts == report.facts
    assert "路灯" not in json.dumps(reports.collection.find_one({}, {"history": 1}), default=str, ensure_ascii=False)


@pytest.mark.parametrize("off", [-GRACE - timedelta(seconds=1), timedelta(hours=2)], ids=["old", "of a clock ahead"])
def test_the_sweeper_publishes_what_a_crash_left(
    reports: MongoReports, servers: Stack, queue: Callable[[str], list[Any]], off: timedelta
) -> None:
    report = submitted(reports)
    reports.commit([report])
    assert queue(inbox(DISPATCH)) == []
    _age(reports, off)
    relay = Relay(INTAKE, servers.addresses.amqp_uri(INTAKE), reports.collection)
    relay.start(eventlet.spawn)
    Sweeper(Report, reports.collection, relay).sweep()
    relay.drain(10)
    assert [json.loads(message.body)["type"] for message in queue(inbox(DISPATCH))] == ["ReportAccepted"]
    assert "unpublished" not in (reports.collection.find_one({"_id": report.case_id}) or {})


def test_two_sweepers_do_not_both_publish(
    reports: MongoReports, servers: Stack, queue: Callable[[str], list[Any]]
) -> None:
    for _ in range(30):
        reports.commit([submitted(reports)])
    _age(reports)
    relays = [Relay(INTAKE, servers.addresses.amqp_uri(INTAKE), reports.collection) for _ in range(2)]
    threads = [eventlet.spawn(Sweeper(Report, reports.collection, relay).sweep) for relay in relays]
    for thread in threads:
        thread.wait()
    assert len(queue(inbox(DISPATCH))) == 30


def test_a_later_step_does_not_clear_the_mark_of_events_that_never_went_out(
    reports: MongoReports, servers: Stack, queue: Callable[[str], list[Any]]
) -> None:
    """The first step's publishing was lost; the next one, which nobody listens for, succeeds."""
    report = submitted(reports)
    reports.commit([report])
    later = reports.load(report.case_id)
    assert later is not None
    later.record("start_service", INTAKE_ITSELF, now())
    reports.commit([later])
    relay = Relay(INTAKE, servers.addresses.amqp_uri(INTAKE), reports.collection)
    relay.start(eventlet.spawn)
    relay.send(Publication(later.case_id, event, snapshot) for event, snapshot in later.outgoing)
    relay.drain(10)
    assert (reports.collection.find_one({"_id": report.case_id}) or {})["unpublished"]["after"] == 0
    _age(reports)
    Sweeper(Report, reports.collection, relay).sweep()
    relay.drain(10)
    assert [json.loads(message.body)["type"] for message in queue(inbox(DISPATCH))] == ["ReportAccepted"]
    assert "unpublished" not in (reports.collection.find_one({"_id": report.case_id}) or {})


def test_a_mark_moves_on_with_what_went_out_while_the_case_went_on(reports: MongoReports, servers: Stack) -> None:
    report = submitted(reports)
    reports.commit([report])
    later = reports.load(report.case_id)
    assert later is not None
    later.record("start_service", INTAKE_ITSELF, now())
    reports.commit([later])
    relay = Relay(INTAKE, servers.addresses.amqp_uri(INTAKE), reports.collection)
    relay.start(eventlet.spawn)
    relay.send(Publication(report.case_id, event, snapshot) for event, snapshot in report.outgoing)
    relay.drain(10)
    assert (reports.collection.find_one({"_id": report.case_id}) or {})["unpublished"]["after"] == 2
    relay.send(Publication(later.case_id, event, snapshot) for event, snapshot in later.outgoing)
    relay.drain(10)
    assert "unpublished" not in (reports.collection.find_one({"_id": report.case_id}) or {})


def test_an_event_that_no_queue_takes_stays_unpublished(reports: MongoReports, servers: Stack) -> None:
    with Connection(servers.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()
        for service, heard in LISTENERS:
            channel.queue_unbind(inbox(service), events_exchange(INTAKE), heard)
        try:
            report = submitted(reports)
            reports.commit([report])
            relay = Relay(INTAKE, servers.addresses.amqp_uri(INTAKE), reports.collection)
            relay.publish([Publication(report.case_id, event, snapshot) for event, snapshot in report.outgoing])
        finally:
            for service, heard in LISTENERS:
                channel.queue_bind(inbox(service), events_exchange(INTAKE), heard)
    assert relay.marks.are_clear
    assert "unpublished" in (reports.collection.find_one({"_id": report.case_id}) or {})


def test_a_broken_message_is_dead_at_once_and_a_failing_one_climbs(
    stack: Stack, queue_of_stack: Callable[[str], list[Any]]
) -> None:
    """Intake is told of an order whose report it never had, and of something that is no event."""
    at = now()
    event = Event(1, "WorkStarted", "start", "in_progress", at, Actor("dispatch", "system"))
    snapshot = {"reporter": "r", "category": "cleaning", "opened_at": at, "rounds": [{"started_at": at}]}
    body, headers = encode(DISPATCH, Publication(str(uuid4()), event, snapshot))
    publisher = ConfirmedPublisher(stack.addresses.amqp_uri(DISPATCH), patience=30)
    exchange = events_exchange(DISPATCH)
    letters = [
        Letter(exchange, "WorkStarted", b"\xff\xfe no event", {"ce-source": DISPATCH, ATTEMPTS: "many"}, "broken"),
        Letter(exchange, "WorkStarted", body, headers, "unknown case"),
    ]
    assert publisher.publish(letters) == set()
    publisher.close()
    climbing = _eventually(lambda: queue_of_stack(retry_queue(INTAKE, 2)))
    dead = _eventually(lambda: queue_of_stack(dead_letters(INTAKE)))
    assert [(message.body.encode(), message.headers[ATTEMPTS]) for message in climbing] == [(body, 1)]
    assert climbing[0].headers[ERROR].startswith("UnknownCase")
    assert [entry["error"] for entry in climbing[0].headers[HISTORY]] == [climbing[0].headers[ERROR]]
    assert [message.body for message in dead] == [b"\xff\xfe no event"]
    assert [entry["error"] for entry in dead[0].headers[HISTORY]] == [dead[0].headers[ERROR]]
    assert len(_eventually(lambda: queue_of_stack(dead_letters(FEED)))) == 1, "feed hears everything"


@pytest.fixture
def queue_of_stack(stack: Stack) -> Iterator[Callable[[str], list[Any]]]:
    with Connection(stack.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()
        yield lambda name: list(iter(lambda: channel.basic_get(name, no_ack=True), None))


def _eventually(take: Callable[[], list[Any]]) -> list[Any]:
    deadline = time.monotonic() + 10
    while not (found := take()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _age(reports: MongoReports, off: timedelta = -GRACE - timedelta(seconds=1)) -> None:
    """As if the writers had died a while ago, unless it is told how far off their clock was."""
    reports.collection.update_many({}, {"$set": {"unpublished.at": now() + off}})
