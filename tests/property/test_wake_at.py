"""Whatever is done with an order, `wake_at` is the very moment at which the timer next finds something to do."""

from datetime import datetime, timedelta
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.dispatch.domain import clocks
from services.dispatch.domain.lifecycle import PAUSED
from services.dispatch.domain.order import WorkOrder
from tests.support.calendar import beijing
from tests.support.random_order import ORDERS, after_some_step
from tests.support.timed_order import TimedOrder

MICROSECOND = timedelta.resolution


def after_ringing(one: TimedOrder, at: datetime) -> WorkOrder:
    rung = one.copy()
    rung.take("ring", at)
    return rung.order


def waits_for_the_clock(order: WorkOrder) -> bool:
    """Whether a clock with a limit runs that has a rung left, or the order pauses until a day."""
    path = order.unit_path
    is_at_the_top = not path or order.facts.get("supervisor") == path[0]
    return order.state in PAUSED or any(
        clock.is_running
        and order.timetable.limit(name, order.facts["category"]) is not None
        and (clock.rung < 2 or not is_at_the_top)
        for name, clock in clocks.read(order.facts).items()
    )


@settings(max_examples=300)
@given(ORDERS, st.integers(1, 30), st.randoms(use_true_random=False))
def test_the_timer_comes_when_there_is_something_to_do_and_only_then(
    one: TimedOrder, steps: int, random: Random
) -> None:
    now = timedelta(0)
    for _ in range(steps):
        one = after_some_step(one, random, now)
        now += timedelta(minutes=random.choice([0, 1, 30, 240, 1440, 4320]))
        wake_at = one.order.facts.get("wake_at")
        event(f"{one.order.state}, {'silent' if wake_at is None else 'waiting'}")
        assert (wake_at is not None) == waits_for_the_clock(one.order)
        if wake_at is not None:
            assert after_ringing(one, wake_at - MICROSECOND).version == one.order.version
            rung = after_ringing(one, wake_at)
            assert rung.version > one.order.version
            assert rung.facts["wake_at"] is None or rung.facts["wake_at"] > wake_at


@settings(max_examples=200)
@given(ORDERS, st.integers(1, 30), st.randoms(use_true_random=False))
def test_a_timer_that_comes_late_tells_what_a_punctual_one_would_have_told(
    one: TimedOrder, steps: int, random: Random
) -> None:
    for _ in range(steps):
        one = after_some_step(one, random, timedelta(0))
    if one.order.state in PAUSED:  # which it stays until the timer comes
        return
    late = after_ringing(one, beijing("2030-01-01 00:00"))
    while wake_at := one.order.facts.get("wake_at"):
        one.take("ring", wake_at)
    assert _alarms(late) == _alarms(one.order)


def _alarms(order: WorkOrder) -> list[tuple[str, str]]:
    return [(told.facts["alarm"], told.verb) for told in order.history if "alarm" in told.facts]
