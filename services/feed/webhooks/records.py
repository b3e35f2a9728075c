"""Webhooks and their deliveries in MongoDB.

A webhook is worked by one process at a time, who holds its lease. `position` is up to where the log was gone
through for it; what is to be delivered is a document of its own until it is, and stays as a dead one if it cannot be.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne
from pymongo.errors import BulkWriteError

from services.feed.log.entries import Entry
from services.feed.log.log import require_only_doubles
from shared.contracts.fields import moment
from shared.runtime.mongo import DURABLE, Mongo

WEBHOOKS, DELIVERIES = "webhooks", "deliveries"
WEBHOOK_INDEXES = (
    IndexModel(
        [("by", ASCENDING), ("key", ASCENDING)], unique=True, partialFilterExpression={"key": {"$exists": True}}
    ),
)
"""Those of an earlier version were registered without a key."""
DELIVERY_INDEXES = (
    IndexModel([("webhook", ASCENDING), ("dead_at", ASCENDING), ("position", ASCENDING)]),
    IndexModel([("dead_at", ASCENDING)], name="expiry", expireAfterSeconds=int(timedelta(days=30).total_seconds())),
)
LEASE = timedelta(seconds=60)
"""Longer than any request takes."""
AT_ONCE = 50
Document = dict[str, Any]


class Records:
    def __init__(self, db: Mongo) -> None:
        self.webhooks = db.get_collection(WEBHOOKS, write_concern=DURABLE)
        self.deliveries = db.get_collection(DELIVERIES, write_concern=DURABLE)

    def take(self, webhook_id: str, holder: str, at: datetime) -> Document | None:
        """The webhook, for this process alone until the lease is over; None where another has it, or it is gone."""
        is_free = {"$or": [{"lease.holder": holder}, {"lease.until": {"$lte": at}}]}
        lease = {"lease": {"holder": holder, "until": at + LEASE}}
        return self.webhooks.find_one_and_update({"_id": webhook_id, **is_free}, {"$set": lease}, return_document=True)

    def let_go(self, holder: str, at: datetime) -> None:
        """Whatever this process has, another may take at once."""
        self.webhooks.update_many({"lease.holder": holder}, {"$set": {"lease.until": at}})

    def plan(self, webhook: Mapping[str, Any], entries: Sequence[Entry], at: datetime) -> None:
        """Each of these is to be delivered; said again, it changes nothing."""
        if not entries:
            return
        try:
            self.deliveries.bulk_write([InsertOne(_delivery(webhook, one, at)) for one in entries], ordered=False)
        except BulkWriteError as error:
            require_only_doubles(error)

    def advance(self, webhook_id: str, holder: str, position: int) -> None:
        """The log is gone through up to here."""
        self.webhooks.update_one({"_id": webhook_id, "lease.holder": holder}, {"$max": {"position": position}})

    def due(self, webhook_id: str, at: datetime) -> list[Document]:
        """Of each case the first that is not delivered, if its time has come: so nothing overtakes it."""
        found = self.deliveries.aggregate(
            [
                {"$match": {"webhook": webhook_id, "dead_at": None}},
                {"$sort": {"position": ASCENDING}},
                {"$group": {"_id": "$case_id", "first": {"$first": "$$ROOT"}}},
                {"$replaceRoot": {"newRoot": "$first"}},
                {"$match": {"due_at": {"$lte": at}}},
                {"$sort": {"position": ASCENDING}},
                {"$limit": AT_ONCE},
            ]
        )
        return list(found)

    def delivered(self, delivery: Mapping[str, Any]) -> None:
        self.deliveries.delete_one({"_id": delivery["_id"]})

    def failed(self, delivery: Mapping[str, Any], error: str, at: datetime, again_after: timedelta | None) -> None:
        """To be tried again after so long, or, where that is None, dead."""
        then = {"dead_at": at} if again_after is None else {"due_at": at + again_after}
        self.deliveries.update_one(
            {"_id": delivery["_id"]}, {"$inc": {"attempts": 1}, "$set": {"error": error, **then}}
        )

    def dead(self, webhook_id: str, after: int | None, most: int) -> list[Document]:
        """Newest first, from before that position."""
        older = {"position": {"$lt": after}} if after is not None else {}
        found = self.deliveries.find({"webhook": webhook_id, "dead_at": {"$ne": None}, **older})
        return list(found.sort("position", DESCENDING).limit(most))

    def revive(self, webhook_id: str, at: datetime) -> int:
        """All that are dead are due now, from the first attempt on; how many there were."""
        fresh = {"$set": {"due_at": at, "attempts": 0, "dead_at": None}}
        return self.deliveries.update_many({"webhook": webhook_id, "dead_at": {"$ne": None}}, fresh).modified_count

    def remove(self, webhook_id: str) -> None:
        self.webhooks.delete_one({"_id": webhook_id})
        self.deliveries.delete_many({"webhook": webhook_id})


def _delivery(webhook: Mapping[str, Any], entry: Entry, at: datetime) -> Document:
    """`body` is what the receiver gets, the same in every attempt."""
    data = {
        "position": entry.position,
        "case_id": entry.case_id,
        "source": entry.source,
        "sequence": entry.sequence,
        "state": entry.state,
        "unit_path": list(entry.unit_path),
    }
    return {
        "_id": f"{webhook['_id']}-{entry.position}",
        "webhook": webhook["_id"],
        "position": entry.position,
        "case_id": entry.case_id,
        "body": {"type": entry.type, "timestamp": moment(entry.at), "data": data},
        "attempts": 0,
        "due_at": at,
        "dead_at": None,
    }
