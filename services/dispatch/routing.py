"""Who serves: hard filters first, then the nearest and least loaded; ties fall the same way every time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

ASSIGN, POOL, WAIT = "assign", "pool", "wait"


class Candidate(Protocol):
    """A steward who covers the place and has the skills."""

    @property
    def subject(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def capacity(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """`why` is kept with the order, for whoever asks why it went to whom."""

    outcome: str
    why: Mapping[str, Any]
    assignee: str | None = None
    again_at: datetime | None = None


def route(
    unit_path: Sequence[str],
    candidates: Sequence[Candidate],
    load: Mapping[str, int],
    excluded: Collection[str] = (),
    claim_only: bool = False,
) -> Decision:
    """Decide for a case at `unit_path` (root first), given the open orders per steward.

    Waits for a person where the place is unknown or nobody has the skills; goes to the pool where
    it may only be claimed (wishes) or all are at their capacity.
    """
    if not unit_path:
        return Decision(WAIT, {"reason": "place_unknown"})
    free_of_it = [candidate for candidate in candidates if candidate.subject not in excluded]
    counts = {"candidates": len(candidates), "excluded": len(candidates) - len(free_of_it)}
    if not free_of_it:
        return Decision(WAIT, {"reason": "nobody_with_the_skills", **counts})
    if claim_only:
        return Decision(POOL, {"reason": "claimed_never_assigned", **counts})
    able = [candidate for candidate in free_of_it if load.get(candidate.subject, 0) < candidate.capacity]
    counts["at_capacity"] = len(free_of_it) - len(able)
    if not able:
        return Decision(POOL, {"reason": "all_at_capacity", **counts})
    chosen = min(able, key=lambda candidate: _preference(candidate, unit_path, load))
    held = load.get(chosen.subject, 0)
    why = {
        "reason": "nearest_least_loaded",
        "area": chosen.area,
        "load": held,
        "capacity": chosen.capacity,
        **counts,
    }
    return Decision(ASSIGN, why, chosen.subject)


def _preference(candidate: Candidate, unit_path: Sequence[str], load: Mapping[str, int]) -> tuple[int, float, str]:
    distance = len(unit_path) - unit_path.index(candidate.area)
    return distance, load.get(candidate.subject, 0) / candidate.capacity, candidate.subject
