"""Overdue 超期: the moment at which a case should have been served, and was not."""

from datetime import datetime

from services.evaluation.domain.evaluation import EVALUATION, Evaluation


def is_late(evaluation: Evaluation, at: datetime) -> bool:
    """Whether a deadline has passed unserved that nobody noticed yet."""
    late_at = evaluation.facts.get("late_at")
    return evaluation.state == "expected" and late_at is not None and bool(late_at <= at)


def notice(evaluation: Evaluation, at: datetime) -> None:
    """`overdue_at` is the deadline itself, so that no figure depends on when the timer came by."""
    overdue_at = evaluation.facts["late_at"]
    evaluation.record("run_late", EVALUATION, at, facts={"overdue_at": overdue_at, "late_at": None})
