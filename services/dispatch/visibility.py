"""Which orders a caller may see, and which lists of them there are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.dispatch.domain.joint import has_open_part, takes_part
from services.dispatch.domain.lifecycle import AWAITING_DISPATCHER, NEVER, OPEN
from services.dispatch.domain.order import WorkOrder
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.stewards import Steward
from shared.contracts.catalogue import Category
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD, Actor
from shared.kernel.errors import Forbidden
from shared.kernel.listing import Listing

WITHOUT_UNIT = "You act for a unit: send a token that names yours."
RUNNING = {"$gt": NEVER}
"""A moment that is set: orders that are over, or whose clock stands, have none."""


class Visibility:
    def __init__(self, directory: Directory, catalogue: Mapping[str, Category]) -> None:
        self._directory = directory
        self._catalogue = catalogue

    def may_see(self, order: WorkOrder, by: Actor) -> bool:
        """The reporter and who reported the same; who serves it or its place; the dispatchers and inspectors above.

        A dispute is confidential: of the stewards, only those who serve it see it.
        """
        if by.role in (DISPATCHER, INSPECTOR):
            return by.unit is not None and (not order.unit_path or by.unit in order.unit_path)
        if by.role == STEWARD:
            return self._serves(order, by) or (not order.facts.get("confidential") and self.may_claim(order, by))
        return by.role == RESIDENT and by.subject in (order.facts["reporter"], *order.facts.get("followers", ()))

    def serves_now(self, order: WorkOrder, by: Actor) -> bool:
        """Of who may see it: whether it is theirs, at this moment, to serve it, to decide on it, or to verify it."""
        if by.role == INSPECTOR:
            return order.state == "completed"
        if by.role == STEWARD and order.facts.get("assignee") != by.subject:
            return has_open_part(order, by.subject)
        return order.state in OPEN

    def may_claim(self, order: WorkOrder, by: Actor) -> bool:
        """Who serves the place. Others are not told that there is such an order."""
        steward = self._steward(by)
        return steward is not None and steward.area in order.unit_path

    def lists(self, by: Actor, at: datetime) -> Mapping[str, Listing]:
        """By name, what this caller may list at that moment. Raises Forbidden for who has none."""
        if by.role in (DISPATCHER, INSPECTOR) and by.unit is None:
            raise Forbidden("list", by.role, WITHOUT_UNIT)
        if by.role == DISPATCHER:
            return _dispatchers_lists(by.unit, at)
        if by.role == INSPECTOR:
            return {"to_verify": Listing(_to_verify(by.unit), by="verify_by")}
        steward = self._steward(by)
        if steward is None:
            raise Forbidden("list", by.role)
        return _stewards_lists(steward, self._servable(steward), self._directory.base_of(steward))

    def _serves(self, order: WorkOrder, by: Actor) -> bool:
        return order.facts.get("assignee") == by.subject or takes_part(order, by.subject)

    def _servable(self, steward: Steward) -> list[str]:
        """The categories that the steward has the skills for: of others, disputes above all, the pool does not tell."""
        return [code for code, category in self._catalogue.items() if category.skills <= steward.skills]

    def _steward(self, by: Actor) -> Steward | None:
        return self._directory.find_steward(by.subject) if by.role == STEWARD else None


def _stewards_lists(steward: Steward, servable: list[str], base: tuple[float, float]) -> dict[str, Listing]:
    my_open_part = {"$elemMatch": {"steward": steward.subject, "finished_at": None, "released_at": None}}
    pooled = {"unit_path": steward.area, "state": "pooled", "category": {"$in": servable}}
    return {
        "mine": Listing({"assignee": steward.subject}),
        "parts": Listing({"parts": my_open_part}),
        "pool": Listing(pooled),
        "near": Listing(pooled, near=base),
        "due_soon": Listing({"assignee": steward.subject, "due_at": RUNNING}, by="due_at"),
    }


def _dispatchers_lists(unit: str | None, at: datetime) -> dict[str, Listing]:
    """Of the dispatcher's unit and all below it."""
    nobody_holds = {"state": {"$in": sorted(AWAITING_DISPATCHER)}, "assignee": None}
    mine_open = {"unit_path": unit, "state": {"$in": sorted(OPEN)}}
    return {
        "waiting": Listing({**nobody_holds, "unit_path": {"$in": [unit, None]}}),
        "pool": Listing({"unit_path": unit, "state": "pooled"}),
        "deliberating": Listing({"unit_path": unit, "state": "deliberating"}),
        "due_soon": Listing({"unit_path": unit, "due_at": RUNNING}, by="due_at"),
        "overdue": Listing({"unit_path": unit, "due_at": {**RUNNING, "$lt": at}}, by="due_at"),
        "supervised": Listing({**mine_open, "supervised": True}),
        "returned": Listing({**mine_open, "returns": {"$gt": 0}}),
        "extensions": Listing({**mine_open, "extension_asked_at": RUNNING}),
        "to_verify": Listing(_to_verify(unit), by="verify_by"),
        "all": Listing({"unit_path": unit}),
    }


def _to_verify(unit: str | None) -> dict[str, Any]:
    return {"unit_path": unit, "verify_by": RUNNING}
