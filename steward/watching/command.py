"""`steward watch`."""

import time

import click
from rich.console import Console

from shared.operations.attention import concerns
from shared.operations.observer import EVERY, Observer
from shared.operations.wording import TITLES, both
from shared.runtime.clock import now
from steward.stack.commands import StackCommand, home_option
from steward.stack.local import Stack
from steward.watching.asking import observer_of
from steward.watching.screen import Watch
from steward.watching.tables import backlog_table, concern_lines, process_table, queue_table, stage_table

LOOKS = 3
"""Of `--once`: a rate needs two, and the first ones may come late."""


@click.command(cls=StackCommand)
@click.option("--once", is_flag=True, help="只看一次 Print how it is now, and end.")
@home_option
def watch(once: bool, home: str) -> None:
    """监看 Watch the loop, the queues and the processes; needs no gateway. End it with q."""
    observer = observer_of(Stack(home))
    observer.ask_while(lambda: True)
    if once:
        time.sleep(LOOKS * EVERY)
        show(Console(), observer)
    else:
        Watch(observer).run()


def show(console: Console, observer: Observer) -> None:
    observation = observer.observe(now())
    console.print(concern_lines(concerns(observation)))
    for name, table in (
        ("stages", stage_table(observation.stages)),
        ("queues", queue_table(observation, wide=console.width >= 120)),
        ("processes", process_table(observation.processes)),
        ("backlog", backlog_table(observation.vitals)),
    ):
        console.print(f"\n{both(TITLES[name])}", style="bold")
        console.print(table)
