"""What people and timers do with several cases, whenever they can, each by its plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.dispatch.domain.order import WorkOrder
from services.evaluation import handlers as evaluation
from services.evaluation import links
from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.linked import current_links
from services.evaluation.linked_rating import LinkedRating
from shared.contracts.positions import WGS84
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import DISPATCHER, Actor
from shared.kernel.commands import Command
from tests.support.district import ELSEWHERE, IN_THE_GRID
from tests.support.loop import Loop
from tests.support.order_steps import TAKEN
from tests.support.people import HEAD, LINK_KEY, NOON, RESIDENT_ONE, TERMS, WINDOW, command
from tests.support.plans import WANTED, Plan

RING = "ring"


OWN = ("issue_link", "rate", "expire", "appeal", "review")
"""What is done to an evaluation, and not heard by it."""


@dataclass(frozen=True)
class Step:
    """Something a person, or the clock, does to a case that stands at `version` in a service."""

    case: int
    service: str
    version: int
    verb: str

    @property
    def at(self) -> datetime:
        """Told by the version: the same step has the same time in every run, and no two of a case share one."""
        return NOON + timedelta(hours=self.version)


class Script:
    """Several cases, each with its plan; a step is known by the case's place in the list."""

    def __init__(self, loop: Loop, plans: list[Plan]) -> None:
        self._loop = loop
        self._plans = plans
        self.case_ids = [self._submit(case, plan) for case, plan in enumerate(plans)]

    def possible(self) -> list[Step]:
        """Every step that somebody wants to take and may take now, the timer's first."""
        return [step for case in range(len(self._plans)) for step in self._possible(case)]

    def carry_out(self, step: Step) -> None:
        """Raises KeyError for a step that nobody knows, and whatever the service raises."""
        if step.service == DISPATCH and step.verb != RING:
            self._take(step)
        else:
            DOING[step.service, step.verb](self, step)

    def command(self, step: Step, by: Actor, **body: Any) -> Command:
        key = f"{step.case}-{step.service}-{step.version}"
        return command(by, self.case_ids[step.case], key=key, **body)

    def _submit(self, case: int, plan: Plan) -> str:
        place = {**(IN_THE_GRID if plan.knows_place else ELSEWHERE), "datum": WGS84}
        body = {"text": "示例", "position": place} | ({"category": plan.category} if plan.names_category else {})
        submission = command(RESIDENT_ONE, key=f"{case}-submit", **body)
        return self._loop.intake.carry_out("submit", submission, NOON).case_id

    def _possible(self, case: int) -> Iterator[Step]:
        for service, wanted in WANTED.items():
            found = self._loop.stores[service].load(self.case_ids[case])
            if found is None:
                continue
            version = _acts(found) if service == EVALUATION else found.version
            alarm = Step(case, service, version, RING)
            if service == DISPATCH and _is_due(found, alarm.at):
                yield alarm
            yield from (Step(case, service, version, verb) for verb in wanted(found, self._plans[case]))

    def _take(self, step: Step) -> None:
        order = self._loop.orders.load(self.case_ids[step.case])
        assert order is not None
        by, body = TAKEN[step.verb](order, step.at)
        self._loop.dispatch.carry_out(step.verb, self.command(step, by, **body), step.at)

    def ring(self, step: Step) -> None:
        self._loop.ring(self.case_ids[step.case], step.at)

    def ask(self, step: Step) -> None:
        self._loop.intake.carry_out("ask", self.command(step, HEAD, question="示例?"), step.at)

    def add_information(self, step: Step) -> None:
        self._loop.intake.carry_out("add_information", self.command(step, RESIDENT_ONE, text="示例"), step.at)

    def accept_report(self, step: Step) -> None:
        accepting = self.command(step, HEAD, category=self._plans[step.case].category)
        self._loop.intake.carry_out("accept", accepting, step.at)

    def withdraw(self, step: Step) -> None:
        self._loop.intake.carry_out("withdraw", self.command(step, RESIDENT_ONE), step.at)

    def reject(self, step: Step) -> None:
        self._loop.intake.carry_out("reject", self.command(step, HEAD, reason="示例", responsible="示例"), step.at)

    def rate(self, step: Step) -> None:
        self._evaluate("rate", step, RESIDENT_ONE, **self._answers(step))

    def issue_link(self, step: Step) -> None:
        self._evaluate("issue_link", step, HEAD, reporter=RESIDENT_ONE.subject)

    def rate_by_link(self, step: Step) -> None:
        (link,) = current_links(self._evaluation(step))
        token = links.token(LINK_KEY, self.case_ids[step.case], link)
        LinkedRating(self._loop.evaluations, LINK_KEY).rate(token, f"{step}", self._answers(step), step.at)

    def appeal(self, step: Step) -> None:
        self._evaluate("appeal", step, HEAD, ground="beyond_control", reason="示例")

    def review(self, step: Step) -> None:
        earlier = self._evaluation(step).facts["appeal"]["reviews"]
        reviewer = Actor(f"sample-reviewer-{len(earlier)}", DISPATCHER, "d")
        self._evaluate("review", step, reviewer, granted=self._plans[step.case].reviews[len(earlier)], reason="示例")

    def expire(self, step: Step) -> None:
        invitation = self._evaluation(step)
        invitation.end_window(NOON + WINDOW)
        assert self._loop.evaluations.commit([invitation]) == set()

    def _evaluate(self, verb: str, step: Step, by: Actor, **body: Any) -> None:
        evaluation.carry_out(self._loop.evaluations, verb, self.command(step, by, **body), step.at, TERMS)

    def _evaluation(self, step: Step) -> Evaluation:
        found = self._loop.evaluations.load(self.case_ids[step.case])
        assert found is not None
        return found

    def _answers(self, step: Step) -> dict[str, Any]:
        return self._plans[step.case].verdict(self._evaluation(step).facts["round"]) or {}


def _acts(found: Evaluation) -> int:
    """Tells how far it has come, whatever it has heard meanwhile, and in which order."""
    return int(found.facts["round"]) * 10 + sum(event.verb in OWN for event in found.history)


def _is_due(order: WorkOrder, at: datetime) -> bool:
    wake_at = order.facts.get("wake_at")
    return wake_at is not None and bool(wake_at <= at)


DOING: dict[tuple[str, str], Callable[[Script, Step], None]] = {
    (INTAKE, "ask"): Script.ask,
    (INTAKE, "add_information"): Script.add_information,
    (INTAKE, "accept"): Script.accept_report,
    (INTAKE, "withdraw"): Script.withdraw,
    (DISPATCH, RING): Script.ring,
    (INTAKE, "reject"): Script.reject,
    (EVALUATION, "rate"): Script.rate,
    (EVALUATION, "issue_link"): Script.issue_link,
    (EVALUATION, "rate_by_link"): Script.rate_by_link,
    (EVALUATION, "appeal"): Script.appeal,
    (EVALUATION, "review"): Script.review,
    (EVALUATION, "expire"): Script.expire,
}
