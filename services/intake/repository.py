"""Reports in MongoDB."""

from typing import ClassVar

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
