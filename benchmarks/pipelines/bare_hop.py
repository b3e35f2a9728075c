"""One process of the bare pipeline: py-amqp and PyMongo with nothing in between, written as well as we can.

`python -m benchmarks.pipelines.bare_hop INBOX EXCHANGE DATABASE BATCH`; servers come from the environment.
Takes up to BATCH messages, makes one guarded, majority-journaled write for each in one bulk, publishes
their events pipelined, waits for all confirms, and acks them together.
"""

import json
import os
import sys
from collections import deque
from contextlib import suppress
from typing import Any

from amqp import Message
from kombu import Connection
from pymongo import MongoClient, UpdateOne, WriteConcern

from benchmarks.pipelines.like_ours import STEPS, Step, headers

PERSISTENT = 2
COLLECTION = "cases"


class Hop:
    def __init__(self, inbox: str, exchange: str, database: str, batch: int) -> None:
        self._exchange = exchange
        self._batch = batch
        client: MongoClient[dict[str, Any]] = MongoClient(os.environ["MONGO_URI"])
        self._cases = client[database].get_collection(COLLECTION, write_concern=WriteConcern("majority", j=True))
        self._arrived: deque[Any] = deque()
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._channel = Connection(os.environ["AMQP_URI"]).channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_confirm)
        self._channel.basic_qos(0, 2 * batch, a_global=False)
        self._channel.basic_consume(inbox, callback=self._arrived.append)

    def run(self) -> None:
        while True:
            self._gather()
            messages = [self._arrived.popleft() for _ in range(min(self._batch, len(self._arrived)))]
            steps = [self._step(message) for message in messages]
            self._cases.bulk_write([_guarded(step) for step in steps], ordered=False)
            self._publish(steps)
            self._channel.basic_ack(messages[-1].delivery_tag, multiple=True)

    def _gather(self) -> None:
        """What is there already, up to a batch; at least one."""
        while not self._arrived:
            self._channel.connection.drain_events()
        with suppress(TimeoutError):
            while len(self._arrived) < self._batch:
                self._channel.connection.drain_events(timeout=0.001)

    def _step(self, message: Any) -> Step:
        event = json.loads(message.body)
        return STEPS[event["type"]](event)

    def _publish(self, steps: list[Step]) -> None:
        for event in (event for step in steps for event in step.events):
            message = Message(
                json.dumps(event, ensure_ascii=False).encode(),
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=PERSISTENT,
                application_headers=headers(self._exchange, event),
            )
            self._channel.basic_publish(message, self._exchange, event["type"])
            self._sent += 1
            self._unconfirmed.add(self._sent)
        while self._unconfirmed:
            self._channel.connection.drain_events()

    def _on_confirm(self, tag: int, multiple: bool) -> None:
        self._unconfirmed -= {known for known in self._unconfirmed if known <= tag} if multiple else {tag}


def _guarded(step: Step) -> UpdateOne:
    fields = {name: value for name, value in step.document.items() if name not in ("_id", "history")}
    update = {"$set": fields, "$push": {"history": {"$each": step.document["history"]}}}
    return UpdateOne({"_id": step.document["_id"], "version": 0}, update, upsert=True)


if __name__ == "__main__":
    inbox, exchange, database, batch = sys.argv[1:]
    Hop(inbox, exchange, database, int(batch)).run()
