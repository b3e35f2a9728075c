"""`steward clients`: which programs of others may write here, each with a key of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table

from services.gateway.clients.client import new_client, new_key
from services.gateway.clients.repository import Clients
from shared.contracts.topology import GATEWAY
from shared.runtime.clock import now
from steward.databases import mongo_uri_option, service_databases
from steward.stack.commands import StackCommand, home_option


@click.group()
def clients() -> None:
    """接入方 Programs of others that may report here, as by Open311."""


@clients.command(cls=StackCommand)
@click.argument("name")
@click.option("--contact", default="", help="联系方式 Who answers for it: an office, an address.")
@mongo_uri_option
@home_option
def add(name: str, contact: str, mongo_uri: str | None, home: str) -> None:
    """新增 Give NAME a key. It is shown this once, and kept nowhere."""
    client, key = new_client(name, contact, now()), new_key()
    with _registry(mongo_uri, home) as registry:
        registry.add(client, key)
    click.echo(f"编号 id: {client.client_id}")
    click.echo(f"密钥 key: {key}")
    click.echo("密钥只显示这一次。 The key is shown this once: hand it over, and keep no copy.")


@clients.command("list", cls=StackCommand)
@mongo_uri_option
@home_option
def list_clients(mongo_uri: str | None, home: str) -> None:
    """列表 All of them, those whose key was revoked too."""
    with _registry(mongo_uri, home) as registry:
        known = registry.all()
    table = Table("编号 id", "名称 name", "联系方式 contact", "开通 since", "吊销 revoked")
    for client in known:
        revoked = f"{client.revoked_at:%Y-%m-%d}" if client.revoked_at else ""
        table.add_row(client.client_id, client.name, client.contact, f"{client.created_at:%Y-%m-%d}", revoked)
    Console().print(table)


@clients.command(cls=StackCommand)
@click.argument("client_id")
@mongo_uri_option
@home_option
def revoke(client_id: str, mongo_uri: str | None, home: str) -> None:
    """吊销 Take the key of CLIENT_ID back, at once and for good; what it has reported stays."""
    with _registry(mongo_uri, home) as registry:
        if not registry.revoke(client_id, now()):
            raise click.ClickException(f"没有有效的接入方 No client {client_id} has a key: see `steward clients list`.")
    click.echo("已吊销 Revoked.")


@contextmanager
def _registry(mongo_uri: str | None, home: str) -> Iterator[Clients]:
    with service_databases((GATEWAY,), mongo_uri, home) as databases:
        yield Clients(databases[GATEWAY])
