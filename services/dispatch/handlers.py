"""What dispatch does on a command, an event or its timer: load, one verb of the domain, save."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from logging import getLogger
from typing import Protocol

from services.dispatch.decisions import Decisions
from services.dispatch.domain.clocks import Timetable
from services.dispatch.domain.order import WorkOrder
from services.dispatch.domain.ringing import reschedule, ring
from services.dispatch.following import follow, prepare
from services.dispatch.organisation.directory import Directory
from services.dispatch.routing.desk import Desk, Standings
from services.dispatch.rulebook import Rulebook
from services.dispatch.visibility import Visibility
from shared.kernel.case import Notice
from shared.kernel.commands import Command, execute
from shared.kernel.lifecycle import NEW
from shared.kernel.ports import Cases
from shared.kernel.reactions import Failure, react

_log = getLogger(__name__)

BATCH = 200


class Orders(Cases[WorkOrder], Standings, Protocol):
    def awake(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of orders that the timer should look at, the longest overdue first."""
        ...

    def open_after(self, case_id: str, limit: int) -> Sequence[str]:
        """Ids of open orders in the order of their ids."""
        ...


class Dispatch:
    """The use cases, over one revision of the organisation and of the rules."""

    def __init__(self, orders: Orders, directory: Directory, rulebook: Rulebook) -> None:
        self._orders = orders
        self._timetable = Timetable(rulebook.calendar, rulebook.catalogue)
        self._desk = Desk(directory, rulebook.catalogue, rulebook.weights, rulebook.calendar, orders)
        self._decisions = Decisions(directory, self._desk)
        self._visibility = Visibility(directory, rulebook.catalogue)

    def carry_out(self, verb: str, command: Command, at: datetime) -> WorkOrder:
        """One step of an order. Raises Forbidden, NotFound, IllegalTransition, Invalid, Taken, KeyReused or Busy."""
        rule = self._decisions.rules[verb]

        def decide(order: WorkOrder) -> None:
            self._bring_up_to_date(order, at)
            rule(order, command.by, at, **command.body)

        may_ask = self._visibility.may_claim if verb == "claim" else self._visibility.may_see
        return execute(self._orders, verb, command, decide, may_ask)

    def follow(self, notices: Sequence[Notice], at: datetime) -> list[Failure]:
        """What reports and evaluations tell."""
        prepare(self._desk, notices, at)

        def reaction(order: WorkOrder, notice: Notice) -> None:
            self._bring_up_to_date(order, at)
            follow(order, notice, self._desk, self._decisions, at)

        return react(self._orders, notices, reaction)

    def ring(self, at: datetime) -> None:
        """Everything whose moment has come, however much. Of two instances, the first to write an order has it."""
        while self._step(self._orders.awake(at, BATCH), partial(self._wake, at=at)):
            pass

    def reschedule(self, at: datetime) -> None:
        """After limits or the calendar have changed: new deadlines for all open orders that get others by it."""
        last = ""
        while ids := self._orders.open_after(last, BATCH):
            self._step(ids, partial(reschedule, at=at))
            last = ids[-1]

    def _bring_up_to_date(self, order: WorkOrder, at: datetime) -> None:
        """What is decided goes by today's deadlines, and whoever hears of deadlines is told of them by their event."""
        order.timetable = self._timetable
        if order.state is not NEW:
            reschedule(order, at)

    def _wake(self, order: WorkOrder, at: datetime) -> None:
        reschedule(order, at)
        ring(order, at)
        if order.state == "pooled" and (again_at := order.facts.get("route_again_at")) and again_at <= at:
            order.send(at, self._decisions.route(order, order.unit_path, at))

    def _step(self, case_ids: Sequence[str], rule: Callable[[WorkOrder], None]) -> bool:
        """Whether any order was changed by the rule, here or by somebody who was quicker.

        An order that cannot be stepped is left as it is, and keeps nobody else waiting.
        """
        stepped = []
        for order in self._orders.load_many(case_ids).values():
            order.timetable = self._timetable
            try:
                rule(order)
            except Exception:
                _log.exception("order cannot be stepped", extra={"case_id": order.case_id})
            else:
                stepped.append(order)
        self._orders.commit(stepped)
        return any(order.changed for order in stepped)
