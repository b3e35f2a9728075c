"""What one look at a counter or a queue cannot say: rates, trends, and how long the oldest message has been there.

Remembered from look to look, in this process only: before the first look nothing is known.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT = timedelta(hours=1)
RATED_OVER = timedelta(minutes=1)
SHOWN = timedelta(minutes=5)
STEP = timedelta(seconds=10)
POINTS = SHOWN // STEP
"""A trend is of so many minutes, in so long steps."""
ATTENTIVE = timedelta(seconds=15)
"""Who looks as often as that knows the age of what they see."""
LEAST = timedelta(seconds=1)
"""Over less than this no rate is told."""


@dataclass(frozen=True, slots=True)
class Age:
    """In seconds; `at_least`: it was there when one looked again for the first time, and may be any older."""

    seconds: float
    at_least: bool


@dataclass(frozen=True, slots=True)
class _Look:
    at: datetime
    figure: int


class Meter:
    """A counter that only grows, until its server starts anew."""

    def __init__(self) -> None:
        self._looks: deque[_Look] = deque()

    def note(self, at: datetime, total: int) -> None:
        if self._looks and total < self._looks[-1].figure:
            self._looks.clear()
        self._looks.append(_Look(at, total))
        _forget(self._looks, at - RATED_OVER)

    def per_minute(self) -> float | None:
        """Over the last minute, or as long as it was looked at; None after the first look."""
        first, last = self._looks[0], self._looks[-1]
        if last.at - first.at < LEAST:
            return None
        return (last.figure - first.figure) * (timedelta(minutes=1) / (last.at - first.at))


class Trend:
    """How many there were, in the last minutes."""

    def __init__(self) -> None:
        self._looks: deque[_Look] = deque()

    def note(self, at: datetime, depth: int) -> None:
        self._looks.append(_Look(at, depth))
        _forget(self._looks, at - SHOWN)

    def points(self) -> tuple[int, ...]:
        """The most there were in each step before the last look, the oldest first."""
        last = self._looks[-1].at
        highest: dict[int, int] = {}
        for look in self._looks:
            steps_ago = min(int((last - look.at) / STEP), POINTS - 1)
            highest[steps_ago] = max(look.figure, highest.get(steps_ago, 0))
        return tuple(_filled(highest))


class Waiting:
    """How long the next message of a queue has been there, as messages leave in the order in which they came.

    As many as have left and are there have ever come: the next one is the first that has not left, and it was there
    at the first look that had seen so many come.
    """

    def __init__(self) -> None:
        self._looks: deque[_Look] = deque()
        self._left = 0
        self._depth = 0

    def note(self, at: datetime, left: int, depth: int) -> None:
        """`left`: how many have ever left; it begins again from 0 with the broker."""
        if left < self._left or not depth:
            self._looks.clear()
        self._left, self._depth = left, depth
        came = max(left + depth, self._looks[-1].figure if self._looks else 0)
        self._looks.append(_Look(at, came))
        _forget(self._looks, at - KEPT)

    def oldest(self) -> Age | None:
        """None where there is no message."""
        if not self._depth:
            return None
        first_seen = next(index for index, look in enumerate(self._looks) if look.figure > self._left)
        seen_at = self._looks[first_seen].at
        looked_before = first_seen > 0 and seen_at - self._looks[first_seen - 1].at <= ATTENTIVE
        return Age((self._looks[-1].at - seen_at).total_seconds(), at_least=not looked_before)


def _forget(looks: deque[_Look], before: datetime) -> None:
    """All that is older, but the last of them: what lies in between began with it."""
    while len(looks) > 1 and looks[1].at <= before:
        looks.popleft()


def _filled(highest: dict[int, int]) -> Iterator[int]:
    """A step without a look is as the one before it."""
    depth = 0
    for steps_ago in range(max(highest), -1, -1):
        depth = highest.get(steps_ago, depth)
        yield depth
