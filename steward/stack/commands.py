"""`steward up | down | restart | status | provision`."""

import sys
from collections.abc import Callable
from typing import Any

import click
from pymongo.errors import PyMongoError
from requests import RequestException
from rich.console import Console
from rich.table import Table

from shared.contracts.topology import GATEWAY
from shared.runtime.environment import broker_uri, environment, server_uri
from shared.runtime.faults import BROKER_AWAY
from steward.stack.errors import StackError
from steward.stack.instances import read_instances
from steward.stack.local import Stack
from steward.stack.provisioning import Administration, provision
from steward.stack.services import PROCESSES

REFUSALS: tuple[type[Exception], ...] = (StackError, *BROKER_AWAY, PyMongoError, RequestException)


class StackCommand(click.Command):
    """Shows what a server refuses, or a `StackError`, as a message and not as a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except REFUSALS as error:
            raise click.ClickException(str(error)) from error


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--home`, the folder that holds the stack."""
    return click.option(
        "--home",
        envvar="STEWARD_HOME",
        default=".steward",
        show_default=True,
        type=click.Path(file_okay=False),
        help="数据目录 Folder of the stack: ports, secrets, data, logs.",
    )(command)


def settings_of(_context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """`KEY=VALUE` pairs as a dictionary."""
    settings = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not (separator and name.isidentifier()):
            raise click.BadParameter(f"{pair!r} is not KEY=VALUE")
        settings[name] = value
    return settings


def instances_of(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, int]:
    """`2` or `dispatch=3`, as numbers by service."""
    try:
        return read_instances(given, PROCESSES)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(cls=StackCommand)
@home_option
@click.option("--free-ports", is_flag=True, help="选用空闲端口 Pick free ports (only for a new home).")
@click.option("--servers-only", is_flag=True, help="只启动消息队列和数据库 Only the broker and the database.")
@click.option(
    "--setting",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    callback=settings_of,
    help="服务设置 A setting of the services; may be repeated.",
)
@click.option("--tls", is_flag=True, help="加密 Encrypt all connections to the broker and the database.")
@click.option(
    "--instances",
    metavar="[SERVICE=]N",
    multiple=True,
    callback=instances_of,
    help="实例数 Processes of every service, or of one; may be repeated.",
)
def up(
    home: str,
    free_ports: bool,
    servers_only: bool,
    settings: dict[str, str],
    instances: dict[str, int],
    tls: bool,
) -> None:
    """启动 Start the servers, provision them, and start the services.

    AMQP_URI (with MANAGEMENT_URI) or MONGO_URI in the environment replace the stack's own server.
    """
    stack = Stack(home)
    env = environment()
    servers = {
        "AMQP_URI": broker_uri(env, "AMQP_URI"),
        "MANAGEMENT_URI": broker_uri(env, "MANAGEMENT_URI"),
        "MONGO_URI": server_uri(env, "MONGO_URI"),
    }
    started = stack.up(
        servers_only=servers_only,
        free_ports=free_ports,
        settings=settings,
        servers=servers,
        instances=instances,
        tls=tls,
    )
    click.echo("已启动 Started." if started else "已在运行 Already running.")
    show(stack)


@click.command(cls=StackCommand)
@home_option
def down(home: str) -> None:
    """停止 Stop everything; the data stay."""
    count = Stack(home).down()
    click.echo(f"已停止 Stopped {count} processes." if count else "没有运行 Nothing was running.")


@click.command(cls=StackCommand)
@click.argument("services", metavar="[SERVICE]...", nargs=-1)
@home_option
def restart(services: tuple[str, ...], home: str) -> None:
    """滚动重启 Restart services, or single instances, one process at a time; all where none is named.

    Each finishes what it has, and is ready again before the next one goes: nobody is refused meanwhile.
    """
    for done in Stack(home).restart(*services):
        spans = f"收尾 ending {done.ending:.1f} s, 就绪 starting {done.starting:.1f} s"
        click.echo(f"已重启 Restarted {done.name}: {spans}")


@click.command(cls=StackCommand)
@home_option
def status(home: str) -> None:
    """状态 Show every process; exits 1 when one does not run."""
    stack = Stack(home)
    processes = stack.processes()
    show(stack)
    if not processes or not all(process.running for process in processes):
        sys.exit(1)


@click.command("provision", cls=StackCommand)
@home_option
def provision_servers(home: str) -> None:
    """配置 Declare queues, users and rights on the broker and the database, and the shipped rules where there are none.

    Safe to repeat.

    Of the stack in this home; where there is none, of the servers named by AMQP_URI, MANAGEMENT_URI and
    MONGO_URI, with the users' passwords in INTAKE_PASSWORD and the like.
    """
    stack = Stack(home)
    done = stack.provision() if stack.exists() else provision(Administration.from_environment())
    click.echo("已配置 Provisioned.")
    for server, own in (("消息队列 broker", done.broker_users), ("数据库 database", done.database_users)):
        if not own:
            click.echo(f"{server}: 不能建立用户, 各服务共用所给账号 no users made, the given account is shared")


def show(stack: Stack) -> None:
    """One row per process, and where the API is described."""
    processes = stack.processes()
    if not processes:
        click.echo("没有运行 Not running.")
        return
    addresses = {program.name: program.address for program in stack.programs()}
    table = Table("进程 process", "状态 state", "pid", "运行 uptime", "地址 address")
    for process in processes:
        pid = str(process.pid or "")
        uptime = f"{process.uptime} s" if process.pid else ""
        table.add_row(process.name, process.state, pid, uptime, addresses.get(process.name, ""))
    Console().print(table)
    click.echo(f"监测 Prometheus: {stack.home.observability / 'prometheus.yml'}")
    if GATEWAY in addresses:
        click.echo(f"接口 API: {addresses[GATEWAY]}/docs/  {addresses[GATEWAY]}/openapi.json")
