"""Which requests are meant, as a query of the reports' collection.

A search around a point compares with what is shown and never with what is known: or whoever asks often enough would
find the very door.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import cos, radians
from typing import Any

from services.intake.domain import OPEN
from shared.contracts.catalogue import Category
from shared.contracts.publicity import DECIMALS, placed_codes, public_codes

EARTH_RADIUS = 6_378_100.0
"""Metres, as MongoDB reckons."""
METRES_PER_DEGREE = radians(1) * EARTH_RADIUS
SLACK = 100.0
"""Metres that rounding can move a point by, at most."""

Query = dict[str, Any]


def query_of(asked: Mapping[str, Any], catalogue: Mapping[str, Category]) -> Query:
    """`asked`: as read by `FindRequests`. Ids override all the rest, as GeoReport v2 says."""
    codes = public_codes(catalogue)
    if "case_ids" in asked:
        return {"_id": {"$in": asked["case_ids"]}, "category": {"$in": codes}}
    if "categories" in asked:
        codes = [code for code in codes if code in asked["categories"]]
    parts: list[Query] = []
    if "around" in asked:
        codes = placed_codes(codes, catalogue)
        parts.append(_around(**asked["around"]))
    if reported := _between(asked.get("since"), asked.get("until")):
        parts.append({"reported_at": reported})
    parts += _last_changed(asked.get("updated_since"), asked.get("updated_until"))
    if len(asked.get("statuses", ())) == 1:
        parts.append({"state": {"$in" if asked["statuses"] == ["open"] else "$nin": list(OPEN)}})
    return {"category": {"$in": codes}} | ({"$and": parts} if parts else {})


def visible_to(viewer: str | None) -> Query:
    """What is hidden is seen by its reporter alone."""
    shown: Query = {"hidden_at": None}
    return {"$or": [shown, {"reporter": viewer}]} if viewer else shown


def happened(codes: Sequence[str], since: datetime, until: datetime, verbs: Sequence[str]) -> list[Query]:
    """Stages of an aggregation: one document an event, the earliest first, without anything private."""
    at = {"$gte": since, "$lte": until}
    return [
        {"$match": {"category": {"$in": list(codes)}, "hidden_at": None, "history": {"$elemMatch": {"at": at}}}},
        {"$project": {"history.at": 1, "history.sequence": 1, "history.verb": 1, "history.state": 1, "parent": 1}},
        {"$unwind": "$history"},
        {"$match": {"history.at": at, "history.verb": {"$in": list(verbs)}}},
        {"$sort": {"history.at": 1, "_id": 1, "history.sequence": 1}},
    ]


def _between(since: datetime | None, until: datetime | None) -> Query:
    return {operator: at for operator, at in (("$gte", since), ("$lte", until)) if at}


def _last_changed(since: datetime | None, until: datetime | None) -> list[Query]:
    """The last event is the latest: it lies after a moment if any does, and before one if none lies after it."""
    after = [{"history.at": {"$gte": since}}] if since else []
    return after + ([{"history.at": {"$not": {"$gt": until}}}] if until else [])


def _around(lon: float, lat: float, radius: float) -> Query:
    """The index finds what lies near; of that, what is shown near enough. Metres."""
    near = {"$centerSphere": [[lon, lat], (radius + SLACK) / EARTH_RADIUS]}
    east = _squared_metres("$position.lon", lon, METRES_PER_DEGREE * cos(radians(lat)))
    north = _squared_metres("$position.lat", lat, METRES_PER_DEGREE)
    return {"point": {"$geoWithin": near}, "$expr": {"$lte": [{"$add": [east, north]}, radius**2]}}


def _squared_metres(shown: str, degrees: float, metres_per_degree: float) -> Query:
    apart = {"$subtract": [{"$round": [shown, DECIMALS]}, degrees]}
    return {"$pow": [{"$multiply": [apart, metres_per_degree]}, 2]}
