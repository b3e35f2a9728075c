"""The ground that everything is measured on: a stack of its own, stopped at the end whatever happens."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kombu import Connection as KombuConnection
from pymongo import MongoClient

from benchmarks.sample import Sample, assignable, load_organisation
from shared.contracts.topology import DISPATCH, INTAKE
from shared.runtime.units import save_units
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR

SERVERS = ("rabbitmq", "mongod")
STARTING_SECONDS = 60

Client = MongoClient[dict[str, Any]]


@dataclass(frozen=True)
class Ground:
    """Everything here signs in as the administrator, who may also make what the rivals need."""

    stack: Stack
    client: Client
    stewards: list[str]
    samples: list[Sample] = field(repr=False)

    @property
    def amqp_uri(self) -> str:
        return self.stack.addresses.amqp_uri(ADMINISTRATOR)

    @property
    def mongo_uri(self) -> str:
        return self.stack.addresses.mongo_uri(ADMINISTRATOR)

    @cached_property
    def channel(self) -> Any:
        """For declaring, counting and deleting queues."""
        return KombuConnection(self.amqp_uri).channel()

    def pids(self, *names: str) -> dict[str, int]:
        return {name: self.stack.pid(name) for name in names}


@dataclass(frozen=True)
class Servers:
    """A database with users, rules and views, and nobody else at it."""

    stack: Stack
    client: Client


@contextmanager
def own_servers() -> Iterator[Servers]:
    """Servers alone in a temporary home, which goes with them."""
    with (
        tempfile.TemporaryDirectory(prefix="steward-benchmarks-") as home,
        Stack(home).running(servers_only=True, free_ports=True) as stack,
        _administrator(stack) as client,
    ):
        yield Servers(stack, client)


@contextmanager
def own_stack() -> Iterator[Ground]:
    """Servers and services in a temporary home, with the sample organisation loaded."""
    with own_servers() as servers:
        stack, client = servers.stack, servers.client
        organisation = load_organisation(client[DISPATCH])
        save_units(client[INTAKE], organisation.units)
        stack.up()
        stewards = [steward.subject for steward in organisation.stewards]
        yield Ground(stack, client, stewards, assignable(client[DISPATCH]))


def _administrator(stack: Stack) -> Client:
    return MongoClient(stack.addresses.mongo_uri(ADMINISTRATOR), tz_aware=True)
