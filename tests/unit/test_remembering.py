"""Rates, trends and ages out of looks at counters, compared with a queue of which everything is known."""

from collections import deque
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.operations.memory import POINTS, STEP, Age, Meter, Trend, Waiting

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
LOOKS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=60)
"""Between two looks: how many messages come, and how many would be taken."""


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def test_a_rate_is_not_known_after_one_look() -> None:
    meter = Meter()
    meter.note(at(0), 500)
    assert meter.per_minute() is None


def test_a_rate_is_that_of_the_last_minute() -> None:
    meter = Meter()
    for second in range(0, 121, 2):
        meter.note(at(second), 1000 if second <= 60 else 1000 + (second - 60) * 3)
    assert meter.per_minute() == 180


def test_a_counter_that_began_anew_is_no_negative_rate() -> None:
    meter = Meter()
    for second, total in ((0, 900), (2, 902), (4, 5), (6, 7)):
        meter.note(at(second), total)
    assert meter.per_minute() == 60


def test_a_trend_shows_the_peak_of_each_step() -> None:
    trend = Trend()
    for second, depth in ((0, 1), (3, 9), (6, 2), (20, 4), (41, 3)):
        trend.note(at(second), depth)
    assert trend.points() == (1, 9, 4, 4, 3)


def test_a_trend_ends_after_its_minutes() -> None:
    trend = Trend()
    for second in range(0, 1000, 5):
        trend.note(at(second), second)
    points = trend.points()
    assert len(points) == POINTS
    assert points == tuple(sorted(points))
    assert points[0] >= 995 - STEP.total_seconds() * POINTS


def test_what_was_there_at_the_first_look_is_at_least_so_old() -> None:
    waiting = Waiting()
    for second in (0, 2, 4):
        waiting.note(at(second), 10, 3)
    assert waiting.oldest() == Age(4, at_least=True)


def test_what_came_while_nobody_looked_is_at_least_so_old() -> None:
    waiting = Waiting()
    for second, depth in ((0, 0), (300, 3), (302, 3)):
        waiting.note(at(second), 10, depth)
    assert waiting.oldest() == Age(2, at_least=True)


def test_nobody_is_the_oldest_of_none() -> None:
    waiting = Waiting()
    waiting.note(at(0), 10, 3)
    waiting.note(at(2), 13, 0)
    assert waiting.oldest() is None


def test_a_broker_that_began_anew_is_looked_at_for_the_first_time() -> None:
    waiting = Waiting()
    waiting.note(at(0), 10, 3)
    waiting.note(at(9), 0, 3)
    assert waiting.oldest() == Age(0, at_least=True)


def test_what_was_purged_does_not_age_what_comes_after_it() -> None:
    waiting = Waiting()
    for second, depth in ((0, 50), (2, 0), (4, 0), (6, 2), (8, 2)):
        waiting.note(at(second), 10, depth)
    assert waiting.oldest() == Age(2, at_least=False)


@given(LOOKS, st.integers(0, 3))
def test_an_age_is_true_to_the_time_between_two_looks(looks: list[tuple[int, int]], before: int) -> None:
    """The queue is looked at every second, and all that comes does so half a second before a look."""
    waiting, left = Waiting(), 0
    queue = deque([-1000.0] * before)
    for second, (coming, taken) in enumerate(looks):
        queue.extend([second - 0.5] * coming)
        for _ in range(min(taken, len(queue))):
            queue.popleft()
            left += 1
        waiting.note(at(second), left, len(queue))
        oldest = waiting.oldest()
        if not queue:
            assert oldest is None
        elif queue[0] < 0:
            assert oldest == Age(second, at_least=True)
        else:
            assert oldest == Age(second - (queue[0] + 0.5), at_least=False)
