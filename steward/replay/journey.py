"""One report's way through the loop, request by request."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from steward.replay.client import Gateway, Refused, Unanswered
from steward.replay.player import Move, Player, Rest

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0
"""Seconds between two looks at a case that waits for an event."""
OVERTAKEN = frozenset({HTTPStatus.CONFLICT, HTTPStatus.GONE})
"""The case moved on before the step arrived: look again and go on from there."""
PATHS = {"report": "/reports", "order": "/orders", "evaluation": "/evaluations"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`case_id` is None where the report was never acknowledged; `trouble` says what kept a case from its end."""

    line: int
    player: Player
    case_id: str | None = None
    trouble: str | None = None


class Journey:
    """`key` is the beginning of every Idempotency-Key of this case in this run."""

    def __init__(self, gateway: Gateway, player: Player, key: str, on_acknowledged: Callable[[str], object]) -> None:
        self._gateway = gateway
        self._player = player
        self._key = key
        self._on_acknowledged = on_acknowledged
        self._steps = 0
        self._case: dict[str, Any] = {}

    def run(self) -> Outcome:
        """Until the script is over, or no answer or event has come within the gateway's patience."""
        trouble = None
        try:
            self._report()
            self._go_on()
        except (Refused, Unanswered) as error:
            trouble = str(error)
        return Outcome(self._player.submission.line, self._player, self._case_id, trouble)

    @property
    def _case_id(self) -> str | None:
        return self._case["report"]["case_id"] if self._case else None

    def _report(self) -> None:
        report = self._post("/reports", Move("report", "", self._player.resident, self._player.submission.body))
        self._case = {"report": report, "order": None, "evaluation": None}
        self._on_acknowledged(report["case_id"])

    def _go_on(self) -> None:
        pause, deadline = FIRST_PAUSE, self._deadline()
        while (move := self._player.next_move(self._case)) is not Rest.OVER:
            before = _versions(self._case)
            if isinstance(move, Move):
                self._make(move)
            else:
                time.sleep(pause)
                self._look()
            if _versions(self._case) != before:
                pause, deadline = FIRST_PAUSE, self._deadline()
            elif time.monotonic() > deadline:
                raise Unanswered(f"nothing happened to the case for {self._gateway.patience:g} s")
            else:
                pause = min(2 * pause, LONGEST_PAUSE)

    def _make(self, move: Move) -> None:
        try:
            self._case[move.part] = self._post(f"{PATHS[move.part]}/{self._case_id}/{move.verb}", move)
        except Refused as refusal:
            if refusal.status not in OVERTAKEN and not move.is_attempt:
                raise
            self._look()

    def _post(self, path: str, move: Move) -> Any:
        self._steps += 1
        return self._gateway.post(path, move.by, f"{self._key}-{self._steps}", move.body)

    def _look(self) -> None:
        self._case = self._gateway.get(f"/cases/{self._case_id}", self._player.resident)

    def _deadline(self) -> float:
        return time.monotonic() + self._gateway.patience


def _versions(case: Mapping[str, Any]) -> list[int]:
    return [case[part]["version"] for part in PATHS if case[part]]
