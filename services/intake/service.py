"""Intake's entrypoints: commands by RPC, work orders' events from the inbox."""

from typing import Any

from services.intake.handlers import Intake
from services.intake.repository import MongoReports
from services.intake.rulebook import read_rulebook
from shared.contracts import reports as contract
from shared.contracts.catalogue import offered
from shared.contracts.categories import CategoryView
from shared.contracts.commands import read_command
from shared.contracts.topology import INTAKE
from shared.contracts.views import show, show_page
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.dependencies import Refreshed
from shared.runtime.rpc import rpc
from shared.runtime.rule_files import load_rule_files, rules_revision
from shared.runtime.store import Journal
from shared.runtime.subscription import subscribe

VIEW = contract.ReportView()


class IntakeService:
    name = INTAKE

    reports = Journal(MongoReports)
    rulebook = Refreshed(lambda db: read_rulebook(load_rule_files(db)), rules_revision)

    @property
    def intake(self) -> Intake:
        return Intake(self.reports, self.rulebook.catalogue)

    @rpc
    def carry_out(self, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        return show(INTAKE, self.intake.carry_out(verb, read_command(contract.COMMANDS, verb, request), now()), VIEW)

    @rpc
    def get_report(self, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
        return show(INTAKE, self.intake.get(case_id, Actor(**by)), VIEW)

    @rpc
    def list_reports(self, by: dict[str, Any], state: str | None = None, after: str | None = None) -> dict[str, Any]:
        return show_page(INTAKE, self.intake.page(Actor(**by), state, after), VIEW)

    @rpc
    def list_categories(self) -> Any:
        return CategoryView(many=True).dump(offered(self.rulebook.catalogue))

    @rpc
    def is_ready(self) -> bool:
        return bool(self.reports.is_reachable())

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return self.intake.follow(notices, now())
