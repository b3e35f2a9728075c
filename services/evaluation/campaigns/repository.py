"""Campaigns in MongoDB."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.evaluation.campaigns.campaign import Campaign
from shared.runtime.documents import from_document
from shared.runtime.journal import MongoCases
from shared.runtime.telemetry.vitals import Due


class MongoCampaigns(MongoCases[Campaign]):
    case_type = Campaign
    collection_name = "campaigns"
    indexes: ClassVar = (
        IndexModel([("origin", ASCENDING)], unique=True),
        IndexModel([("unit", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("private.roll.representatives", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("_id", DESCENDING)]),
    )
    timers: ClassVar = {
        "open_campaigns": Due("opens_at", {"state": "announced"}),
        "close_campaigns": Due("closes_at", {"state": "open"}),
    }

    def by_origin(self, origin: str) -> Campaign | None:
        """The campaign that this very announcement made before."""
        document = self.collection.find_one({"origin": origin})
        return from_document(Campaign, document) if document else None

    def to_open(self, at: datetime, limit: int) -> Sequence[str]:
        return self._due("announced", "opens_at", at, limit)

    def to_close(self, at: datetime, limit: int) -> Sequence[str]:
        return self._due("open", "closes_at", at, limit)

    def _due(self, state: str, moment: str, at: datetime, limit: int) -> Sequence[str]:
        """Ids of campaigns in the state whose moment has come, the earliest first."""
        due = {"state": state, moment: {"$lte": at}}
        return [found["_id"] for found in self.collection.find(due, {"_id": 1}).sort(moment, 1).limit(limit)]
