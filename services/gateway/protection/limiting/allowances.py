"""Spending what a limit allows, with a question to the database once in many times.

A gateway draws a part of the limit at a time and spends it from memory. So all gateways together never allow more
than the limit; and whoever has used theirs up is refused without a question until the time is over.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from time import time
from typing import Protocol

from limits import RateLimitItem

PARTS = 20
"""Of a limit. With several gateways, what one has drawn and not spent is missing to the others: at most a twentieth."""


class Counts(Protocol):
    def add(self, key: str, seconds: int, amount: int) -> int:
        """How many there are of it by now; they are forgotten after so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How one stands with a limit after a request; `seconds` until it begins anew."""

    limit: RateLimitItem
    remaining: int
    seconds: int
    is_over: bool


@dataclass
class _Drawn:
    at_hand: int = 0
    elsewhere: int = 0
    """What could still be drawn, as far as was heard."""
    is_exhausted: bool = False


@dataclass
class _Window:
    """The running time of one limit, which begins for all at the same moment of the clock."""

    number: int
    drawn: dict[str, _Drawn] = field(default_factory=dict)


class Allowances:
    def __init__(self, counts: Counts, clock: Callable[[], float] = time) -> None:
        self._counts = counts
        self._clock = clock
        self._windows: dict[tuple[str, RateLimitItem], _Window] = {}

    def spend(self, name: str, limit: RateLimitItem, whose: str) -> Standing:
        """One request of whose it is; `name` tells apart limits of the same size."""
        length, now = limit.get_expiry(), self._clock()
        window = self._window(name, limit, int(now // length))
        drawn = window.drawn.setdefault(whose, _Drawn())
        while not (drawn.at_hand or drawn.is_exhausted):
            self._draw(drawn, limit, f"{name}/{whose}/{window.number}")
        is_over = not drawn.at_hand
        drawn.at_hand -= not is_over
        return Standing(limit, drawn.at_hand + drawn.elsewhere, ceil(length - now % length), is_over)

    def _draw(self, drawn: _Drawn, limit: RateLimitItem, key: str) -> None:
        part = ceil(limit.amount / PARTS)
        count = self._counts.add(key, limit.get_expiry(), part)
        got = max(0, part - max(0, count - limit.amount))
        drawn.at_hand += got
        drawn.elsewhere = max(0, limit.amount - count)
        drawn.is_exhausted = not got

    def _window(self, name: str, limit: RateLimitItem, number: int) -> _Window:
        """A new one forgets all that the one before knew."""
        window = self._windows.get((name, limit))
        if window is None or window.number != number:
            window = self._windows[name, limit] = _Window(number)
        return window
