"""Reports in MongoDB."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.intake.domain import Report
from shared.runtime.documents import from_document
from shared.runtime.journal import MongoCases


class MongoReports(MongoCases[Report]):
    case_type = Report
    collection_name = "reports"
    indexes: ClassVar = (
        IndexModel([("origin", ASCENDING)], unique=True),
        IndexModel([("reporter", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("_id", DESCENDING)]),
    )

    def by_origin(self, origin: str) -> Report | None:
        """The report that this very submission made before."""
        document = self.collection.find_one({"origin": origin})
        return from_document(Report, document) if document else None

    def page(self, filters: Mapping[str, Any], before: str | None, limit: int) -> list[Report]:
        """Newest first; `before` is the last case_id of the previous page."""
        older = {"_id": {"$lt": before}} if before else {}
        found = self.collection.find({**filters, **older}).sort("_id", DESCENDING).limit(limit)
        return [from_document(Report, document) for document in found]
