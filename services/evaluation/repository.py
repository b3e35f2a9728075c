"""Evaluations in MongoDB."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.lifecycle import OPEN_WINDOW
from shared.runtime.journal import MongoCases

WINDOW_OPEN = {"$in": sorted(OPEN_WINDOW)}


class MongoEvaluations(MongoCases[Evaluation]):
    case_type = Evaluation
    collection_name = "evaluations"
    indexes: ClassVar = (
        IndexModel([("due_at", ASCENDING)], name="window_open", partialFilterExpression={"state": WINDOW_OPEN}),
    )

    def due(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of evaluations whose window is over, the oldest first."""
        overdue = {"state": WINDOW_OPEN, "due_at": {"$lte": at}}
        return [found["_id"] for found in self.collection.find(overdue, {"_id": 1}).sort("due_at", 1).limit(limit)]
