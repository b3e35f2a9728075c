"""`python -m benchmarks`: the event path and the gateway beside their rivals, the loop, the routing, the indicators."""

import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks import event_path, machine, tables
from benchmarks.gateway import comparing
from benchmarks.ground import Ground, own_servers, own_stack
from benchmarks.indicators import scale
from benchmarks.indicators.filling import TooLittleSpace
from benchmarks.loop.figures import assignment_figures, loop_figures
from benchmarks.loop.load import in_own_process, pace, saturate
from benchmarks.loop.scene import scene_of
from benchmarks.routing import cost, fairness
from benchmarks.routing.world import shipped

CLIENTS = 16
SHARE_OF_SATURATION = 0.1


@dataclass(frozen=True)
class Effort:
    """How long to measure, in seconds; `turns` are those of ours and of the rivals with a target.

    `orders` are shared out among equals; `decisions` are taken at each of the numbers of `stewards`.
    `patience` is for the questions over the `evaluations`.
    """

    turns: int
    warm_up: float
    saturated: float
    paced: float
    edge: float
    """Of each turn, and for each of what is asked of the gateway."""
    orders: int
    decisions: int
    stewards: tuple[int, ...]
    evaluations: tuple[int, ...]
    patience: scale.Patience


THOROUGH = Effort(
    turns=3,
    warm_up=3,
    saturated=20,
    paced=30,
    edge=10,
    orders=10_000,
    decisions=5000,
    stewards=(200, 2000, 20_000),
    evaluations=(1_000_000,),
    patience=scale.Patience(ours=500, plain=3, seconds=120),
)
QUICK = Effort(
    turns=1,
    warm_up=1,
    saturated=6,
    paced=3,
    edge=2,
    orders=1000,
    decisions=50,
    stewards=(200, 1000),
    evaluations=(10_000,),
    patience=scale.Patience(ours=48, plain=1, seconds=30),
)


@click.command()
@click.option("--cases", default=5000, show_default=True, type=click.IntRange(10), help="积压件数 The backlog.")
@click.option(
    "--evaluations", multiple=True, type=click.IntRange(10_000), help="评价件数 In place of 1,000,000; repeatable."
)
@click.option("--quick", is_flag=True, help="快速 A short run, that shows only that it works.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="数据 Figures as JSON.")
def main(cases: int, evaluations: tuple[int, ...], quick: bool, json_file: Path | None) -> None:
    """基准 Measure this machine, on servers and services of the benchmark's own."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    console, effort = Console(), QUICK if quick else THOROUGH
    with console.status("启动 Starting the stack") as status, own_stack() as ground:
        figures = _measure(ground, cases, effort, console, status.update)
    with console.status("启动 Starting the servers") as status, own_servers() as servers:
        try:
            indicators = scale.measure(servers, evaluations or effort.evaluations, effort.patience, status.update)
        except TooLittleSpace as error:
            raise click.ClickException(f"磁盘空间不足 Too little space: {error}") from error
    tables.show_indicators(console, indicators)
    if json_file:
        json_file.write_text(
            json.dumps({**figures, "indicators": indicators}, ensure_ascii=False, indent=2), encoding="utf-8"
        )


def _measure(ground: Ground, cases: int, effort: Effort, console: Console, say: event_path.Say) -> dict[str, Any]:
    facts = machine.facts(ground)
    tables.show_machine(console, facts)

    results = event_path.measure(ground, cases, effort.turns, say)
    ratios = event_path.ratios(results)
    tables.show_event_path(console, results, ratios)

    say("全流程 The whole loop")
    scene = scene_of(ground)
    loop = loop_figures(in_own_process(saturate, scene, CLIENTS, effort.warm_up, effort.saturated), CLIENTS)
    tables.show_loop(console, loop)

    gateway = comparing.measure(ground, CLIENTS, effort.turns, effort.edge, say)
    tables.show_gateway(console, gateway)

    say("立案到派单 Accepted to assigned")
    rate = loop["cases_per_second"] * SHARE_OF_SATURATION
    assignment = assignment_figures(in_own_process(pace, scene, rate, effort.paced), rate)
    tables.show_assignment(console, assignment)
    say("派单公平 Fairness of the routing")
    world = shipped()
    shares = fairness.measure(world.rulebook.catalogue, world.rulebook.weights, effort.orders)
    tables.show_fairness(console, shares)

    say("派单开销 The cost of a decision")
    decisions = cost.measure(ground, world, effort.stewards, effort.decisions, say)
    tables.show_decisions(console, decisions)
    return {
        "machine": facts,
        "event_path": {name: result.figures() for name, result in results.items()},
        "ratios": ratios,
        "loop": loop,
        "gateway": gateway,
        "assignment": assignment,
        "fairness": shares,
        "decisions": decisions,
    }


if __name__ == "__main__":
    main()
