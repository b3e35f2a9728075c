"""Work orders in MongoDB."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel

from services.dispatch.domain.lifecycle import HELD, NEVER, OPEN, TRANSITIONS
from services.dispatch.domain.order import WorkOrder
from services.dispatch.routing.scoring import Standing
from shared.runtime.journal import MongoCases

WHILE_IT_RUNS = {"due_at": {"$gt": NEVER}}
NO_LONGER_HELD = frozenset(TRANSITIONS.values()) - HELD

STANDING = ("assignee", "state", "assigned_at", "stars")
"""The fields of the index that a steward's standing is read from, without a look at any order."""


class MongoOrders(MongoCases[WorkOrder]):
    case_type = WorkOrder
    collection_name = "work_orders"
    indexes: ClassVar = (
        IndexModel([(field, ASCENDING) for field in STANDING]),
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

    def standing(self, subjects: Collection[str], since: datetime, rated_since: datetime) -> dict[str, Standing]:
        """Orders held now, orders assigned since, and the stars of those assigned since `rated_since` (the earlier).

        Who has had none is left out. Reads what is held and what is recent, never a steward's whole past.
        """
        found = self.collection.aggregate(standing_pipeline(subjects, since, rated_since))
        return {row.pop("_id"): Standing(**row) for row in found}

    def awake(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of orders that the timer should look at, the longest overdue first."""
        overdue = {"wake_at": {"$gt": NEVER, "$lte": at}}
        return [found["_id"] for found in self.collection.find(overdue, {"_id": 1}).sort("wake_at", 1).limit(limit)]

    def open_after(self, case_id: str, limit: int) -> Sequence[str]:
        """Ids of open orders in the order of their ids."""
        still_open = {"_id": {"$gt": case_id}, "state": {"$in": sorted(OPEN)}}
        return [found["_id"] for found in self.collection.find(still_open, {"_id": 1}).sort("_id", 1).limit(limit)]


def standing_pipeline(subjects: Collection[str], since: datetime, rated_since: datetime) -> list[dict[str, Any]]:
    """Two walks along the index, one over what is held and one over what is over and recent enough."""
    held = {"assignee": {"$in": sorted(subjects)}, "state": {"$in": sorted(HELD)}}
    over = {**held, "state": {"$in": sorted(NO_LONGER_HELD)}, "assigned_at": {"$gte": rated_since}}
    keys = {"$project": {"_id": 0, **dict.fromkeys(STANDING, 1)}}
    is_rated = {"$and": [{"$gte": ["$assigned_at", rated_since]}, {"$isNumber": "$stars"}]}
    return [
        {"$match": {"$or": [held, over]}},
        keys,
        {
            "$group": {
                "_id": "$assignee",
                "open": {"$sum": {"$cond": [{"$in": ["$state", sorted(HELD)]}, 1, 0]}},
                "recent": {"$sum": {"$cond": [{"$gte": ["$assigned_at", since]}, 1, 0]}},
                "stars_sum": {"$sum": {"$cond": [is_rated, "$stars", 0]}},
                "stars_count": {"$sum": {"$cond": [is_rated, 1, 0]}},
            }
        },
    ]
