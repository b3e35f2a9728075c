"""What the stores have to say of every case, read plainly: keys, events, and what happened twice."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection

from services.feed.log.log import LOG
from shared.contracts import event_types as types
from shared.contracts.topology import FEED, INTAKE
from shared.kernel.case import Case
from shared.runtime.documents import from_document
from steward.audit.documents import STORES
from steward.audit.stores import open_stores
from steward.stack import Stack

FIRST_STEP = "-1"
"""What a journey puts behind the key of its case for the submission."""
ONCE_A_ROUND = frozenset(
    {
        types.REPORT_ACCEPTED,
        types.SERVICE_STARTED,
        types.REPORT_SERVED,
        types.REPORT_CLOSED,
        types.ORDER_OPENED,
        types.ORDER_CLOSED,
        types.RATING_INVITED,
        types.REWORK_REQUESTED,
        types.CASE_SETTLED,
        types.RATING_EXPIRED,
    }
)
"""What an event of another service sets off: a second one would be the same event applied twice."""

Told = tuple[str, str, int]
"""Source, case and sequence of an event."""


def cases_of_keys(stack: Stack) -> dict[str, list[str]]:
    """The cases that each submission made, by the client's own key."""
    cases: dict[str, list[str]] = defaultdict(list)
    with open_stores(stack.addresses) as stores:
        for case in stores.cases():
            if report := case.of(INTAKE):
                receipt = report["history"][0].get("receipt", {})
                cases[str(receipt.get("key")).removesuffix(FIRST_STEP)].append(case.case_id)
    return cases


def told_by_services(stack: Stack) -> set[Told]:
    with open_stores(stack.addresses) as stores:
        return {
            (service, case.case_id, event["sequence"])
            for case in stores.cases()
            for service, document in case.by_service.items()
            for event in document["history"]
        }


def told_by_feed(stack: Stack) -> Counter[Told]:
    with _feed(stack) as log:
        entries = log.find({}, {"source": 1, "case_id": 1, "sequence": 1})
        return Counter((entry["source"], entry["case_id"], entry["sequence"]) for entry in entries)


def repeated(stack: Stack) -> Iterator[tuple[str, str]]:
    """Cases to which an event of another service happened twice, and what it was."""
    with open_stores(stack.addresses) as stores:
        for case in stores.cases():
            for store in STORES:
                if document := case.of(store.service):
                    for what in _repeated(from_document(store.case_type, document)):
                        yield case.case_id, f"{store.service}: {what}"


def _repeated(case: Case) -> list[str]:
    told = type(case)(case.case_id)
    counts = Counter(
        (event.type, _round(told)) for event, _ in told.replaying(case.history) if event.type in ONCE_A_ROUND
    )
    return [
        f"{event_type} {count} times in round {number}" for (event_type, number), count in counts.items() if count > 1
    ]


def _round(case: Case) -> int:
    """An order has a list of its rounds, the others the number of the latest."""
    return len(case.facts.get("rounds", ())) or int(case.facts.get("round", 1))


@contextmanager
def _feed(stack: Stack) -> Iterator[Collection[dict[str, Any]]]:
    client: MongoClient[dict[str, Any]] = MongoClient(stack.addresses.mongo_uri(FEED), tz_aware=True)
    with client:
        yield client[FEED][LOG]
