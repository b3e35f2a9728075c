"""Work orders in MongoDB."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel

from services.dispatch.domain.lifecycle import AWAITING_DISPATCHER, HELD, NEVER, OPEN, TRANSITIONS
from services.dispatch.domain.order import WorkOrder
from services.dispatch.routing.scoring import Standing
from shared.runtime.documents import from_document
from shared.runtime.journal import MongoCases
from shared.runtime.telemetry.vitals import Due

SET = {"$gt": NEVER}
NO_LONGER_HELD = frozenset(TRANSITIONS.values()) - HELD

STANDING = ("assignee", "state", "assigned_at", "stars")
"""The fields of the index that a steward's standing is read from, without a look at any order."""


BY_UNIT = [("unit_path", ASCENDING), ("_id", DESCENDING)]
FOR_LISTS = (
    IndexModel([("assignee", ASCENDING), ("_id", DESCENDING)]),
    IndexModel(BY_UNIT),
    *(
        IndexModel([("state", ASCENDING), *BY_UNIT], name=state, partialFilterExpression={"state": state})
        for state in sorted({"pooled", "deliberating", *AWAITING_DISPATCHER})
    ),
    *(
        IndexModel(BY_UNIT, name=name, partialFilterExpression={name: is_so})
        for name, is_so in {"supervised": True, "returns": {"$gt": 0}, "extension_asked_at": SET}.items()
    ),
    *(
        IndexModel([(owner, ASCENDING), (moment, ASCENDING), ("_id", ASCENDING)], partialFilterExpression={moment: SET})
        for owner, moment in (("assignee", "due_at"), ("unit_path", "due_at"), ("unit_path", "verify_by"))
    ),
    IndexModel([("parts.steward", ASCENDING), ("_id", DESCENDING)], sparse=True),
    IndexModel([("point", GEOSPHERE)], partialFilterExpression={"state": "pooled"}),
)
"""Only few orders are on most of the lists, and only those are in their indexes: a step of any other costs nothing."""


class MongoOrders(MongoCases[WorkOrder]):
    case_type = WorkOrder
    collection_name = "work_orders"
    indexes: ClassVar = (
        IndexModel([(field, ASCENDING) for field in STANDING]),
        IndexModel([("wake_at", ASCENDING)], partialFilterExpression={"wake_at": SET}),
        IndexModel([("state", ASCENDING)], name="open", partialFilterExpression={"state": {"$in": sorted(OPEN)}}),
        *FOR_LISTS,
    )
    timers: ClassVar = {"ring": Due("wake_at")}
    open_states: ClassVar = OPEN

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

    def with_answers(self, case_ids: Collection[str]) -> list[WorkOrder]:
        """Without their histories, and of what is private the public answer alone."""
        shown = dict.fromkeys(("state", "version", "category", "unit_path", "due_at", "rounds", "private.answer"), 1)
        found = self.collection.find({"_id": {"$in": list(case_ids)}}, shown)
        return [from_document(WorkOrder, document) for document in found]

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
