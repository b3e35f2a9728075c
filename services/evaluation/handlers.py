"""What evaluation does on a command, an event or a timer: load, one verb of the domain, save."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from services.evaluation.domain.evaluation import Evaluation
from shared.kernel.actor import DISPATCHER, Actor
from shared.kernel.case import Notice
from shared.kernel.commands import Command, execute, look_up
from shared.kernel.ports import Cases
from shared.kernel.reactions import Failure, react

EXPIRE_BATCH = 500


class Evaluations(Cases[Evaluation], Protocol):
    def due(self, at: datetime, limit: int) -> Sequence[str]: ...


RULES: Mapping[str, Callable[..., None]] = {"rate": Evaluation.rate}
"""Which rule decides each verb; it takes the evaluation, who asks, when, and the command's body by name."""


def carry_out(evaluations: Evaluations, verb: str, command: Command, at: datetime) -> Evaluation:
    """One step of an evaluation. Raises NotFound for who did not report it, Gone after the window."""
    decide = RULES[verb]
    return execute(evaluations, verb, command, lambda case: decide(case, command.by, at, **command.body), is_rater)


def get(evaluations: Evaluations, case_id: str, by: Actor) -> Evaluation:
    """Raises NotFound, also for an evaluation that is none of the caller's business."""
    return look_up(evaluations, case_id, by, may_see)


def follow_orders(
    evaluations: Evaluations, notices: Sequence[Notice], at: datetime, window: timedelta
) -> list[Failure]:
    return react(evaluations, notices, partial(Evaluation.follow_order, at=at, window=window))


def expire_due(evaluations: Evaluations, at: datetime) -> None:
    """Every invitation whose window is over, however many. A rating that wins the race stays a rating."""
    while ids := evaluations.due(at, EXPIRE_BATCH):
        due = [case for case in evaluations.load_many(ids).values() if case.is_due(at)]
        for evaluation in due:
            evaluation.end_window(at)
        evaluations.commit(due)


def is_rater(evaluation: Evaluation, by: Actor) -> bool:
    return by.subject in (evaluation.facts["reporter"], *evaluation.facts.get("followers", ()))


def may_see(evaluation: Evaluation, by: Actor) -> bool:
    """Who reported it, also by another report; the dispatchers of the place; whoever served it."""
    if by.role == DISPATCHER:
        return by.unit in evaluation.facts.get("unit_path", [by.unit])
    return is_rater(evaluation, by) or by.subject == evaluation.facts.get("served_by")
