"""`python -m chaos`."""

import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from random import SystemRandom

import click
from rich.console import Console
from rich.table import Table

from chaos import matrix
from chaos.fault import Fault
from chaos.faults import FAULTS
from chaos.ground import Ground, own_stack
from chaos.running import Run, run

MINUTES = 10.0
SHOWN = 50


def _chosen(_context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> Sequence[Fault]:
    """By name or family; all of them unless some are named."""
    unknown = [name for name in names if not any(name in (fault.name, fault.family) for fault in FAULTS)]
    if unknown:
        raise click.BadParameter(f"没有 No fault or family {', '.join(unknown)}: see --list")
    return [fault for fault in FAULTS if not names or {fault.name, fault.family} & {*names}]


@click.command()
@click.option("--seed", type=int, help="随机种子 Decides the order and what is left to chance; printed in any case.")
@click.option("--minutes", default=MINUTES, show_default=True, help="时限 No fault begins after that time.")
@click.option("--fault", "faults", multiple=True, callback=_chosen, help="故障 A fault or a family; may be repeated.")
@click.option("--list", "only_list", is_flag=True, help="列表 Which faults there are.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="数据 The figures as JSON.")
@click.option("--document", is_flag=True, help="文档 Put what was found into docs/chaos.md.")
def main(
    seed: int | None,
    minutes: float,
    faults: Sequence[Fault],
    only_list: bool,
    json_file: Path | None,
    document: bool,
) -> None:
    """故障演练 Harm a stack of its own under load in every way there is, and judge it.

    Exits 1 when anything was lost, doubled or did not recover.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    console = Console()
    if only_list:
        _list(console, faults)
        return
    seed = SystemRandom().randrange(10**6) if seed is None else seed
    console.print(f"种子 Seed {seed}")
    console.print("启动 Starting the stack")
    with own_stack() as (stack, lines):
        done = run(Ground.on(stack, lines, seed), faults, 60 * minutes, console.print)
    _show(console, done)
    figures = matrix.figures(done, seed)
    if json_file:
        json_file.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if document:
        matrix.keep(figures)
    if not done.is_good:
        sys.exit(1)


def _list(console: Console, faults: Sequence[Fault]) -> None:
    table = Table("类 family", "故障 fault", "")
    for fault in faults:
        table.add_row(fault.family, fault.name, fault.label)
    console.print(table)


def _show(console: Console, done: Run) -> None:
    table = Table("故障 fault", "上报 tried", "确认 ack.", "丢失 lost", "重复 dup.", "恢复 in s")
    for one in done.suffered:
        counts = map(str, (one.tried, one.acknowledged, one.lost, one.duplicated))
        table.add_row(one.fault.name, *counts, "—" if one.recovered is None else f"{one.recovered:.1f}")
    console.print(table)
    verdict = done.verdict
    console.print(f"{verdict.cases} 件 cases, {verdict.events} 事件 events")
    troubles = [f"{one.fault.name}: {one.trouble}" for one in done.suffered if one.trouble]
    for complaint in [*troubles, *verdict.complaints][:SHOWN]:
        console.print(f"  {complaint}", markup=False, highlight=False, soft_wrap=True, style="red")
    wrong = len(troubles) + len(verdict.complaints)
    said = f"异常 Complaints: {wrong}" if wrong else "无异常 Nothing wrong."
    console.print(said, style="bold green" if done.is_good else "bold red")


if __name__ == "__main__":
    main()
