"""Which snapshot the events of each service carry."""

from marshmallow import Schema

from shared.contracts.campaigns import CAMPAIGN_EVENTS, CampaignSnapshot
from shared.contracts.evaluations import EvaluationSnapshot
from shared.contracts.orders import OrderSnapshot
from shared.contracts.reports import ReportSnapshot
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE

SNAPSHOTS: dict[str, Schema] = {
    INTAKE: ReportSnapshot(),
    DISPATCH: OrderSnapshot(),
    EVALUATION: EvaluationSnapshot(),
}
OF_CAMPAIGNS = CampaignSnapshot()


def snapshot_schema(source: str, event_type: str) -> Schema:
    """Evaluation has two kinds of cases, told apart by their events. Raises KeyError for an unknown source."""
    return OF_CAMPAIGNS if source == EVALUATION and event_type in CAMPAIGN_EVENTS else SNAPSHOTS[source]
