"""`steward export`: a view of the evaluations as a file, read as the analyst that the database knows."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from pymongo.errors import PyMongoError
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from services.evaluation.analysis.views import VIEWS
from shared.contracts.topology import EVALUATION
from shared.runtime.mongo import connect
from steward.analysis.view_files import MOST_ROWS, Advance, TooManyRows, write_csv, write_xlsx
from steward.analysis.view_rows import ViewRows, period_query
from steward.databases import server_option
from steward.stack.commands import StackCommand, home_option
from steward.stack.local import Stack
from steward.stack.users import ANALYST

Write = Callable[[ViewRows, Path, Advance], None]
DAY = click.DateTime(["%Y-%m-%d"])


def _write_parquet(rows: ViewRows, path: Path, advance: Advance) -> None:
    with warnings.catch_warnings():
        # Cython tells of every Arrow class that has grown since pymongoarrow was built; growing is allowed.
        warnings.filterwarnings("ignore", "pyarrow.* size changed", RuntimeWarning)
        try:
            from steward.analysis.view_parquet import write_parquet
        except ImportError as missing:
            raise click.ClickException(
                f"缺少 {missing.name}: Parquet needs the extra `analysis`: pip install -e '.[analysis]'"
            ) from missing
    write_parquet(rows, path, advance)


FORMATS: dict[str, Write] = {"csv": write_csv, "xlsx": write_xlsx, "parquet": _write_parquet}


@click.command("export", cls=StackCommand)
@click.option("--view", "name", type=click.Choice(list(VIEWS)), default="analysis_cases", show_default=True)
@click.option("--start", type=DAY, help="起 First day, in Beijing.")
@click.option("--end", type=DAY, help="止 Last day, inclusive.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="文件 Where to.")
@server_option("ANALYST_MONGO_URI", "数据库 The analyst's sign-in, if not of the stack.")
@home_option
def export(
    name: str,
    start: datetime | None,
    end: datetime | None,
    format_: str,
    output: Path,
    mongo_uri: str | None,
    home: str,
) -> None:
    """导出 Write a view to a file. There is either the whole file in the end, or none."""
    view = VIEWS[name]
    query = period_query(view, start and start.date(), end and end.date())
    db = connect(mongo_uri or Stack(home).addresses.mongo_uri(ANALYST, EVALUATION), EVALUATION)
    try:
        with db.client, _whole(output) as part, _progress(name) as advance:
            FORMATS[format_](ViewRows(db, view, query), part, advance)
    except TooManyRows as error:
        raise click.ClickException(
            f"超过 {MOST_ROWS:,} 行: a worksheet holds no more; take a shorter period, or csv or parquet."
        ) from error
    except PyMongoError as error:
        raise click.ClickException(f"数据库 database: {error}") from error


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """Written beside its place under another name, and moved there once it is whole."""
    part = output.with_name(f".{output.name}.part")
    try:
        yield part
        os.replace(part, output)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _progress(name: str) -> Iterator[Advance]:
    """How many there will be is not known: to count a view takes as long as to read it."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} 行 rows"),
        TaskProgressColumn(show_speed=True),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=None)
        yield lambda rows: progress.advance(task, rows)
