"""A replay: many journeys at once, and at the end a look at where every case stands."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar
from uuid import uuid4

from steward.replay.client import Gateway, Refused, Unanswered
from steward.replay.journey import Journey, Outcome
from steward.replay.player import Player, View

EXPIRY_PAUSE = 1.0
"""Seconds between two looks at the cases that are not over."""

T = TypeVar("T")
R = TypeVar("R")


class Pace:
    """At most `rate` a second, however many ask."""

    def __init__(self, rate: float) -> None:
        self._interval = 1 / rate
        self._next = time.monotonic()
        self._lock = Lock()

    def wait(self) -> None:
        with self._lock:
            turn = self._next = max(self._next + self._interval, time.monotonic())
        time.sleep(max(0.0, turn - time.monotonic()))


@dataclass(frozen=True)
class Replay:
    """`clients` cases are under way at any time; `rate` is reports a second, as many as go unless given."""

    gateway: Gateway
    clients: int = 8
    rate: float | None = None
    on_acknowledged: Callable[[str], object] = lambda _case_id: None
    run_id: str = field(default_factory=lambda: uuid4().hex[:12])

    def run(self, players: Sequence[Player]) -> Iterator[Outcome]:
        """In the order in which the cases come to their end."""
        pace = Pace(self.rate) if self.rate else None

        def travel(player: Player) -> Outcome:
            if pace:
                pace.wait()
            key = f"{self.run_id}-{player.submission.line}"
            return Journey(self.gateway, player, key, self.on_acknowledged).run()

        return self._concurrently(travel, players)

    def finals(self, outcomes: Iterable[Outcome], wait_expiry: float = 0) -> dict[str, View]:
        """Every acknowledged case that can be read, as it stands once all are over or the time is up."""
        deadline = time.monotonic() + wait_expiry
        views: dict[str, View] = {}
        pending = [outcome for outcome in outcomes if outcome.case_id]
        while pending:
            views |= {view["case_id"]: view for view in self._concurrently(self._read, pending) if view}
            pending = [outcome for outcome in pending if _is_awaiting_rating(views.get(str(outcome.case_id)))]
            if time.monotonic() > deadline:
                break
            time.sleep(EXPIRY_PAUSE)
        return views

    def _read(self, outcome: Outcome) -> Any:
        try:
            return self.gateway.get(f"/cases/{outcome.case_id}", outcome.player.resident)
        except (Refused, Unanswered):
            return None

    def _concurrently(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        with ThreadPoolExecutor(self.clients) as pool:
            futures: list[Future[R]] = [pool.submit(work, item) for item in items]
            try:
                for future in as_completed(futures):
                    yield future.result()
            finally:
                pool.shutdown(cancel_futures=True)


def _is_awaiting_rating(view: View | None) -> bool:
    return view is not None and view["report"]["state"] == "served"
