"""What dispatch does on a command or an event: load, one verb of the domain, save."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from services.dispatch.desk import Desk, Standings
from services.dispatch.domain import AWAITING_DISPATCHER, WorkOrder
from services.dispatch.following import follow, prepare
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.shifts import WorkCalendar
from services.dispatch.organisation.stewards import Steward
from services.dispatch.organisation.tree import Unit
from services.dispatch.routing import RETURNED_IT, Decision, ruled_out
from services.dispatch.weights import Weights
from shared.contracts.catalogue import Category
from shared.kernel.actor import DISPATCHER, STEWARD, Actor
from shared.kernel.case import Notice
from shared.kernel.commands import Command, execute, look_up
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.ports import Cases
from shared.kernel.reactions import Failure, react

PAGE = 50


class Orders(Cases[WorkOrder], Standings, Protocol):
    def page(self, filters: Mapping[str, Any], before: str | None, limit: int) -> Sequence[WorkOrder]: ...


class Dispatch:
    """The use cases, over one revision of the organisation."""

    def __init__(
        self,
        orders: Orders,
        directory: Directory,
        catalogue: Mapping[str, Category],
        weights: Weights,
        calendar: WorkCalendar,
    ) -> None:
        self._orders = orders
        self._directory = directory
        self._catalogue = catalogue
        self._desk = Desk(directory, catalogue, weights, calendar, orders)

    def follow(self, notices: Sequence[Notice], at: datetime) -> list[Failure]:
        prepare(self._desk, notices, at)
        return react(self._orders, notices, partial(follow, desk=self._desk, at=at))

    def place(self, command: Command, at: datetime) -> WorkOrder:
        """Raises Invalid for an unknown unit."""
        path = self._path(command.body["unit"])

        def place(order: WorkOrder) -> None:
            order.place(command.by, at, path, self._decide(order, path, at, ruled_out(order.facts)))

        return self._execute("place", command, place)

    def assign(self, command: Command, at: datetime) -> WorkOrder:
        """Raises Invalid for an unknown steward."""
        steward = command.body["steward"]
        if not self._is_steward(steward):
            raise Invalid({"steward": [f"There is no steward {steward[:40]!r}."]})
        return self._execute("assign", command, lambda order: order.assign(command.by, at, steward))

    def claim(self, command: Command, at: datetime) -> WorkOrder:
        """Raises Forbidden for who is no steward, or has not the skills that the category needs."""

        def claim(order: WorkOrder) -> None:
            if not self._is_steward(command.by.subject):
                raise Forbidden("claim", command.by.role, "Nobody serves under this account.")
            needed = self._catalogue[order.facts["category"]].skills
            if not needed <= self._directory.steward(command.by.subject).skills:
                raise Forbidden("claim", command.by.role, f"Needs the skills {', '.join(sorted(needed))}.")
            order.claim(command.by, at)

        return self._execute("claim", command, claim)

    def accept(self, command: Command, at: datetime) -> WorkOrder:
        return self._execute("accept", command, lambda order: order.accept(command.by, at))

    def hand_back(self, command: Command, at: datetime) -> WorkOrder:
        def hand_back(order: WorkOrder) -> None:
            excluded = {**ruled_out(order.facts), command.by.subject: RETURNED_IT}
            decision = self._decide(order, order.facts.get("unit_path", ()), at, excluded)
            order.hand_back(command.by, at, command.body["reason"], decision)

        return self._execute("return", command, hand_back)

    def start(self, command: Command, at: datetime) -> WorkOrder:
        return self._execute("start", command, lambda order: order.start(command.by, at))

    def complete(self, command: Command, at: datetime) -> WorkOrder:
        """Raises Invalid where the category asks for pictures that are missing."""

        def complete(order: WorkOrder) -> None:
            needed = self._catalogue[order.facts["category"]].evidence.kinds
            order.complete(command.by, at, command.body["answer"], command.body["evidence"], needed)

        return self._execute("complete", command, complete)

    def get(self, case_id: str, by: Actor) -> WorkOrder:
        """Raises NotFound, also for an order that is none of the caller's business."""
        return look_up(self._orders, case_id, by, self._may_see)

    def page(self, by: Actor, which: str, before: str | None) -> Sequence[WorkOrder]:
        """`mine` and `pool` for a steward; `waiting` and `all` of a dispatcher's unit and those below it."""
        filters = self._lists(by)
        if which not in filters:
            raise Invalid({"list": [f"One of {', '.join(filters)}."]})
        return self._orders.page(filters[which], before, PAGE)

    def units(self) -> Iterable[Unit]:
        return self._directory.tree.values()

    def stewards(self, by: Actor, unit: str) -> Sequence[Steward]:
        """Who serves the unit, nearest first. Raises Forbidden for all but dispatchers, Invalid for an unknown unit."""
        if by.role != DISPATCHER:
            raise Forbidden("list", by.role)
        return self._directory.stewards_for(self._path(unit)[-1], frozenset())

    def _decide(self, order: WorkOrder, path: Sequence[str], at: datetime, excluded: Mapping[str, str]) -> Decision:
        return self._desk.decide(order.facts["category"], path, order.facts.get("position"), at, excluded)

    def _path(self, unit: str) -> tuple[str, ...]:
        if unit not in self._directory.tree:
            raise Invalid({"unit": [f"There is no unit {unit[:40]!r}."]})
        return self._directory.tree.path(unit)

    def _lists(self, by: Actor) -> dict[str, dict[str, Any]]:
        if by.role == DISPATCHER:
            nobody_holds = {"state": {"$in": sorted(AWAITING_DISPATCHER)}, "assignee": None}
            return {
                "waiting": {**nobody_holds, "unit_path": {"$in": [by.unit, None]}},
                "pool": {"unit_path": by.unit, "state": "pooled"},
                "all": {"unit_path": by.unit},
            }
        if by.role == STEWARD and self._is_steward(by.subject):
            area = self._directory.steward(by.subject).area
            return {"mine": {"assignee": by.subject}, "pool": {"unit_path": area, "state": "pooled"}}
        raise Forbidden("list", by.role)

    def _execute(self, verb: str, command: Command, decide: Callable[[WorkOrder], None]) -> WorkOrder:
        return execute(self._orders, verb, command, decide, self._may_see)

    def _is_steward(self, subject: str) -> bool:
        try:
            return bool(self._directory.steward(subject))
        except KeyError:
            return False

    def _may_see(self, order: WorkOrder, by: Actor) -> bool:
        """The reporter; whoever holds it or serves the place; the dispatchers of the place and those above."""
        path = order.facts.get("unit_path")
        if by.role == DISPATCHER:
            return path is None or by.unit in path
        if by.role == STEWARD and self._is_steward(by.subject):
            return order.facts.get("assignee") == by.subject or self._directory.steward(by.subject).area in (path or ())
        return bool(order.facts["reporter"] == by.subject)
