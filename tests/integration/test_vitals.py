"""The vital signs of a service on a real database: told rightly, and by indexes alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.dispatch.repository import MongoOrders
from services.evaluation.campaigns.repository import MongoCampaigns
from services.evaluation.repository import MongoEvaluations
from services.intake.repository import MongoReports
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.runtime.clock import now
from shared.runtime.journal import MongoCases
from shared.runtime.mongo import connect
from shared.runtime.telemetry.vitals import (
    NEVER,
    UNPUBLISHED,
    Vitals,
    open_pipeline,
    read_vitals,
    unpublished_pipeline,
)
from steward.stack import Stack

pytestmark = pytest.mark.servers

KINDS: list[tuple[str, type[MongoCases[Any]]]] = [
    (INTAKE, MongoReports),
    (DISPATCH, MongoOrders),
    (EVALUATION, MongoEvaluations),
    (EVALUATION, MongoCampaigns),
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind[1].collection_name)
def kept(request: pytest.FixtureRequest, servers: Stack) -> Iterator[tuple[Any, type[MongoCases[Any]]]]:
    """The collection of a service, empty and with its indexes, and the kind of its cases."""
    service, kind = request.param
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(service), tz_aware=True)
    with client:
        collection = client[service][kind.collection_name]
        collection.drop()
        collection.create_indexes([*kind.indexes, UNPUBLISHED])
        yield collection, kind
        collection.drop()


def document(**fields: Any) -> dict[str, Any]:
    return {"_id": str(uuid4()), "origin": str(uuid4()), "state": "?", "version": 1, **fields}


def test_an_empty_service_has_nothing_to_do(kept: tuple[Any, Any]) -> None:
    collection, kind = kept
    idle = Vitals(0, 0.0, dict.fromkeys(kind.timers, 0.0), dict.fromkeys(sorted(kind.open_states), 0))
    assert read_vitals(collection, kind, now()) == idle


def test_what_waits_to_be_told_counts_from_when_it_happened_however_often_it_was_tried(kept: tuple[Any, Any]) -> None:
    collection, kind = kept
    at = now()
    marks = [
        {"after": 0, "at": at - timedelta(seconds=2), "since": at - timedelta(seconds=100)},
        {"after": 3, "at": at - timedelta(seconds=30)},  # a mark that was set again by hand
    ]
    collection.insert_many([*(document(unpublished=mark) for mark in marks), *(document() for _ in range(5))])
    told = read_vitals(collection, kind, at)
    assert (told.unpublished_cases, told.unpublished_age) == (2, 100.0)


def test_a_timer_is_overdue_by_the_oldest_that_it_should_have_done(kept: tuple[Any, Any]) -> None:
    collection, kind = kept
    at = now()
    for due in kind.timers.values():
        among = {field: value["$in"][0] if isinstance(value, dict) else value for field, value in due.among.items()}
        moments = [at - due.delay() - timedelta(seconds=late) for late in (5, 50, -500)]
        collection.insert_many([document(**{**among, due.moment: moment}) for moment in (*moments, NEVER)])
    told = read_vitals(collection, kind, at)
    assert told.timer_overdue == dict.fromkeys(kind.timers, 50.0)


def test_open_cases_are_counted_by_state_and_others_are_not(kept: tuple[Any, Any]) -> None:
    collection, kind = kept
    states = sorted(kind.open_states)
    collection.insert_many(
        [document(state=state) for number, state in enumerate(states, start=1) for _ in range(number)] or [document()]
    )
    collection.insert_one(document(state="over"))
    counted = {state: number for number, state in enumerate(states, start=1)}
    assert read_vitals(collection, kind, now()).open_cases == counted


def test_no_document_is_looked_at_that_is_not_told_of(kept: tuple[Any, Any]) -> None:
    collection, kind = kept
    at = now()
    waiting = {"after": 0, "at": at, "since": at}
    collection.insert_many([document() for _ in range(300)] + [document(unpublished=waiting) for _ in range(10)])
    for pipeline, keys in ((unpublished_pipeline(), 10), (open_pipeline(kind.open_states), 0)):
        read = _explained(collection, pipeline)
        assert read["totalDocsExamined"] == 0, read
        assert read["totalKeysExamined"] <= keys + 2 * max(len(kind.open_states), 1), read
    for due in kind.timers.values():
        query = {**due.among, due.moment: {"$gt": NEVER, "$lte": at}}
        explained = collection.find(query, {due.moment: 1}).sort(due.moment, 1).limit(1).explain()
        assert explained["executionStats"]["totalDocsExamined"] == 0, due


def test_they_are_not_made_up_where_the_database_is_away() -> None:
    nowhere = connect("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200", INTAKE)
    with nowhere.client, pytest.raises(PyMongoError):
        read_vitals(nowhere["reports"], MongoReports, now())


def test_two_collections_of_a_service_are_told_as_one() -> None:
    one = Vitals(2, 7.0, {"ring": 1.0}, {"pending": 3})
    other = Vitals(1, 9.0, {"close": 0.0}, {})
    assert one + other == Vitals(3, 9.0, {"ring": 1.0, "close": 0.0}, {"pending": 3})


def _explained(collection: Any, pipeline: list[dict[str, Any]]) -> dict[str, Any]:
    command = {"aggregate": collection.name, "pipeline": pipeline, "cursor": {}}
    explained = collection.database.command("explain", command, verbosity="executionStats")
    stages = explained.get("stages")
    found = stages[0]["$cursor"]["executionStats"] if stages else explained["executionStats"]
    return dict(found)
