"""What people want to do with a case, by how it stands: each plan is a way of a case round the loop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.dispatch.domain.order import WorkOrder
from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.linked import current_links
from services.intake.domain import Report
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE

HAPPY = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}
UNHAPPY = HAPPY | {"satisfaction": "dissatisfied", "stars": 1}


@dataclass(frozen=True)
class Plan:
    """`verdicts`: the answer after each round, the last after all further ones; None lets the window pass.

    `reviews`: what those say who look at the appeal; without any there is none.
    """

    category: str = "cleaning"
    names_category: bool = True
    knows_place: bool = True
    is_asked: bool = False
    returns: int = 0
    transfers: int = 0
    deliberates: bool = False
    is_joint: bool = False
    has_questions: bool = False
    is_suspended: bool = False
    is_sent_back: bool = False
    verdicts: tuple[dict[str, Any] | None, ...] = (HAPPY,)
    withdraws: bool = False
    is_rejected: bool = False
    rates_by_link: bool = False
    reviews: tuple[bool, ...] = ()

    def verdict(self, round_: int) -> dict[str, Any] | None:
        return self.verdicts[min(round_, len(self.verdicts)) - 1]


def _wanted_of_report(report: Report, plan: Plan) -> Iterator[str]:
    if report.state == "submitted":
        decision = "reject" if plan.is_rejected else "accept"
        yield "ask" if plan.is_asked and "question" not in report.private else decision
    if report.state == "needs_information":
        yield "add_information"
    is_open = report.state in ("submitted", "needs_information", "accepted")
    if plan.withdraws and is_open and "withdrawal_requested_at" not in report.facts:
        yield "withdraw"


def _wanted_of_order(order: WorkOrder, plan: Plan) -> Iterator[str]:
    match order.state:
        case "pending" if not order.unit_path:
            yield "place"
        case "pending" | "pooled" if plan.deliberates and "deliberations" not in order.facts:
            yield "deliberate"
        case "pending":
            yield "assign"
        case "pooled":
            yield "claim"
        case "deliberating":
            yield "raise" if len(order.facts["deliberations"]) == 1 else "decide"
        case "assigned":
            yield "return" if order.facts["returns"] < plan.returns else "accept"
        case "reworking":
            yield "accept" if order.facts["assignee"] else "assign"
        case "accepted":
            yield "transfer" if order.facts.get("transfers", 0) < plan.transfers else "start"
        case "in_progress":
            yield from list(_wanted_at_work(order, plan)) or ["complete"]
        case "needs_information":
            yield "inform"
        case "completed" if order.rounds[-1]["to_verify"]:
            yield "rework" if plan.is_sent_back and order.round == 1 else "verify"


def _wanted_at_work(order: WorkOrder, plan: Plan) -> Iterator[str]:
    """In any order, before it is completed."""
    if plan.has_questions and "information" not in order.private:
        yield "ask"
    if plan.is_suspended and "suspended_at" not in order.facts:
        yield "suspend"
    if plan.is_joint and "parts" not in order.facts:
        yield "convene"
    if any("finished_at" not in part for part in order.facts.get("parts", ())):
        yield "finish_part"


def _wanted_of_evaluation(found: Evaluation, plan: Plan) -> Iterator[str]:
    match found.state:
        case "invited" if not plan.verdict(found.facts["round"]):
            yield "expire"
        case "invited" if plan.rates_by_link:
            yield "rate_by_link" if current_links(found) else "issue_link"
        case "invited":
            yield "rate"
        case "settled" | "expired" if plan.reviews and "appeal" not in found.facts:
            yield "appeal"
        case "disputed":
            yield "review"


WANTED: dict[str, Callable[[Any, Plan], Iterator[str]]] = {
    INTAKE: _wanted_of_report,
    DISPATCH: _wanted_of_order,
    EVALUATION: _wanted_of_evaluation,
}
