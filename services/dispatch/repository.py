"""Work orders in MongoDB."""

from collections.abc import Collection
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.dispatch.domain import HELD, WorkOrder
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
