"""`steward backup | restore`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from shared.runtime.clock import now
from steward.backup.manifest import Manifest, Part
from steward.backup.restoring import Restored, Target, restore
from steward.backup.secrecy import fingerprints
from steward.backup.taking import take_backup
from steward.stack.commands import StackCommand, home_option
from steward.stack.errors import StackError
from steward.stack.local import Stack
from steward.stack.users import ADMINISTRATOR, BACKUP

FOLDER = click.Path(file_okay=False, path_type=Path)
MEGABYTE = 1_000_000


@click.command("backup", cls=StackCommand)
@click.argument("folder", type=FOLDER)
@click.option("--mongo-uri", envvar="BACKUP_MONGO_URI", help="数据库 The sign-in of `backup`, if not of the stack.")
@home_option
def backup(folder: Path, mongo_uri: str | None, home: str) -> None:
    """备份 Write all databases, as of one moment, to FOLDER; the services go on meanwhile.

    It holds personal data, part of them encrypted. The secrets that decrypt them are not in it: keep those apart.
    """
    uri = mongo_uri or Stack(home).addresses.mongo_uri(BACKUP, "admin")
    with _progress("备份 backup") as tell:
        manifest = take_backup(uri, folder, _secrets(home), tell)
    click.echo(f"已备份 Backed up as of {manifest.taken_at}: {_amount(manifest)}")


@click.command("restore", cls=StackCommand)
@click.argument("folder", type=FOLDER)
@click.option("--replace", is_flag=True, help="覆盖 Put it in the place of all that the databases hold.")
@click.option("--other-secrets", is_flag=True, help="密钥不同 Restore although the secrets are others than then.")
@click.option("--mongo-uri", envvar="MONGO_URI", help="数据库 The administrator's sign-in, if not of the stack.")
@click.option("--amqp-uri", envvar="AMQP_URI", help="消息队列 The administrator's sign-in, if not of the stack.")
@home_option
def restore_backup(
    folder: Path, replace: bool, other_secrets: bool, mongo_uri: str | None, amqp_uri: str | None, home: str
) -> None:
    """恢复 Bring all databases to what the backup in FOLDER holds.

    The servers have to run and be provisioned, the services must not: `steward down`, `steward up --servers-only`.
    """
    secrets = {} if other_secrets else _secrets(home)
    target = Target(*_administrators(mongo_uri, amqp_uri, home), secrets)
    with _progress("恢复 restore") as tell:
        done = restore(folder, target, now(), replace=replace, tell=tell)
    _show(done)


def _show(done: Restored) -> None:
    click.echo(f"已恢复 Restored as of {done.manifest.taken_at}: {_amount(done.manifest)}")
    click.echo(f"清空队列 Dropped from the queues: {done.dropped} 条消息 messages")
    click.echo(f"重新发布 To be published again: {done.unheard} 个案件 cases")


def _administrators(mongo_uri: str | None, amqp_uri: str | None, home: str) -> tuple[str, str]:
    if mongo_uri and amqp_uri:
        return mongo_uri, amqp_uri
    if mongo_uri or amqp_uri:
        raise StackError("MONGO_URI 和 AMQP_URI 须同时给出: both are needed, or none to restore the stack of this home")
    addresses = Stack(home).addresses
    return addresses.mongo_uri(ADMINISTRATOR), addresses.amqp_uri(ADMINISTRATOR)


def _secrets(home: str) -> Mapping[str, str]:
    """Unknown where no stack is in this home."""
    stack = Stack(home)
    return fingerprints(stack.record.secrets) if stack.exists() else {}


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
