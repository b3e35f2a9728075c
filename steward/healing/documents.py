"""`steward rebuild`."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click
from rich.console import Console
from rich.progress import track

from steward.healing.actions import REPAIR, Action
from steward.healing.rebuilding import Difference, Rebuilder
from steward.healing.workplace import Workplace, operator, operator_options, workplace_options
from steward.stack.commands import StackCommand
from steward.stack.journals import JOURNALS

SHOWN = 50

Repair = Callable[[Rebuilder, Difference], bool]
"""Whether the document is now as its history says."""


@dataclass
class Tally:
    looked: int = 0
    differing: int = 0
    left: int = 0


@click.command(cls=StackCommand)
@click.argument("service", type=click.Choice([*JOURNALS]))
@click.option("--case", metavar="CASE_ID", help="案件 Only this one.")
@click.option("--repair", "repairs", is_flag=True, help="修复 Make them what their histories say.")
@operator_options(reason_required=False)
@workplace_options
def rebuild(at: Workplace, service: str, case: str | None, repairs: bool, who: str, why: str) -> None:
    """重建 Build every document of SERVICE again from its history, and compare. Exits 1 if any differs and stays so."""
    by, database, tally = operator(who, why), at.database(service), Tally()

    def repair(rebuilder: Rebuilder, found: Difference) -> bool:
        if not repairs or not found.is_whole:
            return False
        about = {"case_id": found.case_id, "fields": " ".join(found.stored)}
        at.actions.note(Action(REPAIR, by.who, by.why, service, about, {"was": found.lost}))
        return rebuilder.repair(found)

    for journal in JOURNALS[service]:
        _rebuild(Rebuilder(database, journal), case, repair, tally)
    _tell(tally)
    if tally.left or not tally.looked:
        sys.exit(1)


def _rebuild(rebuilder: Rebuilder, case: str | None, repair: Repair, tally: Tally) -> None:
    for found in _with_progress(rebuilder, case):
        tally.looked += 1
        if found:
            is_repaired = repair(rebuilder, found)
            tally.differing += 1
            tally.left += not is_repaired
            if tally.differing <= SHOWN:
                _show(rebuilder, found, is_repaired)


def _with_progress(rebuilder: Rebuilder, case: str | None) -> Iterator[Difference | None]:
    name, total = rebuilder.journal.collection_name, rebuilder.count(case)
    yield from track(rebuilder.look(case), f"重建 {name}", total, console=Console(stderr=True), transient=True)


def _show(rebuilder: Rebuilder, found: Difference, is_repaired: bool) -> None:
    """Which fields differ, and never what they say: that is none of an operator's business."""
    why = ", ".join(found.stored) if found.is_whole else "历史不全 its history is not whole"
    outcome = "已修复 repaired" if is_repaired else "未修复 not repaired"
    click.echo(f"  {rebuilder.journal.collection_name} {found.case_id}: {why} ({outcome})")


def _tell(tally: Tally) -> None:
    console = Console()
    if not tally.looked:
        console.print("没有这样的案卷 There is no such document.", style="bold red")
    elif not tally.differing:
        console.print(f"一致 All {tally.looked} documents are what their histories say.", style="green")
    else:
        console.print(
            f"案卷 documents: {tally.looked}, 不一致 differing: {tally.differing}, 未修复 left so: {tally.left}",
            style="bold red" if tally.left else "yellow",
        )
