"""Work orders in MongoDB."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.dispatch.domain import HELD, WorkOrder
from shared.runtime.documents import from_document
from shared.runtime.journal import MongoCases


class MongoOrders(MongoCases[WorkOrder]):
    case_type = WorkOrder
    collection_name = "work_orders"
    indexes: ClassVar = (
        IndexModel([("assignee", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("unit_path", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
    )

    def open_load(self, stewards: Collection[str]) -> dict[str, int]:
        """Orders that each of the stewards holds; who holds none is left out."""
        held = {"$match": {"assignee": {"$in": list(stewards)}, "state": {"$in": sorted(HELD)}}}
        counted = self.collection.aggregate([held, {"$group": {"_id": "$assignee", "held": {"$sum": 1}}}])
        return {row["_id"]: row["held"] for row in counted}

    def page(self, filters: Mapping[str, Any], before: str | None, limit: int) -> Sequence[WorkOrder]:
        """Newest first; `before` is the last case_id of the previous page."""
        older = {"_id": {"$lt": before}} if before else {}
        found = self.collection.find({**filters, **older}).sort("_id", DESCENDING).limit(limit)
        return [from_document(WorkOrder, document) for document in found]
