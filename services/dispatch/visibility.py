"""Which orders a caller may see, and which lists of them there are."""

from collections.abc import Mapping
from typing import Any

from services.dispatch.domain.joint import takes_part
from services.dispatch.domain.lifecycle import AWAITING_DISPATCHER, HELD, OPEN
from services.dispatch.domain.order import WorkOrder
from services.dispatch.organisation.directory import Directory
from shared.kernel.actor import DISPATCHER, INSPECTOR, STEWARD, Actor
from shared.kernel.errors import Forbidden


class Visibility:
    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def may_see(self, order: WorkOrder, by: Actor) -> bool:
        """The reporter and who reported the same; who serves it or its place; the dispatchers and inspectors above.

        A dispute is confidential: of the stewards, only those who serve it see it.
        """
        if by.role in (DISPATCHER, INSPECTOR):
            return not order.unit_path or by.unit in order.unit_path
        if by.role == STEWARD:
            return self._serves(order, by) or (not order.facts.get("confidential") and self.may_claim(order, by))
        return by.subject in (order.facts["reporter"], *order.facts.get("followers", ()))

    def may_claim(self, order: WorkOrder, by: Actor) -> bool:
        """Who serves the place. Others are not told that there is such an order."""
        area = self._area(by)
        return area is not None and area in order.unit_path

    def lists(self, by: Actor) -> Mapping[str, Mapping[str, Any]]:
        """Name → what of the orders it holds, for this caller. Raises Forbidden where there is none."""
        if by.role == DISPATCHER:
            return _dispatchers_lists(by.unit)
        if by.role == INSPECTOR:
            return {"to_verify": {"state": "completed", "unit_path": by.unit, "rounds.to_verify": True}}
        area = self._area(by) if by.role == STEWARD else None
        if area is None:
            raise Forbidden("list", by.role)
        return {
            "mine": {"assignee": by.subject},
            "parts": {"parts": {"$elemMatch": {"steward": by.subject, "finished_at": None, "released_at": None}}},
            "pool": {"unit_path": area, "state": "pooled"},
            "due_soon": {"assignee": by.subject, "state": {"$in": sorted(HELD)}, "due_at": {"$type": "date"}},
        }

    def _serves(self, order: WorkOrder, by: Actor) -> bool:
        return order.facts.get("assignee") == by.subject or takes_part(order, by.subject)

    def _area(self, by: Actor) -> str | None:
        try:
            return self._directory.steward(by.subject).area
        except KeyError:
            return None


def _dispatchers_lists(unit: str | None) -> dict[str, dict[str, Any]]:
    """Of the dispatcher's unit and all below it."""
    nobody_holds = {"state": {"$in": sorted(AWAITING_DISPATCHER)}, "assignee": None}
    is_open = {"$in": sorted(OPEN)}
    return {
        "waiting": {**nobody_holds, "unit_path": {"$in": [unit, None]}},
        "pool": {"unit_path": unit, "state": "pooled"},
        "deliberating": {"unit_path": unit, "state": "deliberating"},
        "due_soon": {"unit_path": unit, "state": is_open, "due_at": {"$type": "date"}},
        "supervised": {"unit_path": unit, "state": is_open, "supervised": True},
        "returned": {"unit_path": unit, "state": is_open, "returns": {"$gt": 0}},
        "extensions": {"unit_path": unit, "state": is_open, "extension_asked_at": {"$type": "date"}},
        "to_verify": {"unit_path": unit, "state": "completed", "rounds.to_verify": True},
        "all": {"unit_path": unit},
    }
