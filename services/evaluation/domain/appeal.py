"""Appeal 申诉: whoever served finds the outcome unjust, and two others look at it, one after the other.

Granted, it exempts the case from the statistics and keeps the fact. Nobody else hears of it: order and report stay
closed. Reasons are free text, and so private.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.evaluation.domain.evaluation import EVALUATION, Evaluation
from shared.kernel.actor import STEWARD, Actor
from shared.kernel.errors import Forbidden, Gone

REVIEWS = 2
"""初审 and 复审; a refusal at either ends it."""


def appeal(evaluation: Evaluation, by: Actor, at: datetime, window: timedelta, ground: str, reason: str) -> None:
    """Once a case, unless it lapsed. Raises IllegalTransition, Forbidden, or Gone after the window."""
    evaluation.lifecycle.next(evaluation.state, "appeal")
    if by.role == STEWARD and by.subject not in evaluation.servers:
        raise Forbidden("appeal", by.role, "Whoever served the case appeals, or a dispatcher of its place.")
    earlier = evaluation.facts.get("appeal")
    if earlier and "lapsed_at" not in earlier:
        raise Forbidden("appeal", by.role, "There is one appeal a case, and this one's is decided.")
    until = evaluation.closed_at + window
    if at >= until:
        raise Gone(evaluation.case_id, until.isoformat())
    facts = {"round": evaluation.facts["round"], "by": by.subject, "at": at, "ground": ground, "reviews": []}
    evaluation.record(
        "appeal", by, at, facts={"appeal": facts}, private={"appeal_reason": reason, "review_reasons": []}
    )


def review(evaluation: Evaluation, by: Actor, at: datetime, granted: bool, reason: str) -> None:
    """Two persons, neither of whom appealed or served. Raises IllegalTransition or Forbidden."""
    evaluation.lifecycle.next(evaluation.state, "review")
    known = evaluation.facts["appeal"]
    _check_reviewer(evaluation, known, by)
    reviews = [*known["reviews"], {"by": by.subject, "unit": by.unit, "at": at, "granted": granted}]
    reviewed = {**known, "reviews": reviews}
    reasons = [*evaluation.private.get("review_reasons", ()), reason]
    evaluation.record("review", by, at, facts={"appeal": reviewed}, private={"review_reasons": reasons})
    if not granted or len(reviews) == REVIEWS:
        decided = {**reviewed, "decided_at": at, "granted": granted}
        exempt = {"exempt": True} if granted else {}
        evaluation.record("decide", EVALUATION, at, facts={"appeal": decided, **exempt})


def _check_reviewer(evaluation: Evaluation, known: Mapping[str, Any], by: Actor) -> None:
    if by.subject == known["by"] or by.subject in evaluation.servers:
        raise Forbidden("review", by.role, "Nobody reviews their own appeal, or a case that they served.")
    for earlier in known["reviews"]:
        if by.subject == earlier["by"]:
            raise Forbidden("review", by.role, "The second review is another person's.")
        if _level(evaluation, by.unit) > _level(evaluation, earlier["unit"]):
            raise Forbidden("review", by.role, "The second review is on the level of the first, or above.")


def _level(evaluation: Evaluation, unit: str | None) -> int:
    """Depth below the district, which is 0."""
    path: list[str | None] = evaluation.facts.get("unit_path", [])
    return path.index(unit) if unit in path else 0
