"""The ground: a stack, the lines to its servers, and the load on it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Self
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

Lines = Mapping[str, Proxy]
"""Between the services and their servers, by `amqp` and `mongod`."""


@dataclass(frozen=True)
class Ground:
    """`random` decides whatever a fault leaves to chance."""

    stack: Stack
    load: Load
    random: Random
    lines: Lines

    @classmethod
    def on(cls, stack: Stack, lines: Lines, seed: int) -> Self:
        """With a load that does not flow yet."""
        gateway = Gateway(stack.addresses.gateway, stack_tokens(stack), CLIENT_PATIENCE)
        crowd = Crowd(People.meet(gateway), seed)
        return cls(stack, Load(gateway, crowd, uuid4().hex[:12]), Random(seed), lines)

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
def own_stack() -> Iterator[tuple[Stack, Lines]]:
    """In a temporary home, which goes with it. Its services reach its servers by the lines only."""
    with (
        TemporaryDirectory(prefix="steward-chaos-") as home,
        Proxy() as amqp,
        Proxy() as mongod,
    ):
        lines = {"amqp": amqp, "mongod": mongod}
        options: dict[str, Any] = {"settings": SETTINGS, "detours": {name: line.port for name, line in lines.items()}}
        with Stack(home).running(free_ports=True, servers_only=True, **options) as stack:
            for name, line in lines.items():
                line.target = getattr(stack.record.ports, name)
            _load_organisation(stack)
            stack.up(**options)
            yield stack, lines


def _load_organisation(stack: Stack) -> None:
    organisation = read_organisation(DISTRICT, load_catalogue(SHIPPED / CATEGORIES))
    with service_databases(STORED_IN, None, str(stack.home.folder)) as databases:
        store(organisation, databases)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
