"""Evaluations in MongoDB."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from services.evaluation.domain import Evaluation
from shared.runtime.journal import MongoCases


class MongoEvaluations(MongoCases[Evaluation]):
    case_type = Evaluation
    collection_name = "evaluations"
    indexes: ClassVar = (IndexModel([("due_at", ASCENDING)], partialFilterExpression={"state": "invited"}),)

    def due(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of invitations whose window is over, the oldest first."""
        overdue = {"state": "invited", "due_at": {"$lte": at}}
        return [found["_id"] for found in self.collection.find(overdue, {"_id": 1}).sort("due_at", 1).limit(limit)]
