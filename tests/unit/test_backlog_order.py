"""What the backlog's benchmark says of the order is true: it would notice one that is wrong."""

from datetime import timedelta
from itertools import groupby
from typing import Any

import pytest

from benchmarks.backlog.messages import APART, accepted_then_followed, follower_of
from benchmarks.backlog.order import complaints, furthest_overtaken
from services.dispatch.domain.order import WorkOrder
from services.dispatch.handlers import Dispatch
from shared.contracts.event_types import REPORT_ACCEPTED, REPORT_FOLLOWED
from shared.runtime.documents import event_to_document
from tests.support.memory import InMemoryOrders
from tests.support.orders import opened, order, report
from tests.support.people import NOON

SAMPLE = {"user": "someone", "category": "rubbish_heap", "position": {"lon": 119.02, "lat": 25.39, "datum": "GCJ-02"}}


@pytest.mark.parametrize(
    ("minutes", "furthest"),
    [([], 0), ([1], 0), ([1, 2, 3], 0), ([1, 1, 2, 2], 0), ([2, 1, 3], 1), ([9, 1, 2, 3], 3), ([1, 9, 2, 3, 9], 2)],
)
def test_who_was_overtaken_and_by_how_far(minutes: list[int], furthest: int) -> None:
    assert furthest_overtaken([NOON + timedelta(minutes=one) for one in minutes]) == furthest


def test_each_case_is_accepted_and_followed_later_in_the_order_in_which_it_came() -> None:
    laid = list(accepted_then_followed([SAMPLE], APART + 2))
    runs = [(kind, len(list(some))) for kind, some in groupby(laid, key=lambda one: one.event.type)]
    assert runs == [(REPORT_ACCEPTED, APART), (REPORT_FOLLOWED, APART), (REPORT_ACCEPTED, 2), (REPORT_FOLLOWED, 2)]
    first, then = laid[0], laid[APART]
    assert first.case_id == then.case_id
    assert then.event.sequence == first.event.sequence + 1
    assert then.snapshot["followers"] == [follower_of(then.case_id)]


def as_stored(case: WorkOrder) -> dict[str, Any]:
    history = [event_to_document(event) for event in case.history]
    kept = {"_id": case.case_id, "state": case.state, "version": case.version, "inbox": case.inbox}
    return {**kept, **case.facts, "history": history}


@pytest.fixture
def followed(dispatch: Dispatch, orders: InMemoryOrders) -> dict[str, Any]:
    """An order that has heard both of its messages."""
    case_id = opened(dispatch)
    assert dispatch.follow([report(case_id, 3, followers=[follower_of(case_id)])], NOON) == []
    return as_stored(order(orders, case_id))


def test_an_order_that_heard_both_messages_is_sound(followed: dict[str, Any]) -> None:
    assert list(complaints(followed, 3)) == []


def test_what_is_amiss_with_an_order_is_told(followed: dict[str, Any]) -> None:
    for harm, told in (
        ({"followers": []}, "followed by"),
        ({"inbox": {"intake": 2}}, "has heard"),
        ({"history": followed["history"][1:]}, "begins with"),
    ):
        assert any(told in complaint for complaint in complaints({**followed, **harm}, 3)), told
