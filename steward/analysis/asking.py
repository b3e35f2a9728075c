"""Asking the gateway of a stack as an analyst."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from shared.kernel.actor import ANALYST, Actor
from steward.replay.client import Gateway, Refused, Unanswered
from steward.stack.local import Stack
from steward.token import stack_tokens

WHO = Actor("command-line", ANALYST)
PATIENCE = 15.0
"""Seconds."""
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@contextmanager
def gateway_of(home: str) -> Iterator[Gateway]:
    """What it refuses, or does not answer, is shown as a message."""
    stack = Stack(home)
    try:
        yield Gateway(stack.addresses.gateway, stack_tokens(stack), PATIENCE)
    except (Refused, Unanswered) as error:
        raise click.ClickException(f"未得到 Not answered: {error}") from error


def deliver(content: bytes, output: Path | None) -> None:
    """Into the file, or to the terminal as it is."""
    if output is None:
        click.echo(content, nl=False)
        return
    output.write_bytes(content)
    click.echo(f"已写入 Written: {output}", err=True)
