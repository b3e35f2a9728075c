"""The ground: a stack of its own, with the load on it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from pymongo import MongoClient

from chaos.crowd import DISTRICT, Crowd
from chaos.load import Load, Sent
from chaos.proxy import Proxy
from services.dispatch.organisation.files import read_organisation
from shared.contracts.catalogue import CATEGORIES, load_catalogue
from shared.contracts.event_types import REPORT_CLOSED
from shared.contracts.topology import FEED
from steward.databases import service_databases
from steward.organisation import STORED_IN, store
from steward.replay.client import Gateway
from steward.replay.people import People
from steward.stack import Stack, StackError
from steward.stack.rules import SHIPPED
from steward.stack.waiting import wait_until
from steward.token import stack_tokens

SETTINGS = {"RATING_WINDOW": "5s"}
"""Who does not rate shall not be waited for."""
CLIENT_PATIENCE = 90.0
PROBE_PATIENCE = 15.0
"""Seconds in which a case goes the whole way once all is well; else another one is tried."""


@dataclass(frozen=True)
class Ground:
    """`random` decides whatever a fault leaves to chance."""

    stack: Stack
    load: Load
    random: Random
    lines: Mapping[str, Proxy]
    """Between the services and their servers, by `amqp` and `mongod`."""

    def wait_until_well(self, seconds: float) -> None:
        """Return once everything answers, and a new report has gone its whole way.

        Raises StackError after `seconds`.
        """
        deadline = time.monotonic() + seconds
        self.stack.wait_for_servers(seconds)
        self.stack.wait_for_services(_left(deadline))
        probe = Gateway(self.stack.addresses.gateway, stack_tokens(self.stack), PROBE_PATIENCE)
        while (sent := self.load.carry_one(probe)).trouble:
            if time.monotonic() > deadline:
                raise StackError(f"不再流转: no case comes to its end: {sent.trouble}")
        self._wait_for_news(sent, _left(deadline))

    def _wait_for_news(self, sent: Sent, seconds: float) -> None:
        """Until feed has told the last of it."""
        closed = {"case_id": sent.case_id, "type": REPORT_CLOSED}
        client: MongoClient[dict[str, Any]] = MongoClient(self.stack.addresses.mongo_uri(FEED))
        with client:
            log = client[FEED]["log"]
            wait_until(
                lambda: log.find_one(closed) is not None,
                seconds,
                f"feed 没有消息: feed does not tell of {sent.case_id}",
            )


@contextmanager
def own_ground(seed: int) -> Iterator[Ground]:
    """In a temporary home, which goes with it; the load flows until the block is left."""
    with (
        TemporaryDirectory(prefix="steward-chaos-") as home,
        Proxy() as amqp,
        Proxy() as mongod,
        _stack(home, {"amqp": amqp, "mongod": mongod}) as stack,
    ):
        gateway = Gateway(stack.addresses.gateway, stack_tokens(stack), CLIENT_PATIENCE)
        crowd = Crowd(People.meet(gateway), seed)
        yield Ground(stack, Load(gateway, crowd, uuid4().hex[:12]), Random(seed), {"amqp": amqp, "mongod": mongod})


@contextmanager
def _stack(home: str, lines: Mapping[str, Proxy]) -> Iterator[Stack]:
    """Its services reach its servers by these lines only; the sample organisation is loaded."""
    options: dict[str, Any] = {"settings": SETTINGS, "detours": {server: line.port for server, line in lines.items()}}
    with Stack(home).running(free_ports=True, servers_only=True, **options) as stack:
        for server, line in lines.items():
            line.target = getattr(stack.record.ports, server)
        _load_organisation(stack)
        stack.up(**options)
        yield stack


def _load_organisation(stack: Stack) -> None:
    organisation = read_organisation(DISTRICT, load_catalogue(SHIPPED / CATEGORIES))
    with service_databases(STORED_IN, None, str(stack.home.folder)) as databases:
        store(organisation, databases)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
