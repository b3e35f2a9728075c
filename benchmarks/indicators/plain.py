"""The same questions asked of the cases themselves, in one aggregation, as one would ask without rollups.

For months as the calendar has them, and with exemptions applied. It shares nothing with ours but the last step from
sums to indicators; so that both agree says that the rollups are right.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from benchmarks.indicators.asking import Asked, Figured
from services.evaluation.analysis.view import TIME_ZONE, Stage
from services.evaluation.indicators.formulas import Weights, figures
from services.evaluation.indicators.measures import MEASURES, Sums
from shared.contracts.answers import SATISFACTION
from shared.kernel.worktime import BEIJING
from shared.runtime.mongo import Mongo

MOMENTS = ("reported_at", "opened_at", "service.dispatched_at", "service.serve_by", "service.served_at", "close_by")
MOMENTS_TOO = ("settled_at", "expired_at", "ratings.at")
SERVED_AT, SERVE_BY, HANDLING = "$service.served_at", "$service.serve_by", "$service.handling"
CLOSED_AT = {"$ifNull": ["$settled_at", "$expired_at"]}
EXEMPT = {"$eq": ["$exempt", True]}


def ask(db: Mongo, asked: Asked, weights: Weights, most_milliseconds: int) -> Figured:
    """Raises ExecutionTimeout."""
    groups = db["evaluations"].aggregate(_pipeline(asked), allowDiskUse=True, maxTimeMS=most_milliseconds)
    return {(group["_id"]["month"], group["_id"]["of"]): _figured(group, weights) for group in groups}


def _figured(group: dict[str, Any], weights: Weights) -> dict[str, Any]:
    measures = {name: group[name] for name in MEASURES}
    handling = Counter(str(int(minutes)) for minutes in group["minutes"])
    return {**measures, **figures(Sums.of(measures, {}, handling), weights)}


def _pipeline(asked: Asked) -> list[Stage]:
    bounds = {"$gte": _begin(asked.months[0]), "$lt": _end(asked.months[-1])}
    of = {"$arrayElemAt": ["$unit_path", asked.level.depth]}
    month = {"$dateToString": {"date": "$part.at", "format": "%Y-%m", "timezone": TIME_ZONE}}
    sums = {name: {"$sum": f"$part.{name}"} for name in MEASURES}
    return [
        {"$match": {"$or": [{moment: bounds} for moment in (*MOMENTS, *MOMENTS_TOO)]}},
        {"$project": {"of": of, "part": {"$cond": [{"$eq": ["$state", "void"]}, [_reported(filed=0)], _parts()]}}},
        {"$unwind": "$part"},
        {"$match": {"part.at": bounds, "of": {"$exists": True}}},
        {"$group": {"_id": {"of": "$of", "month": month}, **sums, "minutes": {"$push": "$part.minutes"}}},
    ]


def _begin(month: str) -> datetime:
    return datetime.fromisoformat(f"{month}-01").replace(tzinfo=BEIJING)


def _end(month: str) -> datetime:
    begin = _begin(month)
    return begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)


def _parts() -> Any:
    """What happened, or should have happened, at which moment; where it did not, there is no moment."""
    is_served, is_closed = _known(SERVED_AT), _known(CLOSED_AT)
    serving_ends, closing_ends = {"$ifNull": [SERVE_BY, SERVED_AT]}, {"$ifNull": ["$close_by", CLOSED_AT]}
    in_time = {"$or": ["$service.in_time", _is_not(_known(SERVE_BY)), EXEMPT]}
    closed_in_time = {"$or": [_is_not(_known("$close_by")), {"$lte": [CLOSED_AT, "$close_by"]}, EXEMPT]}
    unmoved = {"$eq": [{"$add": ["$service.returns", "$service.transfers"]}, 0]}
    moments: list[Any] = [
        _reported(filed=_number(_known("$opened_at"))),
        {"at": "$opened_at", "accepted": 1, "closed": _number(is_closed)},
        {
            "at": "$service.dispatched_at",
            "dispatched": 1,
            "returned": _number({"$gt": ["$service.returns", 0]}),
            "accurate": _number(unmoved),
        },
        {
            "at": serving_ends,
            "due": 1,
            "served": _number(is_served),
            "served_in_time": _number({"$and": [is_served, in_time]}),
            "overdue": _number({"$and": [_is_not(is_served), {"$gte": ["$overdue_at", serving_ends]}]}),
            "reworked": _number({"$gt": ["$service.rounds", 1]}),
            "extended": _number({"$gt": ["$service.extensions", 0]}),
        },
        {
            "at": closing_ends,
            "to_close": 1,
            "closed_of_due": _number(is_closed),
            "closed_in_time": _number({"$and": [is_closed, closed_in_time]}),
        },
        {"at": SERVED_AT, "handled": 1, "handling_seconds": HANDLING, "minutes": _minutes()},
    ]
    return {"$concatArrays": [moments, {"$cond": [EXEMPT, [], _ratings()]}]}


def _reported(filed: Any) -> dict[str, Any]:
    return {"at": "$reported_at", "reported": 1, "filed": filed}


def _ratings() -> Any:
    """The last of each who rated."""
    others = {"$filter": {"input": "$$value", "as": "one", "cond": {"$ne": ["$$one.by", "$$this.by"]}}}
    last = {
        "$reduce": {
            "input": {"$ifNull": ["$ratings", []]},
            "initialValue": [],
            "in": {"$concatArrays": [others, ["$$this"]]},
        }
    }
    verdicts = {verdict: _number({"$eq": ["$$this.satisfaction", verdict]}) for verdict in SATISFACTION}
    answers = {name: _number(f"$$this.{name}") for name in ("contacted", "resolved")}
    rating = {"at": "$$this.at", "ratings": 1, "stars": "$$this.stars", **answers, **verdicts}
    return {"$map": {"input": last, "as": "this", "in": rating}}


def _minutes() -> Any:
    """Half up, to three significant digits."""
    minutes = {"$floor": {"$divide": [{"$add": [HANDLING, 30]}, 60]}}
    digits = {"$strLenCP": {"$toString": {"$toLong": {"$ifNull": [minutes, 0]}}}}
    unit = {"$pow": [10, {"$max": [0, {"$subtract": [digits, 3]}]}]}
    halves = {"$add": [minutes, {"$floor": {"$divide": [unit, 2]}}]}
    return {"$multiply": [{"$floor": {"$divide": [halves, unit]}}, unit]}


def _known(value: Any) -> Any:
    """Neither null nor missing."""
    return {"$gt": [value, None]}


def _is_not(condition: Any) -> Any:
    return {"$not": [condition]}


def _number(condition: Any) -> Any:
    return {"$cond": [condition, 1, 0]}
