"""`steward indicators rebuild`."""

import sys
from uuid import uuid4

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.evaluation.indicators.counting import EVALUATIONS, Counter
from services.evaluation.indicators.rebuilding import Rebuilt
from services.evaluation.indicators.rebuilding import rebuild as rebuilding
from services.evaluation.indicators.rollups import LeaseLost
from services.evaluation.rulebook import read_rulebook
from shared.contracts.topology import EVALUATION
from shared.runtime.rule_files import load_rule_files
from steward.databases import mongo_uri_option, service_databases
from steward.stack.commands import StackCommand, home_option

SHOWN = 20


@click.command("rebuild", cls=StackCommand)
@mongo_uri_option
@home_option
def rebuild(mongo_uri: str | None, home: str) -> None:
    """重算 Count all cases again, compare with the sums in force, and put the new ones in their place.

    Exits 1 if they differed.
    """
    with service_databases([EVALUATION], mongo_uri, home) as databases:
        db = databases[EVALUATION]
        periods = read_rulebook(load_rule_files(db)).indicators.periods
        found = _rebuild(Counter(db[EVALUATIONS], periods, f"rebuild-{uuid4()}"))
    _show(found)
    if not found.agrees:
        sys.exit(1)


def _rebuild(counter: Counter) -> Rebuilt:
    found = Rebuilt()
    columns = (TextColumn("重算 counting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=counter.evaluations.estimated_document_count())
        try:
            for found in rebuilding(counter):
                progress.update(task, completed=found.cases)
        except LeaseLost as error:
            raise click.ClickException("另一重算已接手 Another rebuild took over") from error
    return found


def _show(found: Rebuilt) -> None:
    console = Console()
    console.print(f"案件 cases: {found.cases}, 单元 cells: {found.cells}")
    if found.agrees:
        console.print("一致 The sums in force were what the cases say.", style="green")
        return
    differing, miscounted = len(found.differing), len(found.miscounted)
    console.print(f"不一致 Differing cells: {differing}, miscounted cases: {miscounted}; put right", style="bold red")
    for name in (*found.differing[:SHOWN], *found.miscounted[:SHOWN]):
        console.print(f"  {name}", markup=False, highlight=False, soft_wrap=True)
