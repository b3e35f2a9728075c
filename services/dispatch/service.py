"""Dispatch's entrypoints: commands by RPC, reports' and evaluations' events from the inbox."""

from typing import Any

from services.dispatch.handlers import Dispatch
from services.dispatch.organisation.repository import load_directory, revision
from services.dispatch.organisation.shifts import OfficeWeek
from services.dispatch.repository import MongoOrders
from services.dispatch.weights import read_weights
from shared.contracts import orders as contract
from shared.contracts.catalogue import load_catalogue
from shared.contracts.commands import read_command
from shared.contracts.organisation import StewardView, UnitView
from shared.contracts.topology import DISPATCH
from shared.contracts.views import show
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.dependencies import FromSettings, Refreshed
from shared.runtime.rpc import rpc
from shared.runtime.store import Journal
from shared.runtime.subscription import subscribe

VIEW = contract.OrderView()
RESIDENT_VIEW = contract.OrderView(exclude=("why", "return_reason"))
"""How the district decides among its stewards stays inside."""


class DispatchService:
    name = DISPATCH

    orders = Journal(MongoOrders)
    directory = Refreshed(load_directory, revision)
    catalogue = FromSettings(lambda settings: load_catalogue(settings.categories))
    weights = FromSettings(lambda settings: read_weights(settings.weights, load_catalogue(settings.categories)))
    calendar = FromSettings(lambda _: OfficeWeek())

    @property
    def dispatch(self) -> Dispatch:
        return Dispatch(self.orders, self.directory, self.catalogue, self.weights, self.calendar)

    @rpc
    def place_order(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(DISPATCH, self.dispatch.place(read_command(contract.PlaceOrder, request), now()), VIEW)

    @rpc
    def assign_order(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(DISPATCH, self.dispatch.assign(read_command(contract.AssignOrder, request), now()), VIEW)

    @rpc
    def claim_order(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(DISPATCH, self.dispatch.claim(read_command(contract.ClaimOrder, request), now()), VIEW)

    @rpc
    def accept_order(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(DISPATCH, self.dispatch.accept(read_command(contract.AcceptOrder, request), now()), VIEW)

    @rpc
    def return_order(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(DISPATCH, self.dispatch.hand_back(read_command(contract.ReturnOrder, request), now()), VIEW)

    @rpc
    def start_work(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(DISPATCH, self.dispatch.start(read_command(contract.StartWork, request), now()), VIEW)

    @rpc
    def complete_order(self, request: dict[str, Any]) -> dict[str, Any]:
        return show(DISPATCH, self.dispatch.complete(read_command(contract.CompleteOrder, request), now()), VIEW)

    @rpc
    def get_order(self, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
        order = self.dispatch.get(case_id, Actor(**by))
        return show(DISPATCH, order, RESIDENT_VIEW if by["role"] == RESIDENT else VIEW)

    @rpc
    def list_orders(self, by: dict[str, Any], which: str, before: str | None = None) -> list[dict[str, Any]]:
        return [show(DISPATCH, order, VIEW) for order in self.dispatch.page(Actor(**by), which, before)]

    @rpc
    def list_units(self) -> Any:
        return UnitView(many=True).dump(self.dispatch.units())

    @rpc
    def list_stewards(self, by: dict[str, Any], unit: str) -> Any:
        return StewardView(many=True).dump(self.dispatch.stewards(Actor(**by), unit))

    @rpc
    def is_ready(self) -> bool:
        return bool(self.orders.is_reachable())

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return self.dispatch.follow(notices, now())
