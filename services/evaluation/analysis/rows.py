"""Pages of pseudonymous evaluations, in the order of their aliases: that tells nothing of when they came."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from services.evaluation.analysis.cases import CASES
from services.evaluation.analysis.view import Stage
from shared.contracts.analysis import EvaluationRow
from shared.kernel.actor import ANALYST, Actor
from shared.kernel.base64url import as_bytes, as_text
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.worktime import BEIJING
from shared.runtime.mongo import Mongo

ROWS = EvaluationRow(many=True)


def list_rows(
    db: Mongo, by: Actor, limit: int, after: str | None = None, start: date | None = None, end: date | None = None
) -> dict[str, Any]:
    """`items`: rows of the view of cases, moments as text; `after`: None on the last page.

    Raises Forbidden for who is no analyst, Invalid for a cursor that is none of this list's.
    """
    if by.role != ANALYST:
        raise Forbidden("list", by.role)
    wanted = {"alias": {"$gt": _read(after)}, **_reported(start, end)}
    page: list[Stage] = [{"$match": wanted}, {"$sort": {"alias": 1}}, {"$limit": limit}, *CASES.pipeline]
    rows = ROWS.dump({**dict.fromkeys(CASES.names), **row} for row in db[CASES.source].aggregate(page))
    return {"items": rows, "after": _cursor(rows[-1]["alias"]) if len(rows) == limit else None}


def _reported(start: date | None, end: date | None) -> dict[str, Any]:
    bounds = {}
    if start:
        bounds["$gte"] = datetime.combine(start, time(), BEIJING)
    if end:
        bounds["$lt"] = datetime.combine(end, time(), BEIJING) + timedelta(days=1)
    return {"reported_at": bounds} if bounds else {}


def _cursor(alias: str) -> str:
    return as_text(json.dumps(alias).encode())


def _read(cursor: str | None) -> str:
    if cursor is None:
        return ""
    try:
        alias = json.loads(as_bytes(cursor))
        if not isinstance(alias, str):
            raise ValueError(cursor)
    except ValueError as error:
        raise Invalid({"after": ["Not a cursor of this list: take it from the page before."]}) from error
    return alias
