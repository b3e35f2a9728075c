"""Leave 请假: when a steward gets no orders."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Leave:
    """From `start` until just before `until`. Why is nobody's business here."""

    leave_id: str
    steward: str
    start: datetime
    until: datetime


class LeaveBook:
    def __init__(self, leaves: Iterable[Leave]) -> None:
        self._leaves: dict[str, list[Leave]] = defaultdict(list)
        for leave in leaves:
            self._leaves[leave.steward].append(leave)

    def absent(self, at: datetime) -> frozenset[str]:
        return frozenset(subject for subject in self._leaves if self.is_on_leave(subject, at))

    def is_on_leave(self, subject: str, at: datetime) -> bool:
        return any(leave.start <= at < leave.until for leave in self._leaves.get(subject, ()))
