"""Somebody who is asked again and again, and may be away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared.runtime.clock import now

R = TypeVar("R")

PATIENCE = timedelta(seconds=6)
"""Whoever has not answered for so long is away, though no error came: frozen, or behind a line that is cut."""


@dataclass(frozen=True, slots=True)
class Away:
    """`since`: when it answered for the last time; where it never did, when it was first asked."""

    since: datetime
    why: str
    was_there: bool


class Source(Generic[R]):
    """`ask` raises one of `faults` where nobody answers."""

    def __init__(self, ask: Callable[[], R], faults: tuple[type[Exception], ...]) -> None:
        self._ask = ask
        self._faults = faults
        self._reading: R | None = None
        self._heard: datetime | None = None
        self._asked: datetime | None = None
        self._fault = ""

    def look(self) -> None:
        """Ask once; it may take as long as it takes."""
        self._asked = self._asked or now()
        try:
            reading = self._ask()
        except self._faults as fault:
            self._fault = type(fault).__name__
        else:
            self._reading, self._heard, self._fault = reading, now(), ""

    def latest(self, at: datetime) -> R | Away | None:
        """What it said last, if that still holds; None before its first answer is due."""
        silent = at - (self._heard or self._asked or at) > PATIENCE
        if self._fault or silent:
            since = self._heard or self._asked or at
            return Away(since, self._fault or "no answer", was_there=self._heard is not None)
        return self._reading
