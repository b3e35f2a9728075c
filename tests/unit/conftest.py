"""Dispatch over a store in memory, in the small district."""

import pytest

from services.dispatch.handlers import Dispatch
from tests.support.district import RULEBOOK, directory
from tests.support.memory import InMemoryOrders


@pytest.fixture
def orders() -> InMemoryOrders:
    return InMemoryOrders()


@pytest.fixture
def dispatch(orders: InMemoryOrders) -> Dispatch:
    return Dispatch(orders, directory(), RULEBOOK)
