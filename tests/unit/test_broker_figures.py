"""What is made of the broker's answers, and which processes they prove."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.topology import DISPATCH, FEED, GATEWAY, INTAKE, SERVICES
from shared.operations.broker import BrokerFigures, BrokerMemory, QueueFigures
from shared.operations.management import BrokerReading, ConnectionReading, NodeReading, QueueReading
from shared.operations.memory import Age
from shared.operations.processes import Attendance, Process, Program, State, by_broker, by_programs

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
EMPTY = QueueReading(ready=0, unacked=0, consumers=1, published=0, acked=0)
SECOND = timedelta(seconds=1)


def reading() -> BrokerReading:
    """Everything is there, and nothing has happened yet."""
    kinds = ("{}.inbox", "{}.retry.2s", "{}.retry.30s", "{}.retry.300s", "{}.dead", "rpc-{}")
    queues = {kind.format(service): EMPTY for kind in kinds for service in SERVICES}
    return BrokerReading(
        {**queues, "rpc.reply-gateway-1": EMPTY, "rpc.reply-gateway-gone": replace(EMPTY, consumers=0)},
        {},
        tuple(ConnectionReading(user, BEGIN - hour) for user in (*SERVICES, GATEWAY) for hour in HOURS),
        (NodeReading("rabbit@here", True, 7200.0, ()),),
    )


HOURS = (timedelta(hours=1), timedelta(hours=2))


def with_queue(name: str, **figures: int) -> BrokerReading:
    whole = reading()
    return replace(whole, queues={**whole.queues, name: replace(whole.queues[name], **figures)})


def of_service(figures: BrokerFigures, service: str) -> QueueFigures:
    return next(queue for queue in figures.queues if queue.service == service)


@pytest.fixture
def memory() -> BrokerMemory:
    return BrokerMemory()


def test_a_queue_is_told_with_its_rates_and_the_age_of_its_oldest(memory: BrokerMemory) -> None:
    memory.note(BEGIN, with_queue("dispatch.inbox", published=100, acked=100))
    memory.note(BEGIN + 28 * SECOND, with_queue("dispatch.inbox", published=100, acked=100))
    memory.note(BEGIN + 30 * SECOND, with_queue("dispatch.inbox", ready=20, published=120, acked=100))
    later = with_queue("dispatch.inbox", ready=4, unacked=6, consumers=2, published=120, acked=110)
    queue = of_service(memory.note(BEGIN + 40 * SECOND, later), DISPATCH).inbox
    assert queue
    assert (queue.ready, queue.unacked, queue.consumers) == (4, 6, 2)
    assert (queue.arriving, queue.applied) == (30, 15)
    assert queue.oldest == Age(10, at_least=False)
    assert queue.trend == (0, 0, 0, 20, 10)


def test_retries_calls_and_dead_letters_stand_beside_the_inbox(memory: BrokerMemory) -> None:
    assert of_service(memory.note(BEGIN, with_queue("intake.retry.30s", ready=3)), INTAKE).retries == {
        2: 0,
        30: 3,
        300: 0,
    }
    assert of_service(memory.note(BEGIN + SECOND, with_queue("rpc-intake", unacked=2, ready=1)), INTAKE).calls == 3
    dead = of_service(memory.note(BEGIN + 2 * SECOND, with_queue("intake.dead", ready=1)), INTAKE).dead
    assert dead
    assert (dead.ready, dead.oldest) == (1, Age(0, at_least=False))


def test_a_queue_without_figures_is_not_an_empty_one(memory: BrokerMemory) -> None:
    whole = reading()
    queues = {name: queue for name, queue in whole.queues.items() if not name.startswith("feed.")}
    figures = memory.note(BEGIN, replace(whole, queues=queues))
    feed = of_service(figures, FEED)
    assert (feed.inbox, feed.dead) == (None, None)
    assert set(feed.retries.values()) == {None}


def test_what_a_service_tells_is_counted_by_the_minute(memory: BrokerMemory) -> None:
    memory.note(BEGIN, reading())
    figures = memory.note(BEGIN + 30 * SECOND, replace(reading(), published={"intake.events": 12}))
    assert (figures.told[INTAKE], figures.told[DISPATCH]) == (24, 0)


def test_the_gateway_is_there_as_often_as_it_waits_for_replies(memory: BrokerMemory) -> None:
    present = memory.note(BEGIN, reading()).present[GATEWAY]
    assert (present.instances, present.connections, present.since) == (1, 2, BEGIN - HOURS[1])


def named(processes: object, name: str) -> Process:
    return next(process for process in processes if process.name == name)  # type: ignore[attr-defined]


def test_a_service_that_takes_no_calls_is_not_there(memory: BrokerMemory) -> None:
    attendance = Attendance()
    before = named(by_broker(memory.note(BEGIN, reading()), attendance, BEGIN), DISPATCH)
    assert (before.state, before.uptime, before.since) == (State.RUNS, 7200, None)
    gone = memory.note(BEGIN + 9 * SECOND, with_queue("rpc-dispatch", consumers=0))
    after = named(by_broker(gone, attendance, BEGIN + 9 * SECOND), DISPATCH)
    assert (after.state, after.uptime, after.since) == (State.DOWN, None, BEGIN)
    assert named(by_broker(gone, attendance, BEGIN + 60 * SECOND), DISPATCH).since == BEGIN


def test_without_the_broker_nobody_knows(memory: BrokerMemory) -> None:
    states = {process.state for process in by_broker(None, Attendance(), BEGIN)}
    assert states == {State.UNKNOWN}


def test_a_supervised_program_is_as_its_supervisor_says_and_apart_where_the_broker_has_none_of_it(
    memory: BrokerMemory,
) -> None:
    programs = [
        Program("rabbitmq", State.RUNS, 90.0),
        Program("dispatch", State.RUNS, 80.0),
        Program("dispatch-2", State.FROZEN, 70.0),
        Program("intake", State.RUNS, 60.0),
        Program("feed", State.DOWN, 0.0),
    ]
    figures = memory.note(BEGIN, with_queue("rpc-intake", consumers=0))
    seen = {process.name: process for process in by_programs(programs, figures, Attendance(), BEGIN)}
    assert {name: process.state for name, process in seen.items()} == {
        "rabbitmq": State.RUNS,
        "dispatch": State.RUNS,
        "dispatch-2": State.FROZEN,
        "intake": State.APART,
        "feed": State.DOWN,
    }
    assert (seen["rabbitmq"].instances, seen["dispatch-2"].instances) == (None, 1)
    assert (seen["dispatch-2"].uptime, seen["feed"].uptime) == (70, None)
    assert seen["intake"].since == BEGIN
