"""The same work in plain nameko, as its documentation teaches it: `event_handler`, one insert, `EventDispatcher`."""

from typing import Any

from nameko.events import EventDispatcher, event_handler
from nameko.extensions import DependencyProvider
from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection

from benchmarks.pipelines.like_ours import expect_rating, open_order

REPORTS, ORDERS, RATINGS = "plain_reports", "plain_orders", "plain_ratings"
COLLECTION = "cases"


class Cases(DependencyProvider):
    """The service's collection, written majority and journaled as ours is."""

    def setup(self) -> None:
        client: MongoClient[dict[str, Any]] = MongoClient(self.container.config["MONGO_URI"])
        durable = WriteConcern("majority", j=True)
        self._cases = client[self.container.service_name].get_collection(COLLECTION, write_concern=durable)

    def get_dependency(self, worker_ctx: Any) -> Collection[dict[str, Any]]:
        return self._cases


class PlainOrders:
    name = ORDERS
    cases = Cases()
    dispatch = EventDispatcher()

    @event_handler(REPORTS, "ReportAccepted")
    def open(self, event: dict[str, Any]) -> None:
        step = open_order(event)
        self.cases.insert_one(step.document)
        for following in step.events:
            self.dispatch(following["type"], following)


class PlainRatings:
    name = RATINGS
    cases = Cases()
    dispatch = EventDispatcher()

    @event_handler(ORDERS, "OrderOpened")
    def expect(self, event: dict[str, Any]) -> None:
        step = expect_rating(event)
        self.cases.insert_one(step.document)
        for following in step.events:
            self.dispatch(following["type"], following)
