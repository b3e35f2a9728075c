"""What dispatch does on a command or an event: load, one verb of the domain, save."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from services.dispatch.desk import Desk, Loads
from services.dispatch.domain import AWAITING_DISPATCHER, WorkOrder
from services.dispatch.following import follow, prepare
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.stewards import Steward
from services.dispatch.organisation.tree import Unit
from shared.contracts.catalogue import Category
from shared.kernel.actor import DISPATCHER, STEWARD, Actor
from shared.kernel.case import Notice
from shared.kernel.commands import Command, execute, look_up
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.ports import Cases
from shared.kernel.reactions import Failure, react

PAGE = 50


class Orders(Cases[WorkOrder], Loads, Protocol):
    def page(self, filters: Mapping[str, Any], before: str | None, limit: int) -> Sequence[WorkOrder]: ...


class Dispatch:
    """The use cases, over one revision of the organisation."""

    def __init__(self, orders: Orders, directory: Directory, catalogue: Mapping[str, Category]) -> None:
        self._orders = orders
        self._directory = directory
        self._catalogue = catalogue
        self._desk = Desk(directory, catalogue, orders)

    def follow(self, notices: Sequence[Notice], at: datetime) -> list[Failure]:
        prepare(self._desk, notices)
        return react(self._orders, notices, partial(follow, desk=self._desk, at=at))

    def carry_out(self, verb: str, command: Command, at: datetime) -> WorkOrder:
        """One step of an order. Raises Forbidden, NotFound, IllegalTransition, Invalid, KeyReused or Busy."""
        decide = self._rules[verb]
        return execute(
            self._orders, verb, command, lambda order: decide(order, command.by, at, **command.body), self._may_see
        )

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

    @property
    def _rules(self) -> Mapping[str, Callable[..., None]]:
        """Which rule decides each verb; it takes the order, who asks, when, and the command's body by name."""
        return {
            "place": self._place,
            "assign": self._assign,
            "claim": self._claim,
            "accept": WorkOrder.accept,
            "return": self._hand_back,
            "start": WorkOrder.start,
            "complete": self._complete,
        }

    def _place(self, order: WorkOrder, by: Actor, at: datetime, unit: str) -> None:
        path = self._path(unit)
        order.place(by, at, path, self._desk.decide(path, order.facts["category"]))

    def _assign(self, order: WorkOrder, by: Actor, at: datetime, steward: str) -> None:
        if not self._is_steward(steward):
            raise Invalid({"steward": [f"There is no steward {steward[:40]!r}."]})
        order.assign(by, at, steward)

    def _claim(self, order: WorkOrder, by: Actor, at: datetime) -> None:
        """Raises Forbidden for who is no steward, or has not the skills that the category needs."""
        if not self._is_steward(by.subject):
            raise Forbidden("claim", by.role, "Nobody serves under this account.")
        needed = self._catalogue[order.facts["category"]].skills
        if not needed <= self._directory.steward(by.subject).skills:
            raise Forbidden("claim", by.role, f"Needs the skills {', '.join(sorted(needed))}.")
        order.claim(by, at)

    def _hand_back(self, order: WorkOrder, by: Actor, at: datetime, reason: str) -> None:
        excluded = {*order.facts.get("returned_by", ()), by.subject}
        decision = self._desk.decide(order.facts.get("unit_path", ()), order.facts["category"], excluded)
        order.hand_back(by, at, reason, decision)

    def _complete(
        self, order: WorkOrder, by: Actor, at: datetime, answer: str, evidence: Sequence[Mapping[str, Any]]
    ) -> None:
        order.complete(by, at, answer, evidence, self._catalogue[order.facts["category"]].evidence.kinds)

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
