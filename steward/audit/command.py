"""`steward audit`."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from steward.audit.auditing import PATIENCE, audit
from steward.audit.documents import STORES
from steward.audit.report import AuditReport
from steward.stack.commands import StackCommand, home_option
from steward.stack.local import Stack

SHOWN = 50


@click.command("audit", cls=StackCommand)
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=PATIENCE,
    show_default=True,
    help="等待 Seconds to wait for the system to be quiet.",
)
@click.option(
    "--ids",
    "ids_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="案件编号 Cases that must exist, one id a line, as `replay --ids` writes them.",
)
@home_option
def audit_stack(wait: float, ids_file: Path | None, home: str) -> None:
    """核对 Check every case in the three stores, and the queues. Exits 1 when anything is wrong."""
    ids = ids_file.read_text(encoding="utf-8").split() if ids_file else []
    report = audit(Stack(home), ids, wait)
    _show(report)
    if not report.is_clean:
        sys.exit(1)


def _show(report: AuditReport) -> None:
    console = Console()
    console.print(_table(report))
    if report.depths is None:
        console.print("队列未查 Queues not looked at: the broker has no management API.", style="yellow")
    if report.is_clean:
        console.print(f"无异常 Nothing wrong with {report.cases} cases.", style="green")
        return
    console.print(f"异常 Violations: {len(report.violations)}", style="bold red")
    for violation in report.violations[:SHOWN]:
        console.print(f"  {violation}", markup=False, highlight=False, soft_wrap=True)
    if len(report.violations) > SHOWN:
        console.print(f"  … 另有 and {len(report.violations) - SHOWN} more")


def _table(report: AuditReport) -> Table:
    table = Table("库 store", "状态 state", "数量 count")
    for store in STORES:
        states = {state: count for (service, state), count in report.counts.items() if service == store.service}
        for state, count in sorted(states.items()):
            table.add_row(f"{store.service}.{store.collection}", state, str(count))
        table.add_section()
    table.add_row("案件 cases", "", str(report.cases))
    if report.depths is not None:
        table.add_row("队列 messages in queues", "", str(sum(report.depths.values())))
    return table
