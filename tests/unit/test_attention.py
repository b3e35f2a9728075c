"""What an operator is told to look at, and that nobody is told of what is well."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.topology import DISPATCH, INTAKE, LOOP_SERVICES, RETRY_DELAYS, SERVICES
from shared.operations.attention import Level, concerns
from shared.operations.broker import BrokerFigures, Line, QueueFigures
from shared.operations.management import NodeReading
from shared.operations.memory import Age
from shared.operations.observation import Observation
from shared.operations.processes import Process, State
from shared.operations.source import Away
from shared.operations.stages import stages
from shared.runtime.telemetry.vitals import Vitals

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
"""12:30 in Beijing."""
BEFORE = NOW - timedelta(minutes=2)
LINE = Line(ready=0, unacked=0, consumers=1, arriving=0.0, applied=0.0, trend=(0,), oldest=None)
NODE = NodeReading("rabbit@here", True, 7200.0, ())
VITALS = Vitals(0, 0.0, {"ring": 0.0}, {"pending": 3})


def queues(service: str, **changes: object) -> QueueFigures:
    well = QueueFigures(service, LINE, dict.fromkeys(RETRY_DELAYS, 0), replace(LINE, consumers=0), 0)
    return replace(well, **changes)  # type: ignore[arg-type]


def broker(*changed: QueueFigures, node: NodeReading = NODE) -> BrokerFigures:
    of = {queue.service: queue for queue in changed}
    return BrokerFigures((node,), tuple(of.get(service, queues(service)) for service in SERVICES), {}, TOLD)


TOLD: Mapping[str, float | None] = dict.fromkeys(LOOP_SERVICES, 60.0)
WELL = Observation(NOW, broker(), dict.fromkeys(LOOP_SERVICES, VITALS), (), (Process("feed", State.RUNS, 9.0, None),))


def test_nothing_is_said_of_what_is_well() -> None:
    assert concerns(WELL) == []


def test_who_has_not_answered_yet_is_no_concern() -> None:
    assert concerns(replace(WELL, broker=None, vitals=dict.fromkeys(LOOP_SERVICES))) == []


ALARMS = {
    "broker": (replace(WELL, broker=Away(BEFORE, "ConnectionError", True)), "消息队列不在，自 12:28:00 起"),
    "vitals": (replace(WELL, vitals={INTAKE: Away(BEFORE, "no answer", False)}), "intake 的数据不在，自 12:28:00 未见"),
    "process": (replace(WELL, processes=(Process("feed", State.DOWN, None, BEFORE),)), "feed 不在，自 12:28:00 起"),
    "frozen": (replace(WELL, processes=(Process("feed", State.FROZEN, 9.0, BEFORE),)), "feed 冻结，自 12:28:00 起"),
    "node": (
        replace(WELL, broker=broker(node=replace(NODE, alarms=("disk",)))),
        "rabbit@here 磁盘告急，不收消息",
    ),
    "consumers": (
        replace(WELL, broker=broker(queues(DISPATCH, inbox=replace(LINE, consumers=0)))),
        "dispatch 的队列无人处理",
    ),
    "dead": (replace(WELL, broker=broker(queues(DISPATCH, dead=replace(LINE, ready=2)))), "dispatch 有死信 2"),
    "unpublished": (
        replace(WELL, vitals={INTAKE: replace(VITALS, unpublished_cases=4, unpublished_age=65.0)}),
        "intake 有 4 件未发布，已等 1 min 05 s",
    ),
}
WARNINGS = {
    "waiting": (
        replace(WELL, broker=broker(queues(DISPATCH, inbox=replace(LINE, oldest=Age(90, False))))),
        "dispatch 的消息已等 1 min 30 s",
    ),
    "retries": (replace(WELL, broker=broker(queues(DISPATCH, retries={2: 1, 30: 2, 300: None}))), "dispatch 有重试 3"),
    "timer": (
        replace(WELL, vitals={DISPATCH: replace(VITALS, timer_overdue={"ring": 120.0})}),
        "dispatch 的工单时钟逾期 2 min 00 s",
    ),
}


@pytest.mark.parametrize(("observation", "said"), ALARMS.values(), ids=ALARMS)
def test_what_is_broken_is_an_alarm(observation: Observation, said: str) -> None:
    assert [(concern.level, concern.zh) for concern in concerns(observation)] == [(Level.ALARM, said)]


@pytest.mark.parametrize(("observation", "said"), WARNINGS.values(), ids=WARNINGS)
def test_what_is_slow_is_a_warning(observation: Observation, said: str) -> None:
    assert [(concern.level, concern.zh) for concern in concerns(observation)] == [(Level.WARNING, said)]


def test_the_worst_comes_first() -> None:
    slow = queues(INTAKE, retries={2: 1, 30: 0, 300: 0})
    dead = queues(DISPATCH, dead=replace(LINE, ready=1))
    assert [concern.level for concern in concerns(replace(WELL, broker=broker(slow, dead)))] == [
        Level.ALARM,
        Level.WARNING,
    ]


def test_everything_is_said_in_both_languages() -> None:
    said = [concern for observation, _ in (ALARMS | WARNINGS).values() for concern in concerns(observation)]
    assert all(_is_chinese(concern.zh) and not _is_chinese(concern.en) for concern in said)


def _is_chinese(text: str) -> bool:
    return any("一" <= sign <= "鿿" for sign in text)


def test_a_stage_counts_its_own_states_and_passes_on_what_nobody_knows() -> None:
    served = Vitals(0, 0.0, {}, {"pending": 3, "assigned": 1, "in_progress": 5, "closed": 9})
    seen = {stage.name: stage for stage in stages(broker(), {DISPATCH: served})}
    assert (seen["dispatch"].cases, seen["serve"].cases) == (4, 5)
    assert (seen["report"].cases, seen["rate"].cases) == (None, None)
    assert (seen["report"].per_minute, seen["dispatch"].per_minute) == (60, 0)
    assert {stage.per_minute for stage in stages(None, {})} == {None}
