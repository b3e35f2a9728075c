"""How stewards stand, asked of the real database: right, in one question, and without reading a single order."""

from datetime import datetime, timedelta

import pytest

from services.dispatch.domain.lifecycle import TRANSITIONS
from services.dispatch.domain.order import WorkOrder
from services.dispatch.repository import MongoOrders, standing_pipeline
from services.dispatch.routing.scoring import Standing
from tests.support.memory import InMemoryOrders
from tests.support.people import NOON

pytestmark = pytest.mark.servers

SINCE, RATED_SINCE = NOON - timedelta(days=14), NOON - timedelta(days=90)
STATES = sorted(set(TRANSITIONS.values()))


def order(case_id: str, assignee: str | None, state: str, at: datetime | None, stars: int | None = None) -> WorkOrder:
    facts = {"assignee": assignee, "assigned_at": at, "stars": stars}
    return WorkOrder(case_id, state, 1, {name: value for name, value in facts.items() if value is not None})


ORDERS = [
    order("held", "a", "accepted", NOON - timedelta(days=1)),
    order("held-long-since", "a", "suspended", NOON - timedelta(days=300)),
    order("held-from-before-this-was-kept", "a", "assigned", None),
    order("held-again-and-rated-before", "a", "reworking", NOON - timedelta(days=20), 1),
    order("just-inside", "a", "closed", SINCE, 5),
    order("just-outside", "a", "closed", SINCE - timedelta(milliseconds=1), 4),
    order("rated-just-inside", "a", "closed", RATED_SINCE, 2),
    order("rated-too-long-ago", "a", "closed", RATED_SINCE - timedelta(milliseconds=1), 1),
    order("unrated", "a", "verified", NOON - timedelta(days=3)),
    order("another's", "b", "completed", NOON - timedelta(days=2), 3),
    order("nobody's", None, "pooled", None),
]


def keep(orders: MongoOrders, cases: list[WorkOrder]) -> None:
    orders.collection.insert_many(
        {"_id": case.case_id, "state": case.state, "version": case.version, **case.facts} for case in cases
    )


def test_standing_counts_what_is_held_what_is_recent_and_recent_stars(orders: MongoOrders) -> None:
    keep(orders, ORDERS)
    assert orders.standing({"a", "b", "nobody"}, SINCE, RATED_SINCE) == {
        "a": Standing(open=4, recent=3, stars_sum=1 + 5 + 4 + 2, stars_count=4),
        "b": Standing(open=0, recent=1, stars_sum=3, stars_count=1),
    }


def test_the_store_in_memory_answers_the_same(orders: MongoOrders) -> None:
    """Whatever the state and the moment: what is tested without a database holds with one."""
    moments = [NOON - timedelta(days=days) for days in (0, 14, 15, 90, 91, 400)]
    cases = [
        order(f"{state}-{number}", "a", state, at, 1 + number % 5)
        for state in STATES
        for number, at in enumerate([*moments, None])
    ]
    keep(orders, cases)
    memory = InMemoryOrders()
    memory._stored = {case.case_id: case for case in cases}
    assert orders.standing({"a"}, SINCE, RATED_SINCE) == memory.standing({"a"}, SINCE, RATED_SINCE)


def test_it_is_read_from_the_index_alone_however_long_the_past(orders: MongoOrders) -> None:
    past = [
        order(f"past-{number}", "a", "closed", NOON - timedelta(days=91, minutes=number), 5) for number in range(2000)
    ]
    keep(orders, [*ORDERS, *past])
    explained = orders.collection.database.command(
        "explain",
        {"aggregate": "work_orders", "pipeline": standing_pipeline({"a", "b"}, SINCE, RATED_SINCE), "cursor": {}},
        verbosity="executionStats",
    )
    stats = explained["stages"][0]["$cursor"] if "stages" in explained else explained
    assert stats["executionStats"]["totalDocsExamined"] == 0
    most = 2 * len(STATES) * 2 + 2 * len(ORDERS)
    assert 0 < stats["executionStats"]["totalKeysExamined"] <= most
