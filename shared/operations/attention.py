"""What an operator should look at, worst first. What Prometheus rings the bell for is in `observability/alerts.yml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from shared.operations.broker import BrokerFigures, QueueFigures
from shared.operations.observation import Observation
from shared.operations.processes import Process, State
from shared.operations.source import Away
from shared.operations.wording import ALARMS, PROCESS_STATES, TIMERS, clock_time, duration
from shared.runtime.telemetry.vitals import Vitals

WAITS_LONG = 60.0
TOLD_LATE = 30.0
"""Seconds. A sweeper that works publishes within ten."""
OVERDUE = 60.0
IN_TIME = 1.0
"""Seconds. Timers look once a second, or less often."""


class Level(IntEnum):
    ALARM = 0
    WARNING = 1


@dataclass(frozen=True, slots=True)
class Concern:
    level: Level
    zh: str
    en: str


def concerns(observation: Observation) -> list[Concern]:
    found = [*_absences(observation), *_of_processes(observation)]
    if isinstance(observation.broker, BrokerFigures):
        found += _of_nodes(observation.broker)
        found += [concern for queues in observation.broker.queues for concern in _of_queues(queues)]
    for service, told in observation.vitals.items():
        if isinstance(told, Vitals):
            found += _of_vitals(service, told)
    return sorted(found, key=lambda concern: concern.level)


def overdue(told: Vitals) -> Mapping[str, float]:
    """The timers that are late, and by how many seconds."""
    return {timer: seconds for timer, seconds in told.timer_overdue.items() if seconds > IN_TIME}


def _absences(observation: Observation) -> Iterator[Concern]:
    for name, away in observation.away.items():
        who = ("消息队列", "the broker") if name == "broker" else (f"{name} 的数据", f"{name}'s figures")
        yield Concern(Level.ALARM, f"{who[0]}不在，{_since(away)[0]}", f"{who[1]} away {_since(away)[1]} ({away.why})")


def _since(away: Away) -> tuple[str, str]:
    time = clock_time(away.since)
    return (f"自 {time} 起", f"since {time}") if away.was_there else (f"自 {time} 未见", f"not seen since {time}")


def _of_processes(observation: Observation) -> Iterator[Concern]:
    for process in observation.processes:
        if process.state not in (State.RUNS, State.UNKNOWN):
            yield _of_process(process)


def _of_process(process: Process) -> Concern:
    zh, en = PROCESS_STATES[process.state]
    since = clock_time(process.since) if process.since else ""
    level = Level.WARNING if process.state is State.STARTS else Level.ALARM
    return Concern(level, f"{process.name} {zh}，自 {since} 起", f"{process.name} {en} since {since}")


def _of_nodes(broker: BrokerFigures) -> Iterator[Concern]:
    for node in broker.nodes:
        for alarm in node.alarms:
            zh, en = ALARMS[alarm]
            yield Concern(Level.ALARM, f"{node.name} {zh}，不收消息", f"{node.name} {en}: takes no message")


def _of_queues(queues: QueueFigures) -> Iterator[Concern]:
    service, inbox, dead = queues.service, queues.inbox, queues.dead
    if inbox and not inbox.consumers:
        yield Concern(Level.ALARM, f"{service} 的队列无人处理", f"nobody consumes the inbox of {service}")
    if dead and dead.ready:
        yield Concern(Level.ALARM, f"{service} 有死信 {dead.ready}", f"{dead.ready} dead letters of {service}")
    if inbox and inbox.oldest and inbox.oldest.seconds >= WAITS_LONG:
        waits = duration(inbox.oldest.seconds)
        yield Concern(Level.WARNING, f"{service} 的消息已等 {waits}", f"a message to {service} has waited {waits}")
    if retried := sum(waiting or 0 for waiting in queues.retries.values()):
        yield Concern(Level.WARNING, f"{service} 有重试 {retried}", f"{retried} retries of {service}")


def _of_vitals(service: str, told: Vitals) -> Iterator[Concern]:
    if told.unpublished_age >= TOLD_LATE:
        age, cases = duration(told.unpublished_age), told.unpublished_cases
        yield Concern(
            Level.ALARM,
            f"{service} 有 {cases} 件未发布，已等 {age}",
            f"{service} has {cases} cases unpublished, for {age}",
        )
    for timer, seconds in told.timer_overdue.items():
        if seconds >= OVERDUE:
            late = duration(seconds)
            zh, en = TIMERS.get(timer, (timer, timer))
            yield Concern(Level.WARNING, f"{service} 的{zh}逾期 {late}", f"{en} of {service} overdue by {late}")
