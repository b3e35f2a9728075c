"""Reports in MongoDB."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel

from services.intake.contacts import BY_PHONE
from services.intake.domain import ENDED, OPEN, OVER, Report
from services.intake.public_requests.searching import Query, happened
from services.intake.reception.duplicates import Area
from shared.runtime.documents import from_document
from shared.runtime.journal import MongoCases
from shared.runtime.settings import read_settings
from shared.runtime.telemetry.vitals import Due

IS_OVER = {"$in": list(OVER)}


class MongoReports(MongoCases[Report]):
    case_type = Report
    collection_name = "reports"
    indexes: ClassVar = (
        IndexModel([("origin", ASCENDING)], unique=True),
        IndexModel([("reporter", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("category", ASCENDING), ("point", GEOSPHERE), ("reported_at", ASCENDING)]),
        IndexModel([("state", ASCENDING)], name="parents", partialFilterExpression={"children": {"$exists": True}}),
        IndexModel([(f"private.{BY_PHONE}", ASCENDING), ("_id", DESCENDING)], sparse=True),
        IndexModel([("reported_at", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("history.at", ASCENDING)]),
        IndexModel([("erased_at", ASCENDING), ("ended_at", ASCENDING)], partialFilterExpression={"state": IS_OVER}),
    )
    timers: ClassVar = {
        "erase_personal_data": Due("ended_at", {"state": IS_OVER, "erased_at": None}, lambda: read_settings().retention)
    }
    open_states: ClassVar = frozenset(OPEN)

    def by_origin(self, origin: str) -> Report | None:
        """The report that this very submission made before."""
        document = self.collection.find_one({"origin": origin})
        return from_document(Report, document) if document else None

    def near(self, area: Area, most: int) -> list[tuple[float, Report]]:
        """Open reports, each after its distance in metres, the nearest first; without their histories."""
        found = self.collection.aggregate([nearest(area), {"$limit": most}, {"$unset": "history"}])
        return [(document.pop("metres"), from_document(Report, document)) for document in found]

    def found(self, query: Query, skip: int, limit: int, *, private: bool) -> Sequence[Report]:
        """The latest reported first, each with its last event alone."""
        last = {"history": {"$slice": -1}}
        found = self.collection.find(query, last if private else {**last, "private": 0})
        latest = found.sort([("reported_at", DESCENDING), ("_id", DESCENDING)]).skip(skip).limit(limit)
        return [from_document(Report, document) for document in latest]

    def events(
        self, codes: Sequence[str], since: datetime, until: datetime, verbs: Sequence[str], skip: int, limit: int
    ) -> Sequence[dict[str, Any]]:
        """Of reports of these categories, the earliest event first."""
        stages = [*happened(codes, since, until, verbs), {"$skip": skip}, {"$limit": limit}]
        return [
            {**found["history"], "case_id": found["_id"], "served_as": found.get("parent") or found["_id"]}
            for found in self.collection.aggregate(stages)
        ]

    def ended_parents(self) -> Iterable[str]:
        """Ids of reports that ended while others are merged into them."""
        ended = {"state": {"$in": list(ENDED)}, "children": {"$exists": True, "$ne": {}}}
        return [document["_id"] for document in self.collection.find(ended, {"_id": 1})]

    def over_since(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of reports that were over by then and hold personal data still, the longest over first."""
        over = {"state": IS_OVER, "erased_at": None, "ended_at": {"$lte": at}}
        return [found["_id"] for found in self.collection.find(over, {"_id": 1}).sort("ended_at", 1).limit(limit)]


def nearest(area: Area) -> dict[str, Any]:
    """The stage of an aggregation; the place index serves all of it but the state."""
    return {
        "$geoNear": {
            "near": {"type": "Point", "coordinates": [area.lon, area.lat]},
            "key": "point",
            "maxDistance": area.radius,
            "distanceField": "metres",
            "query": {
                "category": {"$in": sorted(area.categories)},
                "reported_at": {"$gte": area.since},
                "state": {"$in": list(OPEN)},
            },
        }
    }
