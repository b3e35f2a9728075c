"""Dispatch's entrypoints: commands by RPC, reports' and evaluations' events from the inbox."""

from dataclasses import asdict
from functools import partial
from typing import Any

from nameko.timer import timer

from services.dispatch.domain.order import WorkOrder
from services.dispatch.handlers import Dispatch
from services.dispatch.inquiries import Inquiries
from services.dispatch.organisation.leave_store import cancel_leave, register_leave
from services.dispatch.organisation.repository import load_directory
from services.dispatch.repository import MongoOrders
from services.dispatch.rulebook import read_rulebook
from shared.contracts import orders as contract
from shared.contracts.commands import load, read_command
from shared.contracts.organisation import (
    DutyView,
    LeaveView,
    OfferView,
    RegisterLeave,
    StewardView,
    UnitView,
    WhyNotView,
)
from shared.contracts.public_requests import PublicOrderView
from shared.contracts.topology import DISPATCH
from shared.contracts.views import show, show_page
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.case import Notice
from shared.kernel.case_tokens import SIGHT, grant_sight
from shared.kernel.listing import PAGE
from shared.kernel.reactions import Failure
from shared.runtime.changes import whenever_changed
from shared.runtime.clock import now
from shared.runtime.dependencies import FromSettings, Refreshed, ServiceDatabase
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.reference_data import revision
from shared.runtime.rpc import rpc
from shared.runtime.rule_files import load_rule_files, rules_revision
from shared.runtime.secrets import derive
from shared.runtime.store import Journal
from shared.runtime.subscription import subscribe
from shared.runtime.telemetry.probe import Probe
from shared.runtime.tracing.workers import Tracing

VIEW = contract.OrderView()
INSIDE = ("why", "return_reason", "transfer_reason", "extension_reason", "extension_refusal", "tasks")
RESIDENT_VIEW = contract.OrderView(exclude=INSIDE)
"""How the district decides among its stewards, and what they say to one another, stays inside."""


class DispatchService:
    name = DISPATCH

    probe = Probe()
    tracing = Tracing()
    orders = Journal(MongoOrders)
    directory = Refreshed(load_directory, revision)
    database = ServiceDatabase()
    rulebook = Refreshed(lambda db: read_rulebook(load_rule_files(db)), rules_revision)
    grant_key = FromSettings(lambda settings: derive(settings.grant_secret, SIGHT))

    @property
    def dispatch(self) -> Dispatch:
        return Dispatch(self.orders, self.directory, self.rulebook)

    @property
    def inquiries(self) -> Inquiries:
        return Inquiries(self.orders, self.directory, self.rulebook)

    @rpc
    def carry_out(self, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        command = read_command(contract.COMMANDS, verb, request)
        return self._show(self.dispatch.carry_out(verb, command, now()), command.by)

    @rpc
    def get_order(self, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
        return self._show(self.inquiries.get(case_id, Actor(**by)), Actor(**by))

    @rpc
    def grant_sight(self, case_id: str, by: dict[str, Any]) -> str:
        """For intake, which believes nobody else about whose order a case is."""
        return grant_sight(self.grant_key, case_id, Actor(**by), self.inquiries.serves(case_id, Actor(**by)), now())

    @rpc
    def list_orders(
        self, by: dict[str, Any], which: str, after: str | None = None, unit: str | None = None, limit: int = PAGE
    ) -> dict[str, Any]:
        return show_page(DISPATCH, self.inquiries.page(Actor(**by), which, now(), after, unit, limit), VIEW)

    @rpc
    def list_offers(self, case_id: str, by: dict[str, Any]) -> Any:
        found = self.inquiries.offers(case_id, Actor(**by))
        return [{**OfferView().dump(offer), "metres": metres} for offer, metres in found]

    @rpc
    def why_not(self, case_id: str, by: dict[str, Any], steward: str) -> Any:
        return WhyNotView().dump(self.inquiries.why_not(case_id, Actor(**by), steward, now()))

    @rpc
    def list_public_orders(self, case_ids: list[str]) -> Any:
        return PublicOrderView(many=True).dump(self.inquiries.in_public(case_ids))

    @rpc
    def list_units(self) -> Any:
        return UnitView(many=True).dump(self.inquiries.units())

    @rpc
    def list_stewards(self, by: dict[str, Any], unit: str) -> Any:
        return StewardView(many=True).dump(self.inquiries.stewards(Actor(**by), unit))

    @rpc
    def register_leave(self, by: dict[str, Any], key: str, steward: str, body: dict[str, Any]) -> Any:
        leave = load(RegisterLeave, body)
        self.inquiries.require_may_manage(Actor(**by), steward)
        made = register_leave(self.database, by["subject"], key, steward, leave["start"], leave["until"])
        return LeaveView().dump(made)

    @rpc
    def cancel_leave(self, by: dict[str, Any], leave_id: str) -> Any:
        require_permission = partial(self.inquiries.require_may_manage, Actor(**by))
        return LeaveView().dump(cancel_leave(self.database, leave_id, require_permission))

    @rpc
    def is_ready(self) -> bool:
        return bool(self.orders.is_reachable())

    @rpc
    def vitals(self) -> dict[str, Any]:
        return asdict(self.probe())

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return self.dispatch.follow(notices, now())

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def ring(self) -> None:
        """Warn, supervise, escalate, resume, and send again what waited for a shift."""
        self.dispatch.ring(now())

    @whenever_changed("rulebook")
    def reschedule(self) -> None:
        self.dispatch.reschedule(now())

    def _show(self, order: WorkOrder, by: Actor) -> dict[str, Any]:
        shown = show(DISPATCH, order, RESIDENT_VIEW if by.role == RESIDENT else VIEW)
        return {**shown, "duty": DutyView().dump(self.inquiries.duty(order))}
