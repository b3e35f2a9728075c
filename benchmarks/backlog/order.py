"""Whether a backlog was taken in the order in which it came: within each case, and from case to case."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks.backlog.messages import follower_of
from benchmarks.pipelines.pipeline import Documents
from shared.contracts.topology import DISPATCH, INTAKE
from steward.audit.documents import STORES
from steward.audit.journal_checks import check_journal

OPENED = "OrderOpened"
ORDERS = next(store for store in STORES if store.service == DISPATCH)


@dataclass
class Order:
    """`wrong`: complaints, by case. `overtaken`: by how many cases at most one was opened before an earlier one."""

    cases: int = 0
    wrong: list[str] = field(default_factory=list)
    overtaken: int = 0


def order_of(orders: Documents, told: Mapping[str, int]) -> Order:
    """`told`: by case, in the order of arrival, the sequence of the last event that was laid of it."""
    found = Order()
    opened: dict[str, datetime] = {}
    for document in orders.find():
        case_id = document["_id"]
        found.cases += 1
        found.wrong += [f"{case_id}: {complaint}" for complaint in complaints(document, told.get(case_id, 0))]
        opened[case_id] = document["history"][0]["at"]
    found.wrong += [f"{case_id}: has no order" for case_id in told if case_id not in opened]
    found.overtaken = furthest_overtaken([opened[case_id] for case_id in told if case_id in opened])
    return found


def complaints(document: Mapping[str, Any], told: int) -> Iterable[str]:
    """Each of its messages heard, the later one last, and a history that is whole."""
    yield from check_journal(ORDERS, document)
    if document["history"][0]["type"] != OPENED:
        yield f"begins with {document['history'][0]['type']}"
    if document["inbox"].get(INTAKE) != told:
        yield f"has heard {document['inbox']}, of {told} events"
    if document.get("followers") != [follower_of(document["_id"])]:
        yield f"is followed by {document.get('followers')}"


def furthest_overtaken(moments: Sequence[datetime]) -> int:
    """Of moments in the order of arrival: the greatest distance between two of which the later came first."""
    furthest = 0
    latest: list[datetime] = []
    for index, moment in enumerate(moments):
        first_later = bisect_right(latest, moment)
        furthest = max(furthest, index - first_later)
        latest.append(max(moment, latest[-1]) if latest else moment)
    return furthest
