"""`steward actions`."""

from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from steward.healing.actions import WHAT
from steward.healing.moments import since_option
from steward.healing.showing import harmless
from steward.healing.workplace import Workplace, workplace_options
from steward.stack.commands import StackCommand


@click.command("actions", cls=StackCommand)
@click.option("--what", type=click.Choice(WHAT), help="做了什么 Only of this kind.")
@since_option("起 Done since then.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="最多 At most.")
@workplace_options
def actions(at: Workplace, what: str | None, since: datetime | None, limit: int) -> None:
    """运维记录 What operators did, and why: the latest first. Nobody can change it."""
    table = Table("编号 action", "时间 at", "谁 who", "做了什么 what", "服务 service", "对象 about", "原因 why")
    for action in at.actions.latest(limit, what, since):
        about = harmless(", ".join(f"{name} {value}" for name, value in action.about.items() if value))
        row = (action.action_id, f"{action.at:%Y-%m-%d %H:%M:%S}Z", harmless(action.who), action.what, action.service)
        table.add_row(*row, about, harmless(action.why))
    Console().print(table)
