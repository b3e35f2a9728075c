"""`python -m benchmarks.backlog`: 100,000 messages that gathered while dispatch stood still, and the bare pipeline."""

import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from benchmarks import machine, tables
from benchmarks.backlog.draining import Drained, drain
from benchmarks.backlog.messages import MESSAGES_A_CASE, accepted_then_followed
from benchmarks.backlog.order import Order, order_of
from benchmarks.event_path import IN_HUNDREDS, IN_TENS, LISTENERS
from benchmarks.ground import STARTING_SECONDS, Ground, own_stack
from benchmarks.pipelines.bare import bare
from benchmarks.pipelines.ours import ours
from benchmarks.pipelines.pipeline import Pipeline
from benchmarks.processes import held
from benchmarks.sample import accepted
from shared.contracts.topology import inbox
from shared.runtime.messages import Publication
from steward.stack.waiting import wait_until

RIVALS = {IN_TENS: 10, IN_HUNDREDS: 100}
SHOWN = 10


@dataclass
class Told:
    """What was laid before the pipeline: by case, in the order of arrival, the sequence of its last event."""

    last: dict[str, int]

    def noting(self, publications: Iterator[Publication]) -> Iterator[Publication]:
        for publication in publications:
            self.last[publication.case_id] = publication.event.sequence
            yield publication


@click.command()
@click.option("--messages", default=100_000, show_default=True, type=click.IntRange(100), help="积压 The backlog.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="数据 Figures as JSON.")
def main(messages: int, json_file: Path | None) -> None:
    """积压 Drain a backlog, on servers and services of the benchmark's own. Exits 1 where anything is out of order."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    console = Console()
    with console.status("启动 Starting the stack") as status, own_stack() as ground:
        facts = machine.facts(ground)
        with held(ground.pids(*LISTENERS).values()):
            status.update("本系统 Ours")
            drained, order = _ours(ground, messages // MESSAGES_A_CASE)
            runs = [drained]
            _say(console, drained)
            for name in RIVALS:
                status.update(name)
                runs.append(_rival(ground, name, messages))
                _say(console, runs[-1])
            for listener in LISTENERS:
                ground.channel.queue_purge(inbox(listener))
    tables.show_machine(console, facts)
    _show(console, runs, order)
    if json_file:
        figures = {"machine": facts, "runs": [asdict(run) for run in runs], "order": asdict(order)}
        json_file.write_text(json.dumps(figures, ensure_ascii=False, indent=2), encoding="utf-8")
    if order.wrong:
        sys.exit(1)


def _ours(ground: Ground, cases: int) -> tuple[Drained, Order]:
    pipeline, told = ours(ground), Told({})
    _until_ready(pipeline)
    orders, evaluations = pipeline.collections

    def everybody_knows_who_follows() -> bool:
        return not any(one.count_documents({"followers.0": None}, limit=1) for one in (orders, evaluations))

    laid = told.noting(accepted_then_followed(ground.samples, cases))
    drained = drain(ground, pipeline, laid, cases, everybody_knows_who_follows)
    return drained, order_of(orders, told.last)


def _rival(ground: Ground, name: str, messages: int) -> Drained:
    """One message a case, as its steps know no second one: its messages are the figure to compare."""
    with bare(ground, name, RIVALS[name]) as pipeline:
        _until_ready(pipeline)
        return drain(ground, pipeline, accepted(ground.samples, messages), messages)


def _until_ready(pipeline: Pipeline) -> None:
    wait_until(pipeline.is_ready, STARTING_SECONDS, f"{pipeline.name}: nobody consumes")


def _say(console: Console, run: Drained) -> None:
    """As soon as it is known: a long run may be cut."""
    console.print(f"{' '.join(tables.LABELS[run.name].split())}: {run.messages_a_second:,.0f} 消息/秒 messages/s")


def _show(console: Console, runs: list[Drained], order: Order) -> None:
    """Both pipelines do two durable writes a case; ours takes two messages of each, the bare ones one."""
    names = list(runs[0].resident)
    table = Table("积压 A backlog", title="排队后处理 Queued while nobody heard, then drained")
    for heading in ("消息 messages", "件 cases", "秒 s", "消息/秒 messages/s", "件/秒 cases/s", *names):
        table.add_column(heading if heading not in names else f"{heading}\nMiB", justify="right")
    for run in runs:
        table.add_row(*_row(run, names))
    console.print(table)
    console.print(
        f"顺序 Order: {order.cases:,} 件 cases, {len(order.wrong)} 件有误 wrong; 逐件先后最多相差 overtaken by at most "
        f"{order.overtaken:,} 件 cases"
    )
    for complaint in order.wrong[:SHOWN]:
        console.print(f"  {complaint}", markup=False, highlight=False, soft_wrap=True)


def _row(run: Drained, names: list[str]) -> Iterator[Any]:
    yield tables.LABELS[run.name]
    yield from (f"{run.queued:,}", f"{run.cases:,}", f"{run.seconds:,.0f}")
    yield from (f"{run.messages_a_second:,.0f}", f"{run.cases_a_second:,.0f}")
    yield from (f"{run.resident[name]:,.0f}" for name in names)


if __name__ == "__main__":
    main()
