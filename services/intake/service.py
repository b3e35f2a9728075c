"""Intake's entrypoints: commands by RPC, work orders' events from the inbox."""

from typing import Any

from services.intake import handlers
from services.intake.repository import MongoReports
from services.intake.rulebook import read_rulebook
from shared.contracts import reports as contract
from shared.contracts.catalogue import offered
from shared.contracts.categories import CategoryView
from shared.contracts.commands import read_command
from shared.contracts.topology import INTAKE
from shared.contracts.views import show
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

    @rpc
    def submit_report(self, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(contract.SubmitReport, request)
        return show(INTAKE, handlers.submit(self.reports, self.rulebook.catalogue, command, now()), VIEW)

    @rpc
    def accept_report(self, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(contract.AcceptReport, request)
        return show(INTAKE, handlers.accept(self.reports, self.rulebook.catalogue, command, now()), VIEW)

    @rpc
    def reject_report(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(INTAKE, handlers.reject(self.reports, read_command(contract.RejectReport, request), now()), VIEW)

    @rpc
    def ask_information(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(INTAKE, handlers.ask(self.reports, read_command(contract.AskInformation, request), now()), VIEW)

    @rpc
    def add_information(self, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(contract.AddInformation, request)
        return show(INTAKE, handlers.add_information(self.reports, command, now()), VIEW)

    @rpc
    def withdraw_report(self, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(contract.WithdrawReport, request)
        return show(INTAKE, handlers.withdraw(self.reports, command, now()), VIEW)

    @rpc
    def get_report(self, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
        return show(INTAKE, handlers.get(self.reports, case_id, Actor(**by)), VIEW)

    @rpc
    def list_reports(
        self, by: dict[str, Any], state: str | None = None, before: str | None = None
    ) -> list[dict[str, Any]]:
        return [show(INTAKE, report, VIEW) for report in handlers.page(self.reports, Actor(**by), state, before)]

    @rpc
    def list_categories(self) -> Any:
        return CategoryView(many=True).dump(offered(self.rulebook.catalogue))

    @rpc
    def is_ready(self) -> bool:
        return bool(self.reports.is_reachable())

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return handlers.follow_orders(self.reports, notices, now())
