"""The tally as a table."""

from rich.console import Console
from rich.table import Table

from steward.replay.tally import STAGES, Tally, percentile

SHOWN = 20
"""Bad rows and unaccounted reports that are listed in full; of more, the number is."""

FINAL_NAMES = {
    "closed": "已评价结案 closed, rated",
    "expired": "未评价结案 closed, unrated",
    "rejected": "不予受理 rejected",
    "withdrawn": "撤回 withdrawn",
    "merged": "并案 merged",
    "open": "未结 open",
}


def show(tally: Tally) -> None:
    console = Console()
    console.print(_counts(tally))
    console.print(_stages(tally))
    listing(console, "下落不明 Unaccounted", tally.unaccounted)


def listing(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print(f"{title}: {len(lines)}", style="bold red")
    for line in lines[:SHOWN]:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"  … 另有 and {len(lines) - SHOWN} more")


def _counts(tally: Tally) -> Table:
    table = Table("重放 replay", "数量 count")
    table.add_row("行 rows read", str(tally.rows))
    table.add_row("坏行 bad rows", str(tally.bad_rows))
    table.add_row("上报 reported", str(tally.reported))
    table.add_row("立案 accepted", str(tally.accepted))
    table.add_section()
    for final, name in FINAL_NAMES.items():
        table.add_row(name, str(tally.finals[final]))
    table.add_section()
    table.add_row("返工 reworked", str(tally.reworked))
    table.add_row("回退 returned", str(tally.returned))
    table.add_section()
    table.add_row("重试 retries", str(tally.retries))
    table.add_row("秒 seconds", f"{tally.seconds:.1f}")
    table.add_row("每秒 cases/s", f"{tally.cases_per_second:.1f}")
    return table


def _stages(tally: Tally) -> Table:
    table = Table("阶段 stage", "数量 count", "p50 ms", "p99 ms")
    for stage in STAGES:
        taken = tally.stages[stage.name_en]
        shown = ("" if value is None else str(value) for value in (percentile(taken, 50), percentile(taken, 99)))
        table.add_row(f"{stage.name_zh} {stage.name_en}", str(len(taken)), *shown)
    return table
