"""Which snapshot the events of each service carry."""

from marshmallow import Schema

from shared.contracts.evaluations import EvaluationSnapshot
from shared.contracts.orders import OrderSnapshot
from shared.contracts.reports import ReportSnapshot
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE

SNAPSHOTS: dict[str, Schema] = {
    INTAKE: ReportSnapshot(),
    DISPATCH: OrderSnapshot(),
    EVALUATION: EvaluationSnapshot(),
}
