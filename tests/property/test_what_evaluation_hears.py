"""Evaluation hears some of what happens to an order, and of what it goes by it misses nothing."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.topology import BINDINGS, DISPATCH, EVALUATION
from tests.support.random_order import ORDERS, after_some_step
from tests.support.timed_order import AT_WORK, TimedOrder

HEARD = BINDINGS[EVALUATION][DISPATCH]
GOES_BY = (
    "reporter",
    "followers",
    "category",
    "opened_at",
    "unit",
    "unit_path",
    "serving",
    "dispatched_at",
    "due_at",
    "returns",
    "transfers",
    "extensions",
    "cancelled_at",
)
ON_THE_CLOCK = (
    AT_WORK
    + """
    2026-09-28 10:00 ask
    2026-09-28 11:00 inform
    2026-09-28 12:00 ask_extension
    2026-09-28 15:00 extend
    2026-09-28 16:00 suspend
    2026-09-29 10:00 resume
    2026-09-29 11:00 terms limit 3wd, verification
    2026-09-29 12:00 complete
    2026-09-29 15:00 send_back
    2026-09-29 16:00 transfer two
    2026-09-29 17:00 return nobody
    2026-09-30 09:00 assign one
"""
)
OF_A_ROUND = ("completed_at", "due_at", "in_time", "handling", "to_verify", "verified_at")


@settings(max_examples=300)
@given(ORDERS, st.integers(1, 30), st.randoms(use_true_random=False))
def test_where_the_order_stands_is_where_evaluation_last_heard_of_it(
    one: TimedOrder, steps: int, random: Random
) -> None:
    now = timedelta(0)
    for _ in range(steps):
        one = after_some_step(one, random, now)
        now += timedelta(minutes=random.choice([0, 1, 30, 240, 1440, 4320]))
    assert_nothing_is_missed(one)


def test_so_it_is_where_time_is_given_and_taken() -> None:
    one = TimedOrder("limit 5wd, verification")
    one.follow(ON_THE_CLOCK)
    assert_nothing_is_missed(one)


def assert_nothing_is_missed(one: TimedOrder) -> None:
    last: Mapping[str, Any] = {}
    for event, snapshot in one.order.outgoing:
        stands = _gone_by(snapshot)
        last = stands if event.type in HEARD else last
        assert stands == last, f"{event.type} is not heard"


def _gone_by(snapshot: Mapping[str, Any]) -> Mapping[str, Any]:
    rounds = [{name: turn.get(name) for name in OF_A_ROUND} for turn in snapshot["rounds"]]
    return {**{name: snapshot.get(name) for name in GOES_BY}, "rounds": rounds}
