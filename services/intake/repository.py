"""Reports in MongoDB."""

from collections.abc import Iterable
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel

from services.intake.domain import ENDED, OPEN, Report
from services.intake.reception.duplicates import Area
from shared.runtime.documents import from_document
from shared.runtime.journal import MongoCases


class MongoReports(MongoCases[Report]):
    case_type = Report
    collection_name = "reports"
    indexes: ClassVar = (
        IndexModel([("origin", ASCENDING)], unique=True),
        IndexModel([("reporter", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("category", ASCENDING), ("point", GEOSPHERE), ("reported_at", ASCENDING)]),
        IndexModel([("state", ASCENDING)], name="parents", partialFilterExpression={"children": {"$exists": True}}),
    )

    def by_origin(self, origin: str) -> Report | None:
        """The report that this very submission made before."""
        document = self.collection.find_one({"origin": origin})
        return from_document(Report, document) if document else None

    def near(self, area: Area, most: int) -> list[tuple[float, Report]]:
        """Open reports, each after its distance in metres, the nearest first; without their histories."""
        found = self.collection.aggregate([nearest(area), {"$limit": most}, {"$unset": "history"}])
        return [(document.pop("metres"), from_document(Report, document)) for document in found]

    def ended_parents(self) -> Iterable[str]:
        """Ids of reports that ended while others are merged into them."""
        ended = {"state": {"$in": list(ENDED)}, "children": {"$exists": True, "$ne": {}}}
        return [document["_id"] for document in self.collection.find(ended, {"_id": 1})]


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
