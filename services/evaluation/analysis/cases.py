"""Cases and their ratings as rows. The alias is all that joins them: it leads to no case and to nobody."""

from typing import Any

from services.evaluation.analysis.places import SHOWN, known_unit, known_units
from services.evaluation.analysis.view import TIME_ZONE, View, count, hour, text, yes_no

PATH: Any = {"$ifNull": ["$unit_path", []]}
SERVING = "$service.unit"


def _place(level: str) -> Any:
    return known_unit({"$eq": ["$$unit.level", level]}, {"$in": ["$$unit._id", PATH]})


CASES = View(
    "analysis_cases",
    "evaluations",
    [
        {"$match": {"alias": {"$type": "string"}}},
        {"$set": {"units": {"$concatArrays": [PATH, [SERVING]]}}},
        known_units("units"),
    ],
    [
        text("alias"),
        text("state"),
        text("category"),
        *(text(level.value, _place(level.value)) for level in SHOWN),
        text("partner_kind", "$service.partner_kind"),
        text("serving_unit", known_unit({"$eq": ["$$unit._id", SERVING]})),
        hour("reported_at"),
        hour("accepted_at", "$opened_at"),
        hour("dispatched_at", "$service.dispatched_at"),
        hour("served_at", "$service.served_at"),
        hour("closed_at", {"$ifNull": ["$settled_at", "$expired_at"]}),
        hour("serve_by", "$service.serve_by"),
        hour("close_by"),
        yes_no("in_time", "$service.in_time"),
        count("rounds", "$service.rounds"),
        count("returns", "$service.returns"),
        count("transfers", "$service.transfers"),
        count("extensions", "$service.extensions"),
        count("handling_seconds", "$service.handling"),
        text("void_as"),
        yes_no("exempt", {"$eq": ["$exempt", True]}),
    ],
    dated="reported_at",
)


def _rater(rating: str) -> Any:
    """Who gave it; once only the reporter could."""
    return {"$ifNull": [f"{rating}.by", "$reporter"]}


LATER: Any = {"$slice": ["$all", {"$add": ["$place", 1]}, {"$size": "$all"}]}
BY_THE_SAME: Any = {
    "$filter": {"input": LATER, "as": "later", "cond": {"$eq": [_rater("$$later"), _rater("$ratings")]}}
}

RATINGS = View(
    "analysis_ratings",
    "evaluations",
    [
        {"$match": {"alias": {"$type": "string"}, "ratings.0": {"$exists": True}}},
        {"$project": {"alias": 1, "reporter": 1, "ratings": 1, "all": "$ratings"}},
        {"$unwind": {"path": "$ratings", "includeArrayIndex": "place"}},
    ],
    [
        text("alias"),
        count("round", "$ratings.round"),
        text("day", {"$dateToString": {"date": "$ratings.at", "format": "%Y-%m-%d", "timezone": TIME_ZONE}}),
        yes_no("contacted", "$ratings.contacted"),
        yes_no("resolved", "$ratings.resolved"),
        text("satisfaction", "$ratings.satisfaction"),
        count("stars", "$ratings.stars"),
        yes_no("is_last", {"$eq": [BY_THE_SAME, []]}),
    ],
    dated="day",
)
