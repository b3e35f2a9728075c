"""How an evaluation is shown, and to whom: what the organisation says among itself stays inside."""

from typing import Any

from services.evaluation import links
from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.linked import current_links
from shared.contracts.evaluations import EvaluationView
from shared.contracts.topology import EVALUATION
from shared.contracts.views import show
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor

INSIDE = ("appeal_reason", "review_reasons")
VIEW = EvaluationView()
STEWARD_VIEW = EvaluationView(exclude=("links",))
RESIDENT_VIEW = EvaluationView(exclude=("links", *INSIDE))


def present(evaluation: Evaluation, by: Actor, key: bytes) -> dict[str, Any]:
    """`key`: by which the tokens of links are made; only a dispatcher gets them, to hand them on."""
    if by.role != DISPATCHER:
        return show(EVALUATION, evaluation, RESIDENT_VIEW if by.role == RESIDENT else STEWARD_VIEW)
    issued = [{**link, "token": links.token(key, evaluation.case_id, link)} for link in current_links(evaluation)]
    return show(EVALUATION, evaluation, VIEW, more={"links": issued})
