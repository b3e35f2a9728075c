"""Work orders in MongoDB."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.dispatch.domain import HELD, TRANSITIONS, WorkOrder
from services.dispatch.scoring import Standing
from shared.runtime.journal import MongoCases

NO_LONGER_HELD = frozenset(TRANSITIONS.values()) - HELD

STANDING = ("assignee", "state", "assigned_at", "stars")
"""The fields of the index that a steward's standing is read from, without a look at any order."""


class MongoOrders(MongoCases[WorkOrder]):
    case_type = WorkOrder
    collection_name = "work_orders"
    indexes: ClassVar = (
        IndexModel([(field, ASCENDING) for field in STANDING]),
        IndexModel([("unit_path", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
    )

    def standing(self, subjects: Collection[str], since: datetime, rated_since: datetime) -> dict[str, Standing]:
        """Orders held now, orders assigned since, and the stars of those assigned since `rated_since` (the earlier).

        Who has had none is left out. Reads what is held and what is recent, never a steward's whole past.
        """
        found = self.collection.aggregate(standing_pipeline(subjects, since, rated_since))
        return {row.pop("_id"): Standing(**row) for row in found}


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
