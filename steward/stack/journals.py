"""The journals of the system: every collection of cases, by the service that writes it."""

from typing import Any

from services.dispatch.repository import MongoOrders
from services.evaluation.campaigns.repository import MongoCampaigns
from services.evaluation.repository import MongoEvaluations
from services.intake.repository import MongoReports
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.runtime.journal import MongoCases

JOURNALS: dict[str, tuple[type[MongoCases[Any]], ...]] = {
    INTAKE: (MongoReports,),
    DISPATCH: (MongoOrders,),
    EVALUATION: (MongoEvaluations, MongoCampaigns),
}
