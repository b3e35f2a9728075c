"""`steward watch` beside a running system: what it shows, and how soon it sees that something is wrong."""

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from threading import Event
from typing import cast

import pytest

from shared.contracts.topology import DISPATCH, FEED, GATEWAY, LOOP_SERVICES, SERVICES
from shared.operations.attention import concerns
from shared.operations.broker import BrokerFigures
from shared.operations.observation import Observation
from shared.operations.observer import Observer
from shared.operations.processes import State
from shared.operations.stages import Stage
from shared.runtime.clock import now
from shared.runtime.telemetry.vitals import Vitals
from steward.stack import Stack
from steward.watching.asking import observer_of
from steward.watching.screen import Watch
from tests.support.http import resident
from tests.support.walk import load_district, report

pytestmark = pytest.mark.servers

PATIENCE = 90
"""Seconds; the broker gives up a frozen consumer after 20 to 30, and its own figures are up to 10 s late."""


@pytest.fixture(scope="module")
def observer(stack: Stack) -> Iterator[Observer]:
    observer, done = observer_of(stack), Event()
    observer.ask_while(lambda: not done.is_set())
    yield observer
    done.set()


def observed(observer: Observer, condition: Callable[[Observation], object]) -> Observation:
    """As soon as it is as told. Fails after PATIENCE, showing how it is instead."""
    deadline = time.monotonic() + PATIENCE
    while not condition(observation := observer.observe(now())):
        assert time.monotonic() < deadline, observation
        time.sleep(0.2)
    return observation


def states(observation: Observation) -> dict[str, State]:
    return {process.name: process.state for process in observation.processes}


def consumers(observation: Observation) -> dict[str, int | None]:
    """Nothing where the broker has not answered."""
    if not isinstance(observation.broker, BrokerFigures):
        return {}
    return {queues.service: queues.inbox.consumers if queues.inbox else None for queues in observation.broker.queues}


def is_well(observation: Observation) -> bool:
    """Everybody has answered, and everything runs."""
    seen = states(observation)
    if observation.away or not all(observation.vitals.values()) or "mongod" not in seen:
        return False
    return {*seen.values()} == {State.RUNS} and set(consumers(observation).values()) == {1}


def test_everything_that_runs_is_seen(observer: Observer) -> None:
    observation = observed(observer, is_well)
    assert {*SERVICES, GATEWAY, "rabbitmq", "mongod"} <= {*states(observation)}
    assert all(isinstance(observation.vitals[service], Vitals) for service in LOOP_SERVICES)
    assert consumers(observation) == dict.fromkeys(SERVICES, 1)


def at_stage(observation: Observation, name: str) -> Stage:
    return next(stage for stage in observation.stages if stage.name == name)


def test_a_report_lies_at_its_stage_and_leaves_it(stack: Stack, observer: Observer) -> None:
    load_district(stack)
    before = at_stage(observed(observer, is_well), "report").cases or 0
    me = resident(stack)
    case_id = report(me, category=None)
    seen = observed(observer, lambda seen: (at_stage(seen, "report").cases or 0) > before)
    assert (at_stage(seen, "report").open or {})["submitted"] > 0
    observed(observer, lambda seen: at_stage(seen, "report").per_minute)
    assert me.post(f"/reports/{case_id}/withdraw").status_code == 200
    observed(observer, lambda seen: at_stage(seen, "report").cases == before)


def test_a_frozen_service_is_seen_at_once_and_by_the_broker_later(stack: Stack, observer: Observer) -> None:
    observed(observer, is_well)
    stack.kill(FEED, signal.SIGSTOP)
    try:
        frozen = observed(observer, lambda seen: states(seen)[FEED] is State.FROZEN)
        since = next(process.since for process in frozen.processes if process.name == FEED)
        assert since
        assert (frozen.at - since).total_seconds() < 10
        observed(observer, lambda seen: consumers(seen).get(FEED) == 0)
    finally:
        stack.kill(FEED, signal.SIGCONT)
    observed(observer, is_well)


def test_without_the_gateway_everything_else_is_seen(stack: Stack, observer: Observer) -> None:
    observed(observer, is_well)
    stack.kill(GATEWAY, signal.SIGSTOP)
    try:
        seen = observed(observer, lambda seen: states(seen)[GATEWAY] is State.FROZEN)
        assert states(seen)[DISPATCH] is State.RUNS
        assert not seen.away
    finally:
        stack.kill(GATEWAY, signal.SIGCONT)
    observed(observer, is_well)


def test_a_frozen_database_is_away_and_none_of_its_figures_is_nought(stack: Stack, observer: Observer) -> None:
    observed(observer, is_well)
    stack.kill("mongod", signal.SIGSTOP)
    try:
        seen = observed(observer, lambda seen: {*LOOP_SERVICES} <= {*seen.away})
        assert {stage.cases for stage in seen.stages} == {None}
        assert {stage.per_minute for stage in seen.stages} != {None}
    finally:
        stack.kill("mongod", signal.SIGCONT)
    observed(observer, is_well)


@pytest.mark.parametrize("width", [80, 150])
def test_the_screen_shows_it_all(observer: Observer, width: int) -> None:
    seen = observed(observer, is_well)
    text = asyncio.run(drawn(cast("Observer", Moment(seen)), width))
    assert all(name in text for name in (*SERVICES, GATEWAY, "rabbitmq", "群众上报", "死信", "dead"))
    assert ("一切正常" in text) is (not concerns(seen)), "what others have left on the stack is told, too"
    assert ("调用" in text) is (width > 100)


class Moment:
    """What there is to be seen, standing still."""

    def __init__(self, seen: Observation) -> None:
        self._seen = seen

    def observe(self, at: datetime) -> Observation:
        return self._seen


async def drawn(observer: Observer, width: int) -> str:
    app = Watch(observer)
    async with app.run_test(size=(width, 200)) as pilot:
        await pilot.pause(0.5)
        picture = app.export_screenshot()
        await pilot.press("q")
    return unescape(re.sub(r"<[^>]+>", " ", picture))


def test_one_look_is_printed_and_ends(stack: Stack) -> None:
    executable = Path(sys.executable).with_name("steward")
    told = subprocess.run(
        [executable, "watch", "--once", "--home", stack.home.folder],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert all(name in told.stdout for name in (*SERVICES, GATEWAY, "进程 Processes"))
