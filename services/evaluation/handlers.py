"""What evaluation does on a command, an event or a timer: load, one verb of the domain, save."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from services.evaluation.domain import lateness
from services.evaluation.domain.appeal import appeal, review
from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.following import follow as follow_notice
from services.evaluation.domain.linked import issue_link
from services.evaluation.domain.terms import Terms
from shared.kernel import actor as roles
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.commands import Command, execute, look_up
from shared.kernel.ports import Cases
from shared.kernel.reactions import Failure, react

BATCH = 500


class Evaluations(Cases[Evaluation], Protocol):
    def due(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of evaluations whose window is over."""
        ...

    def late(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of cases that a deadline has passed unserved and unnoticed."""
        ...


def rules(terms: Terms) -> Mapping[str, Callable[..., None]]:
    """Which rule decides each verb; it takes the evaluation, who asks, when, and the command's body by name."""
    return {
        "rate": Evaluation.rate,
        "issue_link": issue_link,
        "appeal": partial(appeal, window=terms.appeal_window),
        "review": review,
    }


def carry_out(evaluations: Evaluations, verb: str, command: Command, at: datetime, terms: Terms) -> Evaluation:
    """One step of an evaluation. Raises NotFound for whose business it is not, Gone after the window."""
    decide = rules(terms)[verb]
    return execute(evaluations, verb, command, lambda case: decide(case, command.by, at, **command.body), may_see)


def get(evaluations: Evaluations, case_id: str, by: Actor) -> Evaluation:
    """Raises NotFound, also for an evaluation that is none of the caller's business."""
    return look_up(evaluations, case_id, by, may_see)


def follow(evaluations: Evaluations, notices: Sequence[Notice], at: datetime, terms: Terms) -> list[Failure]:
    """What reports and orders tell."""
    return react(evaluations, notices, partial(follow_notice, at=at, terms=terms))


def expire_due(evaluations: Evaluations, at: datetime) -> None:
    """Every invitation whose window is over, however many. A rating that wins the race stays a rating."""
    while ids := evaluations.due(at, BATCH):
        due = [case for case in evaluations.load_many(ids).values() if case.is_due(at)]
        for evaluation in due:
            evaluation.end_window(at)
        evaluations.commit(due)


def notice_late(evaluations: Evaluations, at: datetime) -> None:
    """Every deadline that has passed unserved, however many; each is told once, however many look."""
    while ids := evaluations.late(at, BATCH):
        late = [case for case in evaluations.load_many(ids).values() if lateness.is_late(case, at)]
        for evaluation in late:
            lateness.notice(evaluation, at)
        evaluations.commit(late)


def may_see(evaluation: Evaluation, by: Actor) -> bool:
    """Who reported it, also by another report; the dispatchers of the place; whoever served it.

    Nobody before there is an order: until then nothing is evaluated, only counted.
    """
    if "opened_at" not in evaluation.facts:
        return False
    match by.role:
        case roles.DISPATCHER:
            return by.unit is not None and by.unit in evaluation.facts.get("unit_path", [by.unit])
        case roles.RESIDENT:
            return by.subject in (evaluation.facts["reporter"], *evaluation.facts.get("followers", ()))
        case roles.STEWARD:
            return by.subject in evaluation.servers
    return False
