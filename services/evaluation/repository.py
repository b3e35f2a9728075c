"""Evaluations in MongoDB."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from pymongo import ASCENDING, IndexModel

from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.lifecycle import OPEN, OPEN_WINDOW
from services.evaluation.indicators.counting import EVALUATIONS, SETTLED
from shared.runtime.journal import MongoCases
from shared.runtime.telemetry.vitals import Due

WINDOW_OPEN = {"$in": sorted(OPEN_WINDOW)}
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
UNSERVED: dict[str, Any] = {"state": "expected", "late_at": {"$gt": NEVER}}
"""Cases whose deadline has not been noticed to pass."""


class MongoEvaluations(MongoCases[Evaluation]):
    """Every step marks its document, so that what it changes gets into the indicators."""

    case_type = Evaluation
    collection_name = EVALUATIONS
    mark = "uncounted"
    indexes: ClassVar = (
        IndexModel([("due_at", ASCENDING)], name="window_open", partialFilterExpression={"state": WINDOW_OPEN}),
        IndexModel([("late_at", ASCENDING)], name="unserved", partialFilterExpression=UNSERVED),
        IndexModel([("alias", ASCENDING)]),
        IndexModel([("uncounted", ASCENDING)], sparse=True),
        IndexModel([("state", ASCENDING)], name="open", partialFilterExpression={"state": {"$in": sorted(OPEN)}}),
    )
    timers: ClassVar = {
        "expire_invitations": Due("due_at", {"state": WINDOW_OPEN}),
        "notice_late_cases": Due("late_at", {"state": "expected"}),
        "count": Due("uncounted", delay=lambda: SETTLED),
    }
    open_states: ClassVar = OPEN

    def due(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of evaluations whose window is over, the oldest first."""
        overdue = {"state": WINDOW_OPEN, "due_at": {"$lte": at}}
        return [found["_id"] for found in self.collection.find(overdue, {"_id": 1}).sort("due_at", 1).limit(limit)]

    def late(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of cases that a deadline has passed unserved and unnoticed, the longest overdue first."""
        overdue = UNSERVED | {"late_at": {"$gt": NEVER, "$lte": at}}
        return [found["_id"] for found in self.collection.find(overdue, {"_id": 1}).sort("late_at", 1).limit(limit)]
