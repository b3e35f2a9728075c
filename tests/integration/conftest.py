"""The real store of work orders, empty and with its indexes."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from services.dispatch.repository import MongoOrders
from shared.contracts.topology import DISPATCH
from shared.runtime.relay import Relay
from steward.stack import Stack


@pytest.fixture
def orders(servers: Stack) -> Iterator[MongoOrders]:
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(DISPATCH), tz_aware=True)
    with client:
        collection = client[DISPATCH]["work_orders"]
        collection.drop()
        collection.create_indexes([*MongoOrders.indexes])
        yield MongoOrders(collection, Relay(DISPATCH, servers.addresses.amqp_uri(DISPATCH), collection))
        collection.drop()
