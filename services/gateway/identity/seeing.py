"""Who may see a case: the services that own it are asked, each as the caller, and what they show is all there is."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import eventlet

from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor
from shared.kernel.errors import NotFound
from shared.runtime.calls import Calls

Asked = Mapping[str, tuple[str, str]]
"""Of a case, who is asked for each part of it, and by which call."""

REPORT: Asked = {"report": (INTAKE, "get_report")}
ORDER: Asked = {"order": (DISPATCH, "get_order")}
EVERYTHING: Asked = {**REPORT, **ORDER, "evaluation": (EVALUATION, "get_evaluation")}


def require_sight(calls: Calls, case_id: str, actor: Actor) -> None:
    """Raises NotFound where the case is none of the actor's business, exactly as for the case itself."""
    seen_by(calls, case_id, actor, {**REPORT, **ORDER})


def seen_by(calls: Calls, case_id: str, actor: Actor, asked: Asked = EVERYTHING) -> dict[str, Any]:
    """Each part as its owner shows it to the actor, None for what there is not, or not for them.

    A merged report comes with its parent's order and evaluation. Raises NotFound where they may not see the case.
    """
    parts = _ask(calls, case_id, actor, asked)
    if parts["report"] and parts["report"].get("parent"):
        served = {name: whom for name, whom in asked.items() if name not in REPORT}
        parts |= _ask(calls, parts["report"]["parent"], actor, served)
    if parts["report"] is None or (actor.role != RESIDENT and not _is_theirs(parts, actor)):
        raise NotFound(case_id)
    return parts


def _ask(calls: Calls, case_id: str, actor: Actor, asked: Asked) -> dict[str, Any]:
    """All at once."""
    waiting = {name: eventlet.spawn(_or_none, calls, *whom, case_id, asdict(actor)) for name, whom in asked.items()}
    return {name: thread.wait() for name, thread in waiting.items()}


def _is_theirs(parts: Mapping[str, Any], actor: Actor) -> bool:
    """Staff see a case by its order; while there is none, it lies on every dispatcher's desk."""
    return bool(parts["order"] or (actor.role == DISPATCHER and "accepted_at" not in parts["report"]))


def _or_none(calls: Calls, service: str, method: str, case_id: str, by: dict[str, Any]) -> Any:
    try:
        return calls.call(service, method, case_id=case_id, by=by)
    except NotFound:
        return None
