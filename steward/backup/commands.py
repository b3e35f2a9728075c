"""`steward backup | restore`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from shared.runtime.clock import now
from steward.backup.manifest import Manifest, Part
from steward.backup.places import mongo_uri_of, secrets_of, target_of
from steward.backup.restoring import Restored, restore
from steward.backup.taking import take_backup
from steward.stack.commands import StackCommand, home_option
from steward.stack.local import Stack

FOLDER = click.Path(file_okay=False, path_type=Path)
MEGABYTE = 1_000_000


@click.command("backup", cls=StackCommand)
@click.argument("folder", type=FOLDER)
@home_option
def backup(folder: Path, home: str) -> None:
    """备份 Write all databases, as of one moment, to FOLDER; the services go on meanwhile.

    It holds personal data, a part of them encrypted. The secrets that decrypt them are not in it: keep them apart.

    Of the stack in this home; where there is none, of the database that MONGO_URI names.
    """
    stack = Stack(home)
    with _progress("备份 backup") as tell:
        manifest = take_backup(mongo_uri_of(stack), folder, secrets_of(stack), tell)
    click.echo(f"已备份 Backed up as of {manifest.taken_at}: {_amount(manifest)}")


@click.command("restore", cls=StackCommand)
@click.argument("folder", type=FOLDER)
@click.option("--replace", "replaces", is_flag=True, help="覆盖 Put it in the place of all that the databases hold.")
@click.option("--other-secrets", is_flag=True, help="密钥不同 Restore although the secrets are others than then.")
@home_option
def restore_backup(folder: Path, replaces: bool, other_secrets: bool, home: str) -> None:
    """恢复 Bring all databases to what the backup in FOLDER holds.

    The servers have to run and be provisioned, the services must not: `steward down`, `steward up --servers-only`.

    Of the stack in this home; where there is none, of the servers that MONGO_URI and AMQP_URI name.
    """
    target = target_of(Stack(home))
    if other_secrets:
        target = replace(target, secrets={})
    with _progress("恢复 restore") as tell:
        done = restore(folder, target, now(), replaces=replaces, tell=tell)
    _show(done)


def _show(done: Restored) -> None:
    click.echo(f"已恢复 Restored as of {done.manifest.taken_at}: {_amount(done.manifest)}")
    click.echo(f"清空队列 Dropped from the queues: {done.dropped} 条消息 messages")
    click.echo(f"重新发布 To be published again: {done.unheard} 个案件 cases")


def _amount(manifest: Manifest) -> str:
    size = f"{manifest.size / MEGABYTE:,.1f} MB"
    return f"{len(manifest.parts)} 个集合 collections, {manifest.documents:,} 个文档 documents, {size}"


@contextmanager
def _progress(title: str) -> Iterator[Callable[[Part], Any]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=None)

        def tell(part: Part) -> None:
            progress.update(task, advance=1, description=f"{title} {part.namespace}")

        yield tell
