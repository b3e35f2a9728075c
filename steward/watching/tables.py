"""An observation as tables for a terminal."""

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from services.gateway.operator.drawing import state_word
from shared.contracts.topology import RETRY_DELAYS
from shared.operations.attention import TOLD_LATE, Concern, Level, overdue
from shared.operations.broker import BrokerFigures, Line, QueueFigures
from shared.operations.observation import Observation
from shared.operations.processes import Process, State
from shared.operations.stages import Stage
from shared.operations.wording import (
    COLUMNS,
    NOT_KNOWN,
    PROCESS_STATES,
    STAGES,
    TIMERS,
    age,
    both,
    clock_time,
    count,
    duration,
    rate,
    sparkline,
)
from shared.runtime.telemetry.vitals import Vitals

BAD, DOUBTFUL, GOOD, QUIET = "bold red", "yellow", "green", "dim"
COLOURS = {Level.ALARM: BAD, Level.WARNING: DOUBTFUL}
STATE_COLOURS = {State.RUNS: GOOD, State.STARTS: DOUBTFUL, State.UNKNOWN: QUIET}
ALL_WELL = both(("一切正常", "All well"))


def concern_lines(concerns: Sequence[Concern]) -> Text:
    if not concerns:
        return Text(ALL_WELL, GOOD)
    lines = (Text(f"● {concern.zh} · {concern.en}", COLOURS[concern.level]) for concern in concerns)
    return Text("\n").join(lines)


def stage_table(stages: Iterable[Stage]) -> Table:
    table = _table("stage", "open", "flow", figures=("open", "flow"))
    table.add_column("", overflow="fold")
    for stage in stages:
        table.add_row(both(STAGES[stage.name]), count(stage.cases), rate(stage.per_minute), _states(stage.open))
    return table


def queue_table(observation: Observation, wide: bool) -> Table:
    """Where there is little room, the rates, the calls and the rungs of the ladder stand aside."""
    more = ("arriving", "applied") if wide else ()
    columns = ("queue", "ready", "unacked", *more, "trend", "oldest", "consumers", "retries", "dead")
    columns = (*columns, "calls") if wide else columns
    table = _table(*columns, figures=(*columns[1:3], *more, "consumers", "dead", "calls"), gap=2 if wide else 1)
    broker = observation.broker
    for queues in broker.queues if isinstance(broker, BrokerFigures) else ():
        table.add_row(*_queue_row(queues, wide))
    return table


def process_table(processes: Iterable[Process]) -> Table:
    table = _table("process", "state", "uptime", "connections", figures=("uptime", "connections"))
    for process in processes:
        state = Text(both(PROCESS_STATES[process.state]), STATE_COLOURS.get(process.state, BAD))
        if process.since:
            state.append(f" {clock_time(process.since)}")
        connections = count(process.connections) if process.uses_the_broker else ""
        table.add_row(process.name, state, duration(process.uptime), connections)
    return table


def backlog_table(vitals: Mapping[str, object]) -> Table:
    table = _table("service", "unpublished", "unpublished_age", "overdue", figures=("unpublished", "unpublished_age"))
    for service, told in vitals.items():
        if isinstance(told, Vitals):
            table.add_row(
                service,
                Text(count(told.unpublished_cases), BAD if told.unpublished_age >= TOLD_LATE else ""),
                duration(told.unpublished_age) if told.unpublished_cases else "",
                _overdue(told),
            )
        else:
            table.add_row(service, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)
    return table


def _queue_row(queues: QueueFigures, wide: bool) -> Iterable[Text | str]:
    line, dead = queues.inbox, queues.dead
    yield queues.service
    yield count(line.ready if line else None)
    yield count(line.unacked if line else None)
    if wide:
        yield rate(line.arriving if line else None)
        yield rate(line.applied if line else None)
    yield _trend(line, 30 if wide else 12)
    yield age(line.oldest) if line else NOT_KNOWN
    yield _consumers(line)
    yield _retries(queues.retries, wide)
    yield Text(count(dead.ready if dead else None), BAD if dead and dead.ready else "")
    if wide:
        yield count(queues.calls)


def _trend(line: Line | None, width: int) -> Text | str:
    return Text(f"{sparkline(line.trend[-width:]):>{width}}", "cyan") if line else NOT_KNOWN


def _consumers(line: Line | None) -> Text | str:
    return Text(count(line.consumers), "" if line.consumers else BAD) if line else NOT_KNOWN


def _retries(retries: Mapping[int, int | None], wide: bool) -> Text:
    known = [retries[delay] for delay in RETRY_DELAYS]
    waiting = sum(figure or 0 for figure in known)
    if wide:
        return Text(" ".join(map(count, known)), DOUBTFUL if waiting else "")
    return Text(NOT_KNOWN if None in known else count(waiting), DOUBTFUL if waiting else "")


def _states(open_cases: Mapping[str, int] | None) -> Text:
    """Those that there are."""
    there = (f"{state_word(state)} {state} {cases}" for state, cases in (open_cases or {}).items() if cases)
    return Text(" · ".join(there).replace("_", " "), QUIET)


def _overdue(told: Vitals) -> Text:
    late = (f"{both(TIMERS.get(timer, (timer, '')))} {duration(by)}" for timer, by in overdue(told).items())
    return Text(", ".join(late), DOUBTFUL)


def _table(*columns: str, figures: Sequence[str], gap: int = 2) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="dim")
    for name in columns:
        table.add_column("\n".join(COLUMNS[name]), justify="right" if name in figures else "left", no_wrap=True)
    return table
