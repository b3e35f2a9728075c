"""What people do with a case, whenever they can: report, accept, return, serve, rate, withdraw."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.dispatch.domain.order import WorkOrder
from services.evaluation import handlers as evaluation
from services.evaluation.domain import Evaluation
from services.intake.domain import Report
from shared.contracts.positions import WGS84
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import Actor
from shared.kernel.commands import Command
from tests.support.district import ELSEWHERE, IN_THE_GRID
from tests.support.loop import Loop
from tests.support.people import HEAD, NOON, RESIDENT_ONE, WINDOW, a_steward, command

HAPPY = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}
UNHAPPY = HAPPY | {"satisfaction": "dissatisfied", "stars": 1}
BY_HAND = {
    "cleaning": "community-cleaner",
    "small_wish": "community-cleaner",
    "neighbour_dispute": "street-mediator",
}
"""Whom the dispatcher turns to when nobody was found."""


@dataclass(frozen=True)
class Plan:
    """`verdicts`: the answer after each round; None lets the window pass."""

    category: str = "cleaning"
    names_category: bool = True
    knows_place: bool = True
    is_asked: bool = False
    returns: int = 0
    verdicts: tuple[dict[str, Any] | None, ...] = (HAPPY,)
    withdraws: bool = False


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
        return NOON + timedelta(minutes=self.version)


class Script:
    """Several cases, each with its plan; a step is known by the case's place in the list."""

    def __init__(self, loop: Loop, plans: list[Plan]) -> None:
        self._loop = loop
        self._plans = plans
        self.case_ids = [self._submit(case, plan) for case, plan in enumerate(plans)]

    def possible(self) -> list[Step]:
        """Every step that somebody wants to do and may do now."""
        return [step for case in range(len(self._plans)) for step in self._possible(case)]

    def carry_out(self, step: Step) -> None:
        """Raises KeyError for a step that nobody knows, and whatever the service raises."""
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
        plan = self._plans[case]
        for service, wanted in WANTED.items():
            found = self._loop.stores[service].load(self.case_ids[case])
            if found is not None:
                yield from (Step(case, service, found.version, verb) for verb in wanted(found, plan))

    def _assignee(self, step: Step) -> Actor:
        order = self._loop.orders.load(self.case_ids[step.case])
        assert order is not None
        return a_steward(order.facts["assignee"])

    def _round(self, step: Step) -> int:
        found = self._loop.evaluations.load(self.case_ids[step.case])
        assert found is not None
        return int(found.facts["round"])

    def ask(self, step: Step) -> None:
        self._loop.intake.carry_out("ask", self.command(step, HEAD, question="示例?"), step.at)

    def add_information(self, step: Step) -> None:
        self._loop.intake.carry_out("add_information", self.command(step, RESIDENT_ONE, text="示例"), step.at)

    def accept_report(self, step: Step) -> None:
        accepting = self.command(step, HEAD, category=self._plans[step.case].category)
        self._loop.intake.carry_out("accept", accepting, step.at)

    def withdraw(self, step: Step) -> None:
        self._loop.intake.carry_out("withdraw", self.command(step, RESIDENT_ONE), step.at)

    def place(self, step: Step) -> None:
        self._loop.dispatch.carry_out("place", self.command(step, HEAD, unit="g"), step.at)

    def assign(self, step: Step) -> None:
        steward = BY_HAND[self._plans[step.case].category]
        self._loop.dispatch.carry_out("assign", self.command(step, HEAD, steward=steward), step.at)

    def claim(self, step: Step) -> None:
        self._loop.dispatch.carry_out("claim", self.command(step, a_steward("community-cleaner")), step.at)

    def hand_back(self, step: Step) -> None:
        self._loop.dispatch.carry_out("return", self.command(step, self._assignee(step), reason="示例"), step.at)

    def accept(self, step: Step) -> None:
        self._loop.dispatch.carry_out("accept", self.command(step, self._assignee(step)), step.at)

    def start(self, step: Step) -> None:
        self._loop.dispatch.carry_out("start", self.command(step, self._assignee(step)), step.at)

    def complete(self, step: Step) -> None:
        pictures = [{"kind": kind, "reference": "sample/1.jpg", "taken_at": step.at} for kind in ("before", "after")]
        self._loop.dispatch.carry_out(
            "complete", self.command(step, self._assignee(step), answer="示例", evidence=pictures), step.at
        )

    def rate(self, step: Step) -> None:
        answers = self._plans[step.case].verdicts[self._round(step) - 1] or {}
        evaluation.carry_out(self._loop.evaluations, "rate", self.command(step, RESIDENT_ONE, **answers), step.at)

    def expire(self, step: Step) -> None:
        invitation = self._loop.evaluations.load(self.case_ids[step.case])
        assert invitation is not None
        invitation.expire(NOON + WINDOW)
        assert self._loop.evaluations.commit([invitation]) == set()


def _wanted_of_report(report: Report, plan: Plan) -> Iterator[str]:
    if report.state == "submitted":
        yield "ask" if plan.is_asked and "question" not in report.private else "accept"
    if report.state == "needs_information":
        yield "add_information"
    is_open = report.state in ("submitted", "needs_information", "accepted")
    if plan.withdraws and is_open and "withdrawal_requested_at" not in report.facts:
        yield "withdraw"


def _wanted_of_order(order: WorkOrder, plan: Plan) -> Iterator[str]:
    match order.state:
        case "pending":
            yield "assign" if order.facts.get("unit") else "place"
        case "pooled":
            yield "claim"
        case "assigned":
            yield "return" if order.facts["returns"] < plan.returns else "accept"
        case "reworking":
            yield "accept" if order.facts["assignee"] else "assign"
        case "accepted":
            yield "start"
        case "in_progress":
            yield "complete"


def _wanted_of_evaluation(found: Evaluation, plan: Plan) -> Iterator[str]:
    if found.state == "invited":
        yield "rate" if plan.verdicts[found.facts["round"] - 1] else "expire"


WANTED: dict[str, Callable[[Any, Plan], Iterator[str]]] = {
    INTAKE: _wanted_of_report,
    DISPATCH: _wanted_of_order,
    EVALUATION: _wanted_of_evaluation,
}
DOING: dict[tuple[str, str], Callable[[Script, Step], None]] = {
    (INTAKE, "ask"): Script.ask,
    (INTAKE, "add_information"): Script.add_information,
    (INTAKE, "accept"): Script.accept_report,
    (INTAKE, "withdraw"): Script.withdraw,
    (DISPATCH, "place"): Script.place,
    (DISPATCH, "assign"): Script.assign,
    (DISPATCH, "claim"): Script.claim,
    (DISPATCH, "return"): Script.hand_back,
    (DISPATCH, "accept"): Script.accept,
    (DISPATCH, "start"): Script.start,
    (DISPATCH, "complete"): Script.complete,
    (EVALUATION, "rate"): Script.rate,
    (EVALUATION, "expire"): Script.expire,
}
