"""Overdue cases are found on the real database: all of them, the longest first, by an index that holds no others."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.evaluation import handlers
from services.evaluation.repository import MongoEvaluations
from shared.contracts.topology import EVALUATION
from shared.kernel.case import Notice
from shared.runtime.journal import MongoCases
from steward.stack import Stack
from tests.integration.conftest import emptied
from tests.support.evaluations import DONE, order
from tests.support.people import NOON, TERMS

pytestmark = pytest.mark.servers

LATEST = NOON + timedelta(hours=9)


@pytest.fixture
def evaluations(servers: Stack) -> Iterator[MongoCases[Any]]:
    with emptied(servers, EVALUATION, MongoEvaluations) as evaluations:
        yield evaluations


def hear(evaluations: MongoEvaluations, *notices: Notice) -> None:
    assert handlers.follow(evaluations, notices, NOON, TERMS) == []


def test_every_case_that_is_late_is_told_once(evaluations: MongoEvaluations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "BATCH", 2)
    ids = [str(uuid4()) for _ in range(5)]
    for hours, case_id in enumerate(ids, start=1):
        hear(evaluations, order(case_id, 1, due_at=NOON + timedelta(hours=hours)))
    served, in_time = str(uuid4()), str(uuid4())
    hear(evaluations, order(served, 5, {**DONE, "due_at": NOON}), order(in_time, 1, due_at=LATEST))

    assert evaluations.late(LATEST - timedelta(hours=1), 3) == ids[:3]
    for _ in range(2):
        handlers.notice_late(evaluations, LATEST - timedelta(hours=1))
    told = {
        case.case_id: [event.verb for event in case.history] for case in map(evaluations.load, [*ids, in_time]) if case
    }
    assert [verbs.count("run_late") for verbs in told.values()] == [1, 1, 1, 1, 1, 0]
    assert evaluations.late(LATEST, 10) == [in_time]


def test_only_what_can_still_be_late_is_looked_at(evaluations: MongoEvaluations) -> None:
    hear(evaluations, *(order(str(uuid4()), 5, {**DONE, "due_at": NOON}) for _ in range(20)))
    hear(evaluations, order(str(uuid4()), 1, due_at=NOON))
    database = evaluations.collection.database
    query = {"state": "expected", "late_at": {"$gt": NOON - timedelta(days=1), "$lte": NOON}}
    find = {"find": evaluations.collection.name, "filter": query, "sort": {"late_at": 1}}
    seen = database.command("explain", find, verbosity="executionStats")["executionStats"]
    assert (seen["nReturned"], seen["totalKeysExamined"]) == (1, 1)
