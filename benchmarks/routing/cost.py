"""What one decision costs, from the shortlist through the database to the score, as the stewards grow in number."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

from benchmarks.ground import Ground
from benchmarks.loop.figures import percentile
from benchmarks.processes import Meter
from benchmarks.routing.people import grown
from benchmarks.routing.world import World
from services.dispatch.organisation.directory import Directory
from services.dispatch.repository import MongoOrders
from services.dispatch.routing.desk import Desk
from shared.contracts.catalogue import Kind
from shared.contracts.topology import DISPATCH
from shared.runtime.clock import now
from shared.runtime.relay import Relay
from steward.batches import in_batches

DATABASE = "benchmark_routing"
DECISION, MONGOD = "dispatch", "mongod"
ORDERS_EACH = 12
"""Of the last 120 days; two of them are still held, the others closed and most of them rated."""
BATCH = 10_000

Say = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    category: str
    unit_path: tuple[str, ...]
    position: Mapping[str, float]


def measure(ground: Ground, world: World, sizes: tuple[int, ...], decisions: int, say: Say) -> dict[str, Any]:
    """By number of stewards, and how much a decision grew from the fewest to the most."""
    found = {}
    for size in sizes:
        say(f"{size:,} 红管家 stewards")
        found[size] = _decide(ground, world, grown(world.organisation, size, Random(size)), decisions)
    fewest, most = found[min(sizes)], found[max(sizes)]
    return {
        "stewards": {str(size): figures for size, figures in found.items()},
        "growth": {
            "stewards": max(sizes) / min(sizes),
            "p50": most["ms"]["p50"] / fewest["ms"]["p50"],
            "cpu": sum(most["cpu_ms"].values()) / sum(fewest["cpu_ms"].values()),
        },
    }


def _decide(ground: Ground, world: World, directory: Directory, decisions: int) -> dict[str, Any]:
    at, random = now(), Random(decisions)
    cases = [_case(world, directory, random) for _ in range(decisions)]
    with _orders_of(ground, directory, at) as orders:

        def decide(case: Case) -> float:
            """As for a command: with a desk of its own, which asks the database once."""
            began = perf_counter()
            desk = Desk(directory, world.rulebook.catalogue, world.rulebook.weights, world.rulebook.calendar, orders)
            desk.decide(case.category, case.unit_path, case.position, at)
            return 1000 * (perf_counter() - began)

        for case in cases:
            decide(case)  # what is made when first asked for is there, as in a service that has run for a while
        meter = Meter({DECISION: os.getpid(), **ground.pids(MONGOD)})
        taken = [decide(case) for case in cases]
        spent = meter.read()
    return {
        "ms": {"p50": percentile(taken, 0.5), "p99": percentile(taken, 0.99)},
        "cpu_ms": {name: 1000 * spent[name] / decisions for name in (DECISION, MONGOD)},
    }


def _case(world: World, directory: Directory, random: Random) -> Case:
    """Somewhere in a unit, as likely in a small one as in a large one."""
    categories = sorted(code for code, category in world.rulebook.catalogue.items() if category.kind != Kind.WISH)
    unit = random.choice(sorted(directory.places.middles))
    lon, lat = directory.places.middles[unit]
    smallest = directory.unit_at(lon, lat) or unit
    return Case(random.choice(categories), directory.tree.path(smallest), {"lon": lon, "lat": lat})


@contextmanager
def _orders_of(ground: Ground, directory: Directory, at: datetime) -> Iterator[MongoOrders]:
    collection = ground.client[DATABASE][MongoOrders.collection_name]
    try:
        collection.create_indexes(list(MongoOrders.indexes))
        documents = _documents(directory, at, Random(1))
        for batch in in_batches(documents, BATCH):
            collection.insert_many(batch, ordered=False)
        yield MongoOrders(collection, Relay(DISPATCH, ground.amqp_uri, collection))
    finally:
        ground.client.drop_database(DATABASE)


def _documents(directory: Directory, at: datetime, random: Random) -> Iterator[dict[str, Any]]:
    """Only what the question is about: the rest of an order is in no index that it uses."""
    for steward in directory.stewards_in(next(iter(directory.tree))):
        for number in range(ORDERS_EACH):
            assigned = {"assignee": steward.subject, "assigned_at": at - timedelta(days=120 * random.random())}
            is_held = number < 2
            stars = {} if is_held or random.random() < 0.3 else {"stars": random.randint(1, 5)}
            yield {**assigned, **stars, "state": "in_progress" if is_held else "closed"}
