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


def event_id(source: str, case_id: str, sequence: int) -> str:
    """The same for an event however often it comes: its `ce-id`, and its name in every log."""
    return f"{source}/{case_id}/{sequence}"


def snapshot_schema(source: str, event_type: str) -> Schema:
    """Evaluation has two kinds of cases, told apart by their events. Raises KeyError for an unknown source."""
    return OF_CAMPAIGNS if source == EVALUATION and event_type in CAMPAIGN_EVENTS else SNAPSHOTS[source]
