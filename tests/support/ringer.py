"""A process that is nothing but the timer of dispatch: `python -m tests.support.ringer MONGO_URI AMQP_URI AT`.

It says `ready`, and begins once its input is closed.
"""

import sys
from datetime import datetime
from typing import Any

from pymongo import MongoClient

from services.dispatch.handlers import Dispatch
from services.dispatch.repository import MongoOrders
from shared.contracts.topology import DISPATCH
from shared.runtime.relay import Relay
from tests.support.district import RULEBOOK, directory


def dispatch_on(mongo_uri: str, amqp_uri: str) -> tuple[MongoOrders, Dispatch]:
    """Dispatch's use cases over a real collection, in the small district of the tests."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_uri, tz_aware=True)
    collection = client[DISPATCH]["work_orders"]
    orders = MongoOrders(collection, Relay(DISPATCH, amqp_uri, collection))
    return orders, Dispatch(orders, directory(), RULEBOOK)


def main(mongo_uri: str, amqp_uri: str, at: str) -> None:
    _, dispatch = dispatch_on(mongo_uri, amqp_uri)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    dispatch.ring(datetime.fromisoformat(at))


if __name__ == "__main__":
    main(*sys.argv[1:])
