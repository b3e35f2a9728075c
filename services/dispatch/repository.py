"""Work orders in MongoDB."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel

from services.dispatch.domain.lifecycle import HELD, NEVER, OPEN
from services.dispatch.domain.order import WorkOrder
from shared.runtime.journal import MongoCases

WHILE_IT_RUNS = {"due_at": {"$gt": NEVER}}


class MongoOrders(MongoCases[WorkOrder]):
    case_type = WorkOrder
    collection_name = "work_orders"
    indexes: ClassVar = (
        IndexModel([("assignee", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("unit_path", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("wake_at", ASCENDING)], partialFilterExpression={"wake_at": {"$gt": NEVER}}),
        IndexModel([("assignee", ASCENDING), ("due_at", ASCENDING)], partialFilterExpression=WHILE_IT_RUNS),
        IndexModel([("unit_path", ASCENDING), ("due_at", ASCENDING)], partialFilterExpression=WHILE_IT_RUNS),
        IndexModel(
            [("unit_path", ASCENDING), ("verify_by", ASCENDING)],
            partialFilterExpression={"verify_by": {"$gt": NEVER}},
        ),
        IndexModel([("parts.steward", ASCENDING)], sparse=True),
        IndexModel([("point", GEOSPHERE)], partialFilterExpression={"state": "pooled"}),
    )

    def open_load(self, stewards: Collection[str]) -> dict[str, int]:
        """Orders that each of the stewards holds; who holds none is left out."""
        held = {"$match": {"assignee": {"$in": list(stewards)}, "state": {"$in": sorted(HELD)}}}
        counted = self.collection.aggregate([held, {"$group": {"_id": "$assignee", "held": {"$sum": 1}}}])
        return {row["_id"]: row["held"] for row in counted}

    def awake(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of orders that the timer should look at, the longest overdue first."""
        overdue = {"wake_at": {"$gt": NEVER, "$lte": at}}
        return [found["_id"] for found in self.collection.find(overdue, {"_id": 1}).sort("wake_at", 1).limit(limit)]

    def open_after(self, case_id: str, limit: int) -> Sequence[str]:
        """Ids of open orders in the order of their ids."""
        still_open = {"_id": {"$gt": case_id}, "state": {"$in": sorted(OPEN)}}
        return [found["_id"] for found in self.collection.find(still_open, {"_id": 1}).sort("_id", 1).limit(limit)]
