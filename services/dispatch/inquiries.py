"""What people ask dispatch, and nothing is changed by: orders, lists of them, and why they went where they went."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from services.dispatch.decisions import Decisions
from services.dispatch.domain.clocks import Timetable
from services.dispatch.domain.order import WorkOrder
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.offers import Offer
from services.dispatch.organisation.stewards import Steward
from services.dispatch.routing.desk import Desk, Standings
from services.dispatch.routing.explaining import Answer
from services.dispatch.rulebook import Rulebook
from services.dispatch.visibility import Visibility
from shared.contracts.publicity import named_unit
from shared.kernel.actor import DISPATCHER, Actor
from shared.kernel.commands import look_up
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.listing import PAGE, Listing, Page, page_size
from shared.kernel.ports import Cases
from shared.kernel.units import Unit


class ListedOrders(Cases[WorkOrder], Standings, Protocol):
    def page(self, listing: Listing, after: str | None, limit: int) -> Page[WorkOrder]: ...

    def with_answers(self, case_ids: Collection[str]) -> Iterable[WorkOrder]:
        """Without their histories, and of what is private the public answer alone."""
        ...


class Inquiries:
    """Over one revision of the organisation and of the rules."""

    def __init__(self, orders: ListedOrders, directory: Directory, rulebook: Rulebook) -> None:
        self._orders = orders
        self._directory = directory
        self._catalogue = rulebook.catalogue
        self._timetable = Timetable(rulebook.calendar, rulebook.catalogue)
        self._desk = Desk(directory, rulebook.catalogue, rulebook.weights, rulebook.calendar, orders)
        self._decisions = Decisions(directory, self._desk)
        self._visibility = Visibility(directory, rulebook.catalogue)

    def get(self, case_id: str, by: Actor) -> WorkOrder:
        """Raises NotFound, also for an order that is none of the caller's business."""
        order = look_up(self._orders, case_id, by, self._visibility.may_see)
        order.timetable = self._timetable
        return order

    def serves(self, case_id: str, by: Actor) -> bool:
        """Whether they serve or decide it now. Raises NotFound where they may not see it."""
        return self._visibility.serves_now(self.get(case_id, by), by)

    def page(
        self,
        by: Actor,
        which: str,
        at: datetime,
        after: str | None = None,
        unit: str | None = None,
        limit: int = PAGE,
    ) -> Page[WorkOrder]:
        """One of the caller's lists; `unit` narrows a dispatcher's to a unit below their own and all in it.

        Raises Invalid, naming them all, for any other, and Forbidden for a unit that is not below.
        """
        if unit is not None:
            by = self._narrowed(by, unit)
        lists = self._visibility.lists(by, at)
        if which not in lists:
            raise Invalid({"list": [f"One of {', '.join(lists)}."]})
        return self._orders.page(lists[which], after, page_size(limit))

    def _narrowed(self, by: Actor, unit: str) -> Actor:
        if by.unit not in self._decisions.path(unit):
            raise Forbidden("list", by.role, f"{unit[:40]} is not below your unit.")
        return replace(by, unit=unit)

    def duty(self, order: WorkOrder) -> DutyEntry:
        """Whose duty it is that this is in order."""
        order.timetable = self._timetable
        return self._decisions.duty(order)

    def offers(self, case_id: str, by: Actor) -> Sequence[tuple[Offer, float | None]]:
        """What stations offer that could meet it, nearest first, with metres."""
        return self._decisions.offers(self.get(case_id, by))

    def why_not(self, case_id: str, by: Actor, steward: str, at: datetime) -> Answer:
        """Why the order did not go to that steward. Raises Forbidden for all but dispatchers."""
        if by.role != DISPATCHER:
            raise Forbidden("ask", by.role, "How the district decides among its stewards stays inside.")
        return self._desk.why_not(self.get(case_id, by).facts, steward, at)

    def in_public(self, case_ids: Collection[str]) -> Iterable[dict[str, Any]]:
        """公开: who serves each, by when, and what they answered once it was done. Nothing here tells of a person."""
        return [self._in_public(order) for order in self._orders.with_answers(case_ids)]

    def _in_public(self, order: WorkOrder) -> dict[str, Any]:
        unit = named_unit(order.unit_path, self._directory.tree, self._catalogue[order.facts["category"]])
        return {
            "case_id": order.case_id,
            "answer": order.private.get("answer") if "completed_at" in order.rounds[-1] else None,
            "unit": self._directory.tree[unit] if unit else None,
            "due_at": order.facts.get("due_at"),
        }

    def units(self) -> Iterable[Unit]:
        return self._directory.tree.values()

    def stewards(self, by: Actor, unit: str) -> Sequence[Steward]:
        """Who serves the unit, nearest first. Raises Forbidden for all but dispatchers, Invalid for an unknown unit."""
        if by.role != DISPATCHER:
            raise Forbidden("list", by.role)
        return self._directory.stewards_for(self._decisions.path(unit)[-1], frozenset())

    def require_may_manage(self, by: Actor, steward: str) -> None:
        """Stewards manage their own leave, dispatchers that of who belongs to their unit or one below it."""
        known = self._directory.find_steward(steward)
        is_theirs = known and by.role == DISPATCHER and by.unit in self._directory.tree.path(known.unit)
        if not known or not (is_theirs or by.subject == steward):
            raise Forbidden("register", by.role, f"{steward[:40]} is no steward of yours.")
