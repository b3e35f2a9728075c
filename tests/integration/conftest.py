"""The real stores of single services, empty and with their indexes.

Their relays are never started: what is written stays unpublished, as after a crash between write and publishing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo import MongoClient

from services.dispatch.repository import MongoOrders
from services.intake.repository import MongoReports
from shared.contracts.topology import DISPATCH, INTAKE
from shared.runtime.journal import MongoCases
from shared.runtime.relay import Relay
from steward.stack import Stack


@pytest.fixture
def orders(servers: Stack) -> Iterator[MongoCases[Any]]:
    with emptied(servers, DISPATCH, MongoOrders) as orders:
        yield orders


@pytest.fixture
def reports(servers: Stack) -> Iterator[MongoCases[Any]]:
    with emptied(servers, INTAKE, MongoReports) as reports:
        yield reports


@contextmanager
def emptied(servers: Stack, service: str, repository: type[MongoCases[Any]]) -> Iterator[MongoCases[Any]]:
    """The service's store, and nothing in it before or after."""
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(service), tz_aware=True)
    with client:
        collection = client[service][repository.collection_name]
        collection.drop()
        collection.create_indexes([*repository.indexes])
        yield repository(collection, Relay(service, servers.addresses.amqp_uri(service), collection))
        collection.drop()
