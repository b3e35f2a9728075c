"""Options by which one says which dead letters are meant."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import click

from shared.contracts.topology import SERVICES
from steward.healing.filters import Filter
from steward.healing.moments import since_option


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which letters, as the arguments `services` and `wanted`."""

    @wraps(command)
    def with_filter(
        letters: tuple[str, ...],
        services: tuple[str, ...],
        event_type: str | None,
        case: str | None,
        error: str | None,
        since: datetime | None,
        **others: Any,
    ) -> Any:
        wanted = Filter(frozenset(letters), event_type, case, error, since)
        return command(services=services or SERVICES, wanted=wanted, **others)

    decorated: Callable[..., Any] = with_filter
    for option in (
        since_option("起 Dead since then."),
        click.option("--error", metavar="TEXT", help="错误 A part of the error."),
        click.option("--case", metavar="CASE_ID", help="案件 Of this case."),
        click.option("--type", "event_type", metavar="TYPE", help="事件 Of this type, as WorkStarted."),
        click.option("--service", "services", type=click.Choice(SERVICES), multiple=True, help="服务 Of this service."),
        click.argument("letters", metavar="[LETTER]...", nargs=-1),
    ):
        decorated = option(decorated)
    return decorated
