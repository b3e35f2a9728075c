"""Servers for the tests that need them: real ones, started once a session, on free ports.

`servers` is the broker and the database, provisioned; `stack` is all of it with all services on top.
Both are `steward.stack.Stack`: `.addresses.amqp_uri("intake")`, `.addresses.mongo_uri("intake")`,
`.kill("rabbitmq")`, `.pid("dispatch")`. A test that leaves something behind cleans up after itself.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from steward.stack import Stack
from tests.support.exploring import EXPLORING

os.environ.setdefault("LIMITS", "off")
"""Of a gateway inside a test: tests come in crowds, and mostly without a database to count them in."""

settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", settings.get_profile("suite"), derandomize=False)
settings.load_profile("explore" if EXPLORING else "suite")
"""How fast a machine draws examples is no finding: the first word drawn on it takes a second."""


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("servers")).running(servers_only=True, free_ports=True) as running:
        yield running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")).running(free_ports=True) as running:
        yield running


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """Of pytest-httpserver: as a number, since `localhost` may be an address of IPv6 first."""
    return "127.0.0.1", 0
