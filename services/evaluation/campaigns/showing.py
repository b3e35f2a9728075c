"""How a campaign is shown: its results to who manages it once it is closed, to everybody once it is published."""

from typing import Any

from services.evaluation.campaigns.campaign import Campaign
from services.evaluation.campaigns.handlers import manages
from services.evaluation.campaigns.lifecycle import COUNTED
from services.evaluation.campaigns.results import Scale
from shared.contracts.campaigns import CampaignView, SubjectResult
from shared.contracts.topology import EVALUATION
from shared.contracts.views import show
from shared.kernel.actor import Actor

VIEW = CampaignView()
RESULTS = SubjectResult(many=True)


def show_campaign(campaign: Campaign, by: Actor, scale: Scale) -> dict[str, Any]:
    """Small cells are hidden from managers too: it is from them first of all that the ballots are secret."""
    is_manager = manages(campaign, by)
    shown = show(EVALUATION, campaign, VIEW, private=is_manager)
    if is_manager and campaign.state in COUNTED:
        shown["results"] = RESULTS.dump(campaign.results(scale))
    return shown
