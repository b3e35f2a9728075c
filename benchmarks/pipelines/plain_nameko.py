"""Plain nameko: two processes of `nameko run`, which declare what they need themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.ground import Ground
from benchmarks.pipelines.nameko_services import COLLECTION, ORDERS, RATINGS, REPORTS, PlainOrders, PlainRatings
from benchmarks.pipelines.pipeline import Pipeline
from benchmarks.pipelines.rival import running
from shared.contracts.topology import events_exchange
from steward.stack.services import in_this_environment

MODULE = "benchmarks.pipelines.nameko_services"
INBOXES = (f"evt-{REPORTS}-ReportAccepted--{ORDERS}.open", f"evt-{ORDERS}-OrderOpened--{RATINGS}.expect")


@contextmanager
def plain_nameko(ground: Ground) -> Iterator[Pipeline]:
    commands = [_command(service.__name__) for service in (PlainOrders, PlainRatings)]
    try:
        with running(ground, commands) as pids:
            yield Pipeline(
                "plain nameko",
                ground.channel,
                pids,
                events_exchange(REPORTS),
                INBOXES,
                (ground.client[ORDERS][COLLECTION], ground.client[RATINGS][COLLECTION]),
            )
    finally:
        for queue in INBOXES:
            ground.channel.queue_delete(queue)
        for source in (REPORTS, ORDERS, RATINGS):
            ground.channel.exchange_delete(events_exchange(source))
        for database in (ORDERS, RATINGS):
            ground.client.drop_database(database)


def _command(service: str) -> tuple[str, ...]:
    configuration = "benchmarks/pipelines/nameko_services.yaml"
    return in_this_environment(("nameko", "run", "--config", configuration, f"{MODULE}:{service}"))
