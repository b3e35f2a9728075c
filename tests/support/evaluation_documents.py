"""Documents of the evaluation database as its service writes them, and the analyst's own connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.collection import Collection

from services.evaluation.indicators.rollups import NEXT, ROLLUPS, STATE
from services.evaluation.repository import MongoEvaluations
from shared.contracts.topology import EVALUATION
from shared.runtime.mongo import Mongo, connect
from steward.stack import Stack
from steward.stack.users import ANALYST

AT = datetime(2026, 11, 1, 1, 59, 59, tzinfo=UTC)
LEVELS = ("district", "street", "community", "estate", "grid", "building")
PATH = ["d", "s", "c", "e", "g", "g-1"]


def units() -> list[dict[str, Any]]:
    """One of each level, each in the one before."""
    return [
        {"_id": code, "name_zh": f"示例{code}", "name_en": f"Sample {code}", "level": level, "parent": parent}
        for code, level, parent in zip(PATH, LEVELS, [None, *PATH], strict=False)
    ]


def evaluation(number: int, **changes: Any) -> dict[str, Any]:
    """A case that was served and settled, reported an hour after the one before."""
    at = AT + timedelta(hours=number)
    service = {"dispatched_at": at, "serve_by": at, "served_at": at, "in_time": True, "handling": 61, "rounds": 1}
    service |= {"returns": 0, "transfers": 0, "extensions": 0, "steward": "steward-1", "unit": "g"}
    ratings = [
        {"by": by, "round": 1, "at": at, "contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}
        for by in ("resident-1", "resident-2", "resident-1")
    ]
    facts = {
        "alias": f"{number:032x}",
        "reporter": "resident-1",
        "category": "cleaning",
        "unit_path": PATH,
        "reported_at": at,
        "opened_at": at,
        "close_by": at,
        "settled_at": at,
        "service": {**service, "partner_kind": "red_steward"},
        "ratings": ratings,
        "served_by": "steward-1",
    }
    kept = {"private": {"words": ["示例评语"]}, "history": [], "inbox": {}, "version": 1, "state": "settled"}
    return {"_id": f"case-{number}", **facts, **kept, **changes}


def rollup(by: str, of: str, **measures: int) -> dict[str, Any]:
    cell = {"by": by, "of": of, "grain": "month", "period": "2026-11", "measures": measures}
    return {"_id": f"{by}:{of}:2026-11", **cell, "waived": {}, "handling": {}}


@contextmanager
def evaluation_database(stack: Stack, user: str = EVALUATION) -> Iterator[Mongo]:
    db = connect(stack.addresses.mongo_uri(user, EVALUATION), EVALUATION)
    with db.client:
        yield db


@contextmanager
def empty_evaluations(db: Mongo) -> Iterator[Collection[dict[str, Any]]]:
    """The cases, with their indexes; neither a case nor a figure before or after."""
    evaluations = db[MongoEvaluations.collection_name]
    _drop_all(evaluations)
    evaluations.create_indexes([*MongoEvaluations.indexes])
    yield evaluations
    _drop_all(evaluations)


def _drop_all(evaluations: Collection[dict[str, Any]]) -> None:
    for name in (evaluations.name, ROLLUPS, NEXT, STATE):
        evaluations.database[name].drop()


@contextmanager
def as_analyst(stack: Stack) -> Iterator[Mongo]:
    with evaluation_database(stack, ANALYST) as db:
        yield db
