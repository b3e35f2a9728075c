"""Where operators work: the servers as their account reaches them, and who they say that they are."""

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

import click

from shared.contracts.actions import DATABASE
from shared.runtime.environment import broker_uri, environment
from shared.runtime.mongo import Mongo, connect
from steward.databases import server_option, without_password
from steward.healing.actions import Actions, Operator
from steward.stack.commands import home_option
from steward.stack.local import Stack
from steward.stack.users import OPERATOR


@dataclass(frozen=True)
class Workplace:
    """Of the stack in `home`, unless the URIs name other servers."""

    home: str
    given_amqp_uri: str | None = None
    given_mongo_uri: str | None = None

    @property
    def amqp_uri(self) -> str:
        return self.given_amqp_uri or Stack(self.home).addresses.amqp_uri(OPERATOR)

    def database(self, name: str) -> Mongo:
        return connect(self.given_mongo_uri or Stack(self.home).addresses.mongo_uri(OPERATOR, name), name)

    @cached_property
    def actions(self) -> Actions:
        return Actions(self.database(DATABASE))


def workplace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--home`, `--amqp-uri` and `--mongo-uri`, as one argument `at`."""

    @wraps(command)
    def with_workplace(home: str, amqp_uri: str | None, mongo_uri: str | None, **others: Any) -> Any:
        return command(at=Workplace(home, amqp_uri, mongo_uri), **others)

    amqp_option = click.option(
        "--amqp-uri",
        default=lambda: broker_uri(environment(), "AMQP_URI") or None,
        callback=without_password,
        help="消息队列 The broker, signed in as the operator. [env: AMQP_URI, AMQP_URI_FILE]",
    )
    mongo_option = server_option("MONGO_URI", "数据库 The database, signed in as the operator.")
    return home_option(amqp_option(mongo_option(with_workplace)))


def operator_options(reason_required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--by` and `--reason`, as `who` and `why`: what is done is written down with both."""

    def options(command: Callable[..., Any]) -> Callable[..., Any]:
        by = click.option(
            "--by",
            "who",
            envvar="STEWARD_OPERATOR",
            default=getpass.getuser,
            help="谁 Who does it; who is signed in on this machine, unless said. [env: STEWARD_OPERATOR]",
        )
        default: dict[str, Any] = {} if reason_required else {"default": ""}
        reason = click.option("--reason", "why", required=reason_required, help="原因 Why.", **default)
        return by(reason(command))

    return options


def operator(who: str, why: str) -> Operator:
    if not who.strip():
        raise click.BadParameter("须写明谁 say who you are", param_hint="--by")
    return Operator(who.strip(), why.strip())
