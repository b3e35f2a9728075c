"""1+X 联席: one steward leads, others each do their part; done when all parts are done.

首接负责: whoever holds the order when the others are called leads, and answers for the whole.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.dispatch.domain.order import WorkOrder
from shared.kernel.actor import Actor
from shared.kernel.errors import Forbidden, Invalid


def convene(
    order: WorkOrder, by: Actor, at: datetime, parties: Sequence[Mapping[str, str]], verb: str = "convene"
) -> None:
    """Call stewards in; each of `parties` is {steward, task}.

    Raises Invalid for the leader, and for who takes part already.
    """
    order.lifecycle.permit(verb, by)
    order.lifecycle.next(order.state, verb)
    called = [party["steward"] for party in parties]
    busy = {part["steward"] for part in _open_parts(order)} | {order.facts.get("assignee")}
    twice = sorted({steward for steward in called if steward in busy or called.count(steward) > 1})
    if twice:
        raise Invalid({"parties": [f"{steward} takes part already." for steward in twice]})
    known = _parts(order)
    new = [
        {"number": number, "steward": steward, "convened_at": at}
        for number, steward in enumerate(called, start=len(known) + 1)
    ]
    tasks = [*order.private.get("tasks", []), *(party["task"] for party in parties)]
    order.record(verb, by, at, facts={"parts": [*known, *new]}, private={"tasks": tasks})


def finish_part(order: WorkOrder, by: Actor, at: datetime) -> None:
    """Each party says for itself that its part is done. Raises Forbidden for who has none open."""
    order.lifecycle.next(order.state, "finish_part")
    mine = [part for part in _open_parts(order) if part["steward"] == by.subject]
    if not mine:
        raise Forbidden("finish_part", by.role, "You have no open part in this order.")
    order.record("finish_part", by, at, facts=_changed(order, mine[0]["number"], finished_at=at))


def release_part(order: WorkOrder, by: Actor, at: datetime, number: int, reason: str) -> None:
    """The dispatcher lets a party go, so that the order does not wait for it. Raises Invalid if its part is over."""
    if number not in {part["number"] for part in _open_parts(order)}:
        raise Invalid({"number": ["There is no open part of this number."]})
    order.record(
        "release_part", by, at, facts=_changed(order, number, released_at=at), private={"release_reason": reason}
    )


def require_parts_done(order: WorkOrder) -> None:
    waiting = [part["steward"] for part in _open_parts(order)]
    if waiting:
        raise Invalid({"parts": [f"The part of {steward} is not done yet." for steward in waiting]})


def takes_part(order: WorkOrder, subject: str) -> bool:
    return any(part["steward"] == subject for part in _parts(order) if "released_at" not in part)


def has_open_part(order: WorkOrder, subject: str) -> bool:
    return any(part["steward"] == subject for part in _open_parts(order))


def _parts(order: WorkOrder) -> Sequence[Mapping[str, Any]]:
    parts: Sequence[Mapping[str, Any]] = order.facts.get("parts", ())
    return parts


def _open_parts(order: WorkOrder) -> list[Mapping[str, Any]]:
    return [part for part in _parts(order) if "finished_at" not in part and "released_at" not in part]


def _changed(order: WorkOrder, number: int, **facts: Any) -> dict[str, Any]:
    return {"parts": [{**part, **facts} if part["number"] == number else part for part in _parts(order)]}
