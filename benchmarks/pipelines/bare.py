"""The bare pipeline: two processes of `bare_hop`, with quorum queues like ours between them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kombu import Exchange, Queue

from benchmarks.ground import Ground
from benchmarks.pipelines.bare_hop import COLLECTION
from benchmarks.pipelines.pipeline import Pipeline
from benchmarks.pipelines.rival import running
from shared.contracts.event_types import ORDER_OPENED, REPORT_ACCEPTED
from steward.stack.broker import quorum

REPORTS, ORDERS, RATINGS = "bare-reports", "bare-orders", "bare-ratings"
"""Its exchanges; the two that are consumed name their queue, the two that are written to a database."""


@contextmanager
def bare(ground: Ground, name: str, batch: int) -> Iterator[Pipeline]:
    topics = {source: Exchange(source, type="topic", durable=True) for source in (REPORTS, ORDERS, RATINGS)}
    inboxes = [_inbox(topics[REPORTS], REPORT_ACCEPTED), _inbox(topics[ORDERS], ORDER_OPENED)]
    for declared in (*topics.values(), *inboxes):
        declared.declare(channel=ground.channel)
    commands = [_command(REPORTS, ORDERS, batch), _command(ORDERS, RATINGS, batch)]
    try:
        with running(ground, commands) as pids:
            yield Pipeline(
                name,
                ground.channel,
                pids,
                REPORTS,
                (REPORTS, ORDERS),
                (ground.client[ORDERS][COLLECTION], ground.client[RATINGS][COLLECTION]),
            )
    finally:
        for declared in (*inboxes, *topics.values()):
            declared(ground.channel).delete()
        for database in (ORDERS, RATINGS):
            ground.client.drop_database(database)


def _inbox(exchange: Exchange, event_type: str) -> Queue:
    return Queue(exchange.name, exchange, routing_key=event_type, queue_arguments=quorum("", exchange.name))


def _command(inbox: str, target: str, batch: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.pipelines.bare_hop", inbox, target, target, str(batch)]
