"""The services' own databases, for a command that loads something into several of them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from shared.runtime.environment import environment, server_uri
from shared.runtime.mongo import Mongo, connect
from steward.stack.local import Stack


def mongo_uri_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--mongo-uri`, where there is no stack of this home."""
    return server_option("MONGO_URI", "数据库 Where who signs in may write every service's database.")(command)


def server_option(variable: str, meaning: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--mongo-uri`, from that variable of the environment unless said."""
    return click.option(
        "--mongo-uri",
        default=lambda: server_uri(environment(), variable) or None,
        callback=without_password,
        help=f"{meaning} [env: {variable}, {variable}_FILE]",
    )


def without_password(context: click.Context, parameter: click.Parameter, uri: str | None) -> str | None:
    """A command line is read by everybody on the machine."""
    typed = context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    if typed and uri and urlsplit(uri).password:
        raise click.BadParameter(
            "命令行里不写密码 everybody on this machine can read a command line: give it by the environment or a file"
        )
    return uri


@contextmanager
def service_databases(services: Iterable[str], mongo_uri: str | None, home: str) -> Iterator[dict[str, Mongo]]:
    """By service, in that order; of the stack in this home each is opened by the service's own user."""
    with ExitStack() as clients:
        databases = {}
        for service in services:
            databases[service] = connect(mongo_uri or Stack(home).addresses.mongo_uri(service), service)
            clients.enter_context(databases[service].client)
        yield databases
