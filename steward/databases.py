"""The services' own databases, for a command that loads something into several of them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from shared.runtime.mongo import Mongo, connect
from steward.stack.local import Stack


def mongo_uri_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--mongo-uri`, where there is no stack of this home."""
    return click.option(
        "--mongo-uri", envvar="MONGO_URI", help="数据库 Where who signs in may write every service's database."
    )(command)


@contextmanager
def service_databases(services: Iterable[str], mongo_uri: str | None, home: str) -> Iterator[dict[str, Mongo]]:
    """By service, in that order; of the stack in this home each is opened by the service's own user."""
    with ExitStack() as clients:
        databases = {}
        for service in services:
            databases[service] = connect(mongo_uri or Stack(home).addresses.mongo_uri(service), service)
            clients.enter_context(databases[service].client)
        yield databases
