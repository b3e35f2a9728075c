"""Whatever cases become, and whenever it is counted: the rollups on the database are what the cases say."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pymongo.collection import Collection

from services.evaluation.indicators.cells import PARTS, Gathered, counted
from services.evaluation.indicators.counting import Counter
from services.evaluation.indicators.periods import Periods
from services.evaluation.indicators.rebuilding import rebuild
from services.evaluation.indicators.rollups import ROLLUPS, sums_of
from shared.runtime.clock import now
from steward.stack import Stack
from tests.support.evaluation_documents import empty_evaluations, evaluation_database
from tests.support.random_documents import DOCUMENTS, Document

CASES = [f"case-{number}" for number in range(4)]
COUNT = "count"
PERIODS = Periods()
STEPS = st.lists(st.just(COUNT) | st.tuples(st.sampled_from(CASES), DOCUMENTS), max_size=12)
"""Now and then it is counted; else one of the cases becomes something else, as a step of it leaves it: marked."""

Evaluations = Collection[Document]


@pytest.fixture(scope="module")
def evaluations(servers: Stack) -> Iterator[Evaluations]:
    with evaluation_database(servers) as db, empty_evaluations(db) as collection:
        yield collection


@pytest.mark.servers
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_rollups_are_what_the_cases_say(evaluations: Evaluations, steps: list[str | tuple[str, Document]]) -> None:
    clear(evaluations)
    counter = Counter(evaluations, PERIODS, "test")
    for step in [*steps, COUNT]:
        if step == COUNT:
            counter.count(now() + timedelta(seconds=1))
        else:
            case_id, document = step
            kept = (evaluations.find_one({"_id": case_id}) or {}).get("counted")
            told = document | ({"counted": kept} if kept else {})
            evaluations.replace_one({"_id": case_id}, {**told, "uncounted": now()}, upsert=True)
    assert in_force(evaluations) == said_by_the_cases(evaluations)
    *_, found = rebuild(counter)
    assert found.agrees
    event(f"{found.cells // 10} tens of cells")


def clear(evaluations: Evaluations) -> None:
    evaluations.delete_many({})
    evaluations.database[ROLLUPS].delete_many({})


def in_force(evaluations: Evaluations) -> dict[str, dict[str, int]]:
    """Cell -> {"measures.closed": 1, …}; cells that hold nothing any more left out."""
    parts = {found["_id"]: sums_of(found).parts() for found in evaluations.database[ROLLUPS].find()}
    named = {
        cell: {f"{part}.{name}": n for part, sums in zip(PARTS, of, strict=True) for name, n in sums.items() if n}
        for cell, of in parts.items()
    }
    return {cell: amounts for cell, amounts in named.items() if amounts}


def said_by_the_cases(evaluations: Evaluations) -> dict[str, dict[str, int]]:
    gathered = Gathered()
    for document in evaluations.find():
        gathered.add(counted(document["state"], document, PERIODS))
    return {place.id: dict(amounts) for place, amounts in gathered.take()}
