"""`steward indicators`, with what belongs to it below, and `steward report`."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from shared.contracts.indicators import DIMENSIONS, EXEMPTIONS, GRAINS
from steward.analysis.asking import NEW_FILE, WHO, deliver, gateway_of
from steward.analysis.rebuild import rebuild
from steward.analysis.table import show
from steward.stack.commands import StackCommand, home_option

BEIJING = ZoneInfo("Asia/Shanghai")


class StackGroup(StackCommand, click.Group):
    """A command that has others below it."""


@click.group("indicators", cls=StackGroup, invoke_without_command=True)
@click.option("--by", default="all", show_default=True, type=click.Choice(DIMENSIONS), help="维度 By what.")
@click.option("--grain", default="month", show_default=True, type=click.Choice(GRAINS), help="统计期 Of which periods.")
@click.option("--start", help="起 First period: 2026-11-24, 2026-W48, 2026-11, 2026-Q4, 2026. Now, if not given.")
@click.option("--end", help="止 Last period; the first, if not given.")
@click.option("--within", help="范围 Code of the unit whose parts are shown.")
@click.option(
    "--exemptions",
    default="applied",
    show_default=True,
    type=click.Choice(EXEMPTIONS),
    help="申诉豁免 Whether what appeals took out is left out.",
)
@click.option("--publish", is_flag=True, help="公布 Without what is too small to be published.")
@click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    type=click.Choice(("table", "csv", "xlsx", "json")),
    help="格式.",
)
@click.option("--output", type=NEW_FILE, help="文件 Where to write; the terminal, if not given.")
@home_option
@click.pass_context
def indicators(
    context: click.Context, /, home: str, form: str, output: Path | None, start: str | None, **asked: str | bool | None
) -> None:
    """指标 Show the indicators of a stack."""
    if context.invoked_subcommand is not None:
        return
    _check(form, output)
    start = start or current(str(asked["grain"]), datetime.now(BEIJING))
    query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in asked.items() if value}
    with gateway_of(home) as gateway:
        if form == "table":
            show(gateway.get("/indicators", WHO, start=start, **query), gateway.get("/indicators/definitions", WHO))
        else:
            deliver(gateway.download("/indicators", WHO, start=start, format=form, **query), output)


indicators.add_command(rebuild)


@click.command("report", cls=StackCommand)
@click.option("--month", required=True, help="月份 A statistical month: 2026-11.")
@click.option(
    "--format", "form", default="html", show_default=True, type=click.Choice(("html", "xlsx")), help="格式 As what."
)
@click.option("--output", type=NEW_FILE, help="文件 Where to write; the terminal, if not given.")
@home_option
def report(month: str, form: str, output: Path | None, home: str) -> None:
    """月报 Make the report of a month: one page that needs no network, or a workbook."""
    _check(form, output)
    with gateway_of(home) as gateway:
        deliver(gateway.download("/reports/monthly", WHO, month=month, format=form), output)


def current(grain: str, now: datetime) -> str:
    """The label of the period of the calendar that it is now; the statistical one may begin some days earlier."""
    labels = {"day": f"{now:%Y-%m-%d}", "week": f"{now:%G-W%V}", "month": f"{now:%Y-%m}", "year": f"{now:%Y}"}
    return labels.get(grain) or f"{now:%Y}-Q{(now.month + 2) // 3}"


def _check(form: str, output: Path | None) -> None:
    if form == "xlsx" and output is None:
        raise click.UsageError("XLSX 要写入文件 XLSX has to go into a file: --output FILE")
    if form == "table" and output is not None:
        raise click.UsageError("表格显示在终端 A table is for the terminal; a file is csv, xlsx or json.")
