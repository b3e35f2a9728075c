"""`steward dead-letters list | show | requeue | discard`."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import click
from rich.console import Console

from shared.runtime.publisher import ConfirmedPublisher
from steward.healing.actions import DISCARD, LOOK, Action, Operator
from steward.healing.choosing import filter_options
from steward.healing.filters import Filter
from steward.healing.keeping import about
from steward.healing.letters import DeadLetter
from steward.healing.mending import Done, Mender
from steward.healing.queue import MOST, opened
from steward.healing.showing import letter_row, letter_table, show_letter
from steward.healing.workplace import Workplace, operator, operator_options, workplace_options
from steward.stack.commands import StackCommand


@click.group("dead-letters")
def dead_letters() -> None:
    """死信 Messages that a service gave up on. One person at a time may be at those of a service."""


@dead_letters.command("list", cls=StackCommand)
@filter_options
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="最多 At most, of a service."
)
@workplace_options
def list_letters(at: Workplace, services: tuple[str, ...], wanted: Filter, limit: int) -> None:
    """列表 What lies there, the first to have died first. It stays as it is."""
    table = letter_table()
    for service in services:
        with opened(at.amqp_uri, service) as queue:
            found = [letter for _, letter in islice(queue.meant(wanted), limit + 1)]
        for letter in found[:limit]:
            table.add_row(*letter_row(letter))
        if len(found) > limit:
            table.add_row("…", service, "另有更多 and more: --limit")
    if not table.row_count:
        click.echo("没有死信 No dead letters.")
        return
    Console().print(table)


@dead_letters.command(cls=StackCommand)
@filter_options
@click.option("--body", is_flag=True, help="正文 Also what it says; that somebody looked is noted.")
@operator_options(reason_required=False)
@workplace_options
def show(at: Workplace, services: tuple[str, ...], wanted: Filter, body: bool, who: str, why: str) -> None:
    """详情 All that is known of letters: headers, and every attempt with its moment and its error."""
    by, count = operator(who, why), 0
    for service in services:
        with opened(at.amqp_uri, service) as queue:
            found = [letter for _, letter in queue.meant(wanted)]
        if body and found:
            at.actions.note(*(_looked(by, letter) for letter in found))
        for letter in found:
            show_letter(letter, body)
        count += len(found)
    if not count:
        raise click.ClickException("没有这样的死信 There is no such dead letter: see `steward dead-letters list`.")


@dead_letters.command(cls=StackCommand)
@filter_options
@click.option("--all", "everything", is_flag=True, help="全部 All that lie there.")
@click.option("--discarded", metavar="ACTION", help="已弃 What that action threw away: see `steward actions`.")
@operator_options(reason_required=False)
@workplace_options
def requeue(
    at: Workplace,
    services: tuple[str, ...],
    wanted: Filter,
    everything: bool,
    discarded: str | None,
    who: str,
    why: str,
) -> None:
    """重投 Send letters to their service again, from the bottom of the retry ladder."""
    with _mender(at, operator(who, why)) as mender:
        if discarded:
            _tell("重投 requeued", mender.bring_back(_thrown_away(at, discarded)))
            return
        _require_meant(wanted, everything)
        for service in services:
            with opened(at.amqp_uri, service) as queue:
                _tell(f"{service}: 重投 requeued", mender.requeue(queue, wanted))


@dead_letters.command(cls=StackCommand)
@filter_options
@click.option("--all", "everything", is_flag=True, help="全部 All that lie there.")
@operator_options(reason_required=True)
@workplace_options
def discard(at: Workplace, services: tuple[str, ...], wanted: Filter, everything: bool, who: str, why: str) -> None:
    """弃置 Throw letters away, and say why. The whole message is kept: `requeue --discarded` brings it back."""
    _require_meant(wanted, everything)
    with _mender(at, operator(who, why)) as mender:
        for service in services:
            with opened(at.amqp_uri, service) as queue:
                _tell(f"{service}: 弃置 discarded", mender.discard(queue, wanted))


@contextmanager
def _mender(at: Workplace, by: Operator) -> Iterator[Mender]:
    publisher = ConfirmedPublisher(at.amqp_uri)
    try:
        yield Mender(publisher, at.actions, by)
    finally:
        publisher.close()


def _require_meant(wanted: Filter, everything: bool) -> None:
    if wanted.means_all and not everything:
        raise click.UsageError("须指明哪些 say which: letters, --case, --type, --error, --since, or --all")


def _thrown_away(at: Workplace, action_id: str) -> Action:
    action = at.actions.find(action_id)
    if action is None or action.what != DISCARD:
        raise click.ClickException(f"{action_id} 没有弃置过死信 threw nothing away: see `steward actions`.")
    return action


def _tell(what: str, done: Done) -> None:
    if done.count or done.refused:
        click.echo(f"{what} {done.count}")
    if done.refused:
        raise click.ClickException(f"{done.refused} 未被接收，仍在死信中 were not taken, and stay dead letters.")


def _looked(by: Operator, letter: DeadLetter) -> Action:
    return Action(LOOK, by.who, by.why, letter.service, about(letter))
