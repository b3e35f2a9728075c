"""What people and timers do with several cases, whenever they can, each by its plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.dispatch.domain.order import WorkOrder
from services.evaluation import handlers as evaluation
from shared.contracts.positions import WGS84
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import Actor
from shared.kernel.commands import Command
from tests.support.district import ELSEWHERE, IN_THE_GRID
from tests.support.loop import Loop
from tests.support.order_steps import TAKEN
from tests.support.people import HEAD, NOON, RESIDENT_ONE, TERMS, WINDOW, command
from tests.support.plans import WANTED, Plan

RING = "ring"


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
            alarm = Step(case, service, found.version, RING)
            if service == DISPATCH and _is_due(found, alarm.at):
                yield alarm
            yield from (Step(case, service, found.version, verb) for verb in wanted(found, self._plans[case]))

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

    def rate(self, step: Step) -> None:
        found = self._loop.evaluations.load(self.case_ids[step.case])
        assert found is not None
        answers = self._plans[step.case].verdict(found.facts["round"]) or {}
        rating = self.command(step, RESIDENT_ONE, **answers)
        evaluation.carry_out(self._loop.evaluations, "rate", rating, step.at, TERMS)

    def expire(self, step: Step) -> None:
        invitation = self._loop.evaluations.load(self.case_ids[step.case])
        assert invitation is not None
        invitation.end_window(NOON + WINDOW)
        assert self._loop.evaluations.commit([invitation]) == set()


def _is_due(order: WorkOrder, at: datetime) -> bool:
    wake_at = order.facts.get("wake_at")
    return wake_at is not None and bool(wake_at <= at)


DOING: dict[tuple[str, str], Callable[[Script, Step], None]] = {
    (INTAKE, "ask"): Script.ask,
    (INTAKE, "add_information"): Script.add_information,
    (INTAKE, "accept"): Script.accept_report,
    (INTAKE, "withdraw"): Script.withdraw,
    (DISPATCH, RING): Script.ring,
    (EVALUATION, "rate"): Script.rate,
    (EVALUATION, "expire"): Script.expire,
}
