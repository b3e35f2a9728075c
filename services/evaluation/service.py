"""Evaluation's entrypoints: ratings and campaigns by RPC, work orders' events from the inbox, ends of windows."""

from typing import Any

from nameko.timer import timer

from services.evaluation import handlers
from services.evaluation.campaigns.ballot_box import MongoBallotBox
from services.evaluation.campaigns.handlers import Campaigning
from services.evaluation.campaigns.repository import MongoCampaigns
from services.evaluation.campaigns.results import SCALE
from services.evaluation.campaigns.showing import show_campaign
from services.evaluation.repository import MongoEvaluations
from shared.contracts import campaigns as campaign_contract
from shared.contracts import evaluations as contract
from shared.contracts.commands import load, read_command
from shared.contracts.topology import EVALUATION
from shared.contracts.views import show
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.dependencies import FromSettings, ServiceDatabase
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.rpc import rpc
from shared.runtime.store import Journal
from shared.runtime.subscription import subscribe

VIEW = contract.EvaluationView()
BALLOT = campaign_contract.BallotView()


class EvaluationService:
    name = EVALUATION

    evaluations = Journal(MongoEvaluations)
    window = FromSettings(lambda settings: settings.rating_window)
    campaigns = Journal(MongoCampaigns)
    database = ServiceDatabase()
    secret = FromSettings(lambda settings: settings.evaluation_secret)

    @property
    def campaigning(self) -> Campaigning:
        return Campaigning(self.campaigns, MongoBallotBox(self.database, self.secret), SCALE)

    @rpc
    def carry_out(self, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(contract.COMMANDS, verb, request)
        return show(EVALUATION, handlers.carry_out(self.evaluations, verb, command, now()), VIEW)

    @rpc
    def get_evaluation(self, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
        return show(EVALUATION, handlers.get(self.evaluations, case_id, Actor(**by)), VIEW)

    @rpc
    def is_ready(self) -> bool:
        return bool(self.evaluations.is_reachable())

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return handlers.follow_orders(self.evaluations, notices, now(), self.window)

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def expire_invitations(self) -> None:
        handlers.expire_due(self.evaluations, now())

    @rpc
    def carry_out_campaign(self, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(campaign_contract.COMMANDS, verb, request)
        return show_campaign(self.campaigning.carry_out(verb, command, now()), command.by, SCALE)

    @rpc
    def get_campaign(self, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
        return show_campaign(self.campaigning.get(case_id, Actor(**by)), Actor(**by), SCALE)

    @rpc
    def list_campaigns(self, by: dict[str, Any], after: str | None = None) -> dict[str, Any]:
        page = self.campaigning.page(Actor(**by), after)
        return {"items": [show_campaign(case, Actor(**by), SCALE) for case in page.items], "after": page.after}

    @rpc
    def vote(self, case_id: str, by: dict[str, Any], body: dict[str, Any]) -> Any:
        given = load(campaign_contract.CastBallot, body)
        return BALLOT.dump(self.campaigning.vote(case_id, Actor(**by), at=now(), **given))

    @rpc
    def my_ballots(self, case_id: str, by: dict[str, Any]) -> Any:
        return BALLOT.dump(self.campaigning.ballots_of(case_id, Actor(**by), now()), many=True)

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def turn_campaigns(self) -> None:
        self.campaigning.turn(now())
