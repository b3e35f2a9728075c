"""Who takes each step of an order in the script, and with what."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from services.dispatch.domain.order import WorkOrder
from shared.kernel.actor import Actor
from tests.support.people import HEAD, LOOKER, RESIDENT_ONE, a_steward

BY_HAND = {
    "cleaning": "community-cleaner",
    "neighbour_dispute": "street-mediator",
    "blocked_pipes": "street-plumber",
}
"""Whom the dispatcher turns to when nobody was found."""
HELPERS = ("estate-cleaner", "street-mediator", "street-plumber")
A_WHILE = timedelta(minutes=30)
REASON = {"reason": "示例"}

Taken = tuple[Actor, dict[str, Any]]


def _holder(order: WorkOrder) -> Actor:
    return a_steward(order.facts["assignee"])


def _first_with_an_open_part(order: WorkOrder) -> Actor:
    return a_steward(next(part["steward"] for part in order.facts["parts"] if "finished_at" not in part))


def _two_helpers(order: WorkOrder) -> list[dict[str, str]]:
    others = [helper for helper in HELPERS if helper != order.facts["assignee"]]
    return [{"steward": helper, "task": "示例"} for helper in others[:2]]


def _pictures(at: datetime) -> list[dict[str, Any]]:
    return [{"kind": kind, "reference": "sample/1.jpg", "taken_at": at} for kind in ("before", "after")]


TAKEN: dict[str, Callable[[WorkOrder, datetime], Taken]] = {
    "place": lambda order, at: (HEAD, {"unit": "g"}),
    "assign": lambda order, at: (HEAD, {"steward": BY_HAND[order.facts["category"]]}),
    "claim": lambda order, at: (a_steward("community-cleaner"), {}),
    "deliberate": lambda order, at: (
        HEAD,
        {"matter": "small", "question": "示例?", "parties": ["community", "residents"]},
    ),
    "raise": lambda order, at: (HEAD, REASON),
    "decide": lambda order, at: (HEAD, {"decision": "示例"}),
    "accept": lambda order, at: (_holder(order), {}),
    "return": lambda order, at: (_holder(order), REASON),
    "transfer": lambda order, at: (HEAD, REASON),
    "start": lambda order, at: (_holder(order), {}),
    "ask": lambda order, at: (_holder(order), {"question": "示例?"}),
    "inform": lambda order, at: (RESIDENT_ONE, {"text": "示例"}),
    "suspend": lambda order, at: (HEAD, {"until": at + A_WHILE, **REASON}),
    "convene": lambda order, at: (HEAD, {"parties": _two_helpers(order)}),
    "finish_part": lambda order, at: (_first_with_an_open_part(order), {}),
    "complete": lambda order, at: (_holder(order), {"answer": "示例", "evidence": _pictures(at)}),
    "verify": lambda order, at: (LOOKER, {}),
    "rework": lambda order, at: (LOOKER, REASON),
}
