"""Evaluation's entrypoints: ratings by RPC, work orders' events from the inbox, the end of the window."""

from typing import Any

from nameko.timer import timer

from services.evaluation import handlers
from services.evaluation.repository import MongoEvaluations
from shared.contracts import evaluations as contract
from shared.contracts.commands import read_command
from shared.contracts.topology import EVALUATION
from shared.contracts.views import show
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.dependencies import FromSettings
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.rpc import rpc
from shared.runtime.store import Journal
from shared.runtime.subscription import subscribe

VIEW = contract.EvaluationView()


class EvaluationService:
    name = EVALUATION

    evaluations = Journal(MongoEvaluations)
    window = FromSettings(lambda settings: settings.rating_window)

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
