"""Who serves: hard filters first, then the highest score; ties fall the same way every time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.dispatch.organisation.shifts import first_covered
from services.dispatch.organisation.stewards import Occupation, Steward
from services.dispatch.routing.scoring import NEWCOMER, TERMS, Fairness, Scored, Standing, Weighting, scored, share
from shared.kernel.worktime import WorkCalendar

ASSIGN, POOL, WAIT = "assign", "pool", "wait"

RETURNED_IT, REPORTED_IT, SERVED_BEFORE = "returned_it", "reported_it", "served_before"
TAKEN_AWAY = "taken_away"
"""Why somebody is not to have this very order, whatever happens: for the caller to say."""
ON_LEAVE, AT_CAPACITY, OFF_SHIFT = "on_leave", "at_capacity", "off_shift"

RANKED, NAMED = 10, 20
"""How many of the ranking, and how many of those filtered out, the order remembers."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A steward who covers the place and has the skills: that is what makes a candidate at all."""

    steward: Steward
    metres: float
    on_leave: bool = False
    standing: Standing = NEWCOMER


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be decided. `holders` are the occupations whose duty it is; a wish is claimed, never assigned.

    `desk` is the lowest unit of the path with a dispatcher, who gets what the rules do not give to a steward.
    `excluded` are the stewards who are not to have it, and why.
    """

    unit_path: Sequence[str]
    at: datetime
    weighting: Weighting
    holders: frozenset[Occupation] = frozenset()
    is_wish: bool = False
    is_urgent: bool = False
    desk: str | None = None
    excluded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """`why` is kept with the order, for whoever asks why it went to whom. `again_at`: when to decide again."""

    outcome: str
    why: Mapping[str, Any]
    steward: Steward | None = None
    again_at: datetime | None = None

    @property
    def assignee(self) -> str | None:
        return self.steward.subject if self.steward else None


def route(
    matter: Matter, candidates: Sequence[Candidate], calendar: WorkCalendar, covering: int | None = None
) -> Decision:
    """Decide, given those looked at in any order; `covering` is how many there are if they are not all of them.

    Waits for a person where the place is unknown, or nobody is left who could ever serve it; goes to the pool
    where it may only be claimed (wishes), or all who could are full or off shift. What is urgent does not wait
    for a shift to begin.
    """
    counted = {"candidates": covering or len(candidates), "looked_at": len(candidates)}
    if plain := _plain(matter, candidates):
        outcome, reason = plain
        return _raised(matter, Decision(outcome, {"reason": reason, **counted}))
    groups: dict[str | None, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[hindrance(candidate, matter, calendar)].append(candidate)
    reach = round(max(candidate.metres for candidate in candidates))
    facts = {**counted, "reach": reach, **_passed_over(groups)}
    if able := groups[None]:
        return _assigned(matter, able, facts)
    if off_shift := groups[OFF_SHIFT]:
        return _out_of_hours(matter, off_shift, facts, calendar)
    outcome, reason = (POOL, "all_at_capacity") if groups[AT_CAPACITY] else (WAIT, "nobody_left")
    return _raised(matter, Decision(outcome, {"reason": reason, **facts}))


def _plain(matter: Matter, candidates: Sequence[Candidate]) -> tuple[str, str] | None:
    """Outcome and reason where there is nothing to choose."""
    if not matter.unit_path:
        return WAIT, "place_unknown"
    if not candidates:
        return WAIT, "nobody_with_the_skills"
    return (POOL, "claimed_never_assigned") if matter.is_wish else None


def _out_of_hours(
    matter: Matter, off_shift: Sequence[Candidate], facts: Mapping[str, Any], calendar: WorkCalendar
) -> Decision:
    if matter.is_urgent:
        return _assigned(matter, off_shift, {**facts, "shift_ignored": True})
    again_at = first_covered({one.steward.shift for one in off_shift}, matter.at, calendar)
    return _raised(matter, Decision(POOL, {"reason": "nobody_on_shift", **facts}, again_at=again_at))


def ruled_out(case: Mapping[str, Any]) -> dict[str, str]:
    """Who is not to have the case again, and why, from the facts of its report or order."""
    served = {turn["served_by"]: SERVED_BEFORE for turn in case.get("rounds", ()) if "served_by" in turn}
    returned = dict.fromkeys(case.get("returned_by", ()), RETURNED_IT)
    taken_away = dict.fromkeys(case.get("transferred_from", ()), TAKEN_AWAY)
    return {case["reporter"]: REPORTED_IT, **served, **taken_away, **returned}


def hindrance(candidate: Candidate, matter: Matter, calendar: WorkCalendar) -> str | None:
    """The first filter that the candidate does not pass.

    The shift comes last: whoever is only off shift could have it later.
    """
    steward = candidate.steward
    if steward.subject in matter.excluded:
        return matter.excluded[steward.subject]
    if candidate.on_leave:
        return ON_LEAVE
    if candidate.standing.open >= steward.capacity:
        return AT_CAPACITY
    return None if steward.shift.covers(matter.at, calendar) else OFF_SHIFT


def ranking(matter: Matter, able: Sequence[Candidate]) -> list[Scored]:
    """Best first; of the same score, first by subject."""
    fairness = Fairness.among(share(one.steward, one.standing) for one in able)
    found = [scored(one.steward, one.metres, one.standing, fairness, matter.weighting, matter.holders) for one in able]
    return sorted(found, key=lambda one: (-one.score, one.steward.subject))


def _assigned(matter: Matter, able: Sequence[Candidate], facts: Mapping[str, Any]) -> Decision:
    ranked = ranking(matter, able)
    why = {
        "reason": "best_score",
        "ranked": [_shown(one) for one in ranked[:RANKED]],
        **facts,
        "weights": {term: round(matter.weighting.weights[term], 4) for term in TERMS},
    }
    return Decision(ASSIGN, why, ranked[0].steward)


def _shown(one: Scored) -> dict[str, Any]:
    return {
        "steward": one.steward.subject,
        "score": one.score,
        "metres": round(one.metres),
        "terms": {term: round(value, 4) for term, value in one.terms.items()},
    }


def _passed_over(groups: Mapping[str | None, Sequence[Candidate]]) -> dict[str, Any]:
    subjects = {reason: sorted(one.steward.subject for one in group) for reason, group in groups.items() if reason}
    return {
        "excluded": {reason: subjects[reason][:NAMED] for reason in sorted(subjects)},
        "counts": {reason: len(subjects[reason]) for reason in sorted(subjects)},
    }


def _raised(matter: Matter, decision: Decision) -> Decision:
    """Says whose desk it lies on, and where it came from if its own unit has none."""
    unit = matter.unit_path[-1] if matter.unit_path else None
    raised = {"raised_from": unit} if unit and matter.desk and matter.desk != unit else {}
    why = {**decision.why, "desk": matter.desk, **raised}
    return replace(decision, why=why)
