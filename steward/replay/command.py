"""`steward replay`."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from services.gateway.identity.tokens import Tokens
from shared.contracts.catalogue import CATEGORIES, Category, load_catalogue
from shared.contracts.files import InvalidFile
from shared.contracts.positions import DATUMS
from shared.contracts.report_columns import KNOWN_NAMES
from shared.runtime.environment import environment
from steward.replay.categories import CategoryNames, read_category_map
from steward.replay.client import Gateway, Refused, Unanswered
from steward.replay.columns import Columns
from steward.replay.journey import Outcome
from steward.replay.people import People
from steward.replay.player import Player
from steward.replay.run import Replay
from steward.replay.script import Rates, Script
from steward.replay.submissions import read_submissions
from steward.replay.table import listing, show
from steward.replay.tally import Tally
from steward.stack.commands import StackCommand, home_option
from steward.stack.local import Stack
from steward.stack.rules import SHIPPED
from steward.token import ISSUER, stack_tokens

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
SHARE = click.FloatRange(0, 1)
MORE_THAN_ZERO = click.FloatRange(0, min_open=True)
RATE_OPTIONS = {
    "returned": ("--return", "回退 Share of the first assignments that are returned."),
    "reworked": ("--rework", "返工 Share of the ratings that are unsatisfied."),
    "unrated": ("--no-rating", "不评价 Share of the residents who never rate."),
    "withdrawn": ("--withdraw", "撤回 Share of the reports that are withdrawn."),
    "rejected": ("--reject", "不予受理 Share of the reports awaiting a dispatcher that are rejected."),
    "merged": ("--merge", "并案 Share of the possible duplicates that are merged; the others are accepted."),
}


def _given_columns(_context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """`OURS=THEIRS` pairs as a dictionary."""
    given = {}
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        if not (separator and theirs and ours in KNOWN_NAMES):
            raise click.BadParameter(f"{pair!r} is not OURS=THEIRS, OURS being one of {', '.join(KNOWN_NAMES)}")
        given[ours] = theirs
    return given


def _rate_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option per field of `Rates`, which also has the defaults."""
    for field in reversed(fields(Rates)):
        flag, words = RATE_OPTIONS[field.name]
        option = click.option(flag, field.name, type=SHARE, default=field.default, show_default=True, help=words)
        command = option(command)
    return command


@click.command(cls=StackCommand)
@click.argument("file", type=FILE)
@click.option(
    "--map",
    "given",
    metavar="OURS=THEIRS",
    multiple=True,
    callback=_given_columns,
    help=f"列对应 Which column is which field ({', '.join(KNOWN_NAMES)}); may be repeated.",
)
@click.option("--datum", type=click.Choice(DATUMS), help="坐标系 Datum of positions that do not say theirs.")
@click.option("--category-map", type=FILE, help="类别对应 A CSV of theirs,ours.")
@click.option(
    "--default-category", metavar="CODE", help="默认类别 For unknown categories; else a dispatcher sorts them."
)
@click.option("--categories", type=FILE, default=SHIPPED / CATEGORIES, show_default="config/categories.csv")
@click.option("--limit", type=click.IntRange(1), help="行数 Only the first rows.")
@click.option("--seed", default=1, show_default=True, help="随机种子 The same seed gives the same script.")
@click.option(
    "--clients", type=click.IntRange(1, 200), default=8, show_default=True, help="并发 Cases at the same time."
)
@click.option("--rate", type=MORE_THAN_ZERO, help="每秒 Reports a second; as many as go unless given.")
@click.option("--patience", type=MORE_THAN_ZERO, default=60, show_default=True, help="耐心 Seconds to keep trying.")
@click.option(
    "--wait-expiry", type=click.FloatRange(0), default=0, help="Seconds to wait at the end for unrated cases."
)
@_rate_options
@click.option("--gateway", "url", help="网关 Another gateway; then TOKEN_SECRET and TOKEN_ISSUER sign the tokens.")
@click.option("--json", "json_file", type=NEW_FILE, help="Write the tally as JSON.")
@click.option("--ids", "ids_file", type=NEW_FILE, help="Write the case ids that were acknowledged, one a line.")
@home_option
def replay(
    *,
    file: Path,
    given: dict[str, str],
    datum: str | None,
    category_map: Path | None,
    default_category: str | None,
    categories: Path,
    limit: int | None,
    seed: int,
    clients: int,
    rate: float | None,
    patience: float,
    wait_expiry: float,
    url: str | None,
    json_file: Path | None,
    ids_file: Path | None,
    home: str,
    **rates: float,
) -> None:
    """重放 Send the reports of FILE (JSONL, CSV, XLSX) over HTTP, and play everybody who acts on them.

    Rows that cannot be sent are listed and skipped. Exits 1 where a report's end is not known.
    """
    console = Console()
    try:
        catalogue = load_catalogue(categories)
        mapping = read_category_map(category_map, catalogue) if category_map else {}
        names = CategoryNames(catalogue, mapping, _known(default_category, catalogue))
        submissions, problems = read_submissions(file, Columns(names, given, datum), limit)
    except InvalidFile as error:
        raise click.ClickException(str(error)) from error
    listing(console, "坏行 Bad rows", [str(problem) for problem in problems])
    gateway = _gateway(url, home, patience)
    people = _meet(gateway)
    scripts = [Script.of(seed, submission.line, Rates(**rates)) for submission in submissions]
    players = [Player(*parts, people, catalogue, names) for parts in zip(submissions, scripts, strict=True)]
    began = time.monotonic()
    with _acknowledged(ids_file) as note:
        run = Replay(gateway, clients, rate, note)
        outcomes = _with_progress(console, run, players)
    seconds = time.monotonic() - began
    tally = Tally(len(submissions) + len(problems), len(problems), seconds, gateway.retries)
    tally.count(outcomes, run.finals(outcomes, wait_expiry))
    _tell(tally, json_file)


def _known(code: str | None, catalogue: Mapping[str, Category]) -> str | None:
    if code is not None and code not in catalogue:
        raise click.BadParameter(f"{code!r} is not in the catalogue", param_hint="--default-category")
    return code


def _gateway(url: str | None, home: str, patience: float) -> Gateway:
    if url is None:
        stack = Stack(home)
        return Gateway(stack.addresses.gateway, stack_tokens(stack), patience)
    env = environment()
    try:
        tokens = Tokens(env.str("TOKEN_SECRET", ""), env.str("TOKEN_ISSUER", ISSUER))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    return Gateway(url, tokens, patience)


@contextmanager
def _acknowledged(path: Path | None) -> Iterator[Callable[[str], object]]:
    """Where case ids are noted as they are acknowledged, so that they are known even if we are killed."""
    if path is None:
        yield lambda _case_id: None
        return
    with path.open("w", encoding="utf-8", buffering=1) as file:
        yield lambda case_id: file.write(f"{case_id}\n")


def _meet(gateway: Gateway) -> People:
    try:
        return People.meet(gateway)
    except (Refused, Unanswered) as error:
        raise click.ClickException(str(error)) from error


def _with_progress(console: Console, run: Replay, players: Sequence[Player]) -> list[Outcome]:
    with _progress(console) as bar:
        return list(bar.track(run.run(players), total=len(players), description="重放 replay"))


def _tell(tally: Tally, json_file: Path | None) -> None:
    show(tally)
    if json_file:
        json_file.write_text(json.dumps(tally.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if not tally.adds_up:
        sys.exit(1)


def _progress(console: Console) -> Progress:
    columns: Iterable[Any] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console)
