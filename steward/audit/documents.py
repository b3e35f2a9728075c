"""What the three stores hold of one case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.dispatch.domain.order import WorkOrder
from services.evaluation.domain.evaluation import Evaluation
from services.intake.domain import Report
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.case import Case

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Store:
    """`collection` in the database that has the service's name."""

    service: str
    collection: str
    case_type: type[Case]


STORES = (
    Store(INTAKE, "reports", Report),
    Store(DISPATCH, "work_orders", WorkOrder),
    Store(EVALUATION, "evaluations", Evaluation),
)


@dataclass(frozen=True, slots=True)
class CaseDocuments:
    """By service; one that has nothing of the case is left out."""

    case_id: str
    by_service: Mapping[str, Document]

    def of(self, service: str) -> Document | None:
        return self.by_service.get(service)

    def state(self, service: str) -> str | None:
        document = self.of(service)
        return document["state"] if document else None
