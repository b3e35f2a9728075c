"""`steward republish`."""

from datetime import datetime

import click

from shared.runtime.clock import now
from steward.healing.actions import REPUBLISH, Action
from steward.healing.moments import Moment, since_option
from steward.healing.republishing import Cases, Told, count, mark
from steward.healing.workplace import Workplace, operator, operator_options, workplace_options
from steward.stack.commands import StackCommand
from steward.stack.journals import JOURNALS

NAMED = 20
"""Cases that an action names; of more it tells how many."""


@click.command(cls=StackCommand)
@click.option("--case", "cases", metavar="CASE_ID", multiple=True, help="案件 All events of this case.")
@click.option("--service", "services", type=click.Choice([*JOURNALS]), multiple=True, help="服务 What this one says.")
@since_option("起 Of cases with an event since then, from that one on.")
@click.option("--until", type=Moment(), metavar="MOMENT", help="止 Only of cases with an event before that.")
@click.option("--yes", is_flag=True, help="不再询问 Do not ask whether that many are meant.")
@operator_options(reason_required=False)
@workplace_options
def republish(
    at: Workplace,
    cases: tuple[str, ...],
    services: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    yes: bool,
    who: str,
    why: str,
) -> None:
    """重发 Tell events again; their services publish them within seconds. Who knows them already ignores them."""
    if not (cases or services or since or until):
        raise click.UsageError("须指明哪些 say which: --case, --service, --since or --until")
    told, by = Told(cases, since, until), operator(who, why)
    found = [
        (service, collection, number)
        for service in services or JOURNALS
        for collection in _collections(at, service)
        if (number := count(collection, told))
    ]
    total = sum(number for _, _, number in found)
    if not yes and not cases:
        click.confirm(f"重发 {total} 份案卷的事件？ Tell the events of {total} documents again?", abort=True)
    for service, collection, number in found:
        about = {"collection": collection.name, "documents": number, **_said(told)}
        at.actions.note(Action(REPUBLISH, by.who, by.why, service, about))
        click.echo(f"{service}.{collection.name}: 重发 to be told again {mark(collection, told, now())}")
    if not found:
        raise click.ClickException("没有这样的事件 There are no such events.")


def _collections(at: Workplace, service: str) -> list[Cases]:
    database = at.database(service)
    return [database[journal.collection_name] for journal in JOURNALS[service]]


def _said(told: Told) -> dict[str, object]:
    said = {"cases": " ".join(list(told.cases)[:NAMED]), "since": told.since, "until": told.until}
    return {name: value for name, value in said.items() if value}
