"""Who may see a case: the services that own it are asked, each as the caller, and what they show is all there is.

Of staff, dispatch says by a signed grant that the order is theirs, and intake believes nothing else; the gateway
carries it from one to the other.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import eventlet

from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.errors import NotFound
from shared.runtime.calls import Calls

Asked = Mapping[str, tuple[str, str]]
"""Of a case, who is asked for each part of it, and by which call."""

ORDER: Asked = {"order": (DISPATCH, "get_order")}
SERVED: Asked = {**ORDER, "evaluation": (EVALUATION, "get_evaluation")}
GRANT: Asked = {"grant": (DISPATCH, "grant_sight")}


def require_sight(calls: Calls, case_id: str, actor: Actor) -> str | None:
    """The case that it is merged into, if it is. Nothing is shown of it, so no look is noted.

    Raises NotFound where the case is none of the actor's business, exactly as for the case itself.
    """
    grant = granted(calls, case_id, actor)
    parent: str | None = calls.call(INTAKE, "require_sight", case_id=case_id, by=asdict(actor), grant=grant)
    return parent


def seen_by(calls: Calls, case_id: str, actor: Actor, asked: Asked = SERVED) -> dict[str, Any]:
    """The report, and what else is `asked` for, as its owner shows it; None for what there is not, or not for them.

    A merged report comes with its parent's order and evaluation. Raises NotFound where they may not see the case.
    """
    case = Sight(calls, actor, asked)
    report, parts = case.of_resident(case_id) if actor.role == RESIDENT else case.of_staff(case_id)
    if report is None:
        raise NotFound(case_id)
    return {"report": report, **parts}


def granted(calls: Calls, case_id: str, actor: Actor) -> str | None:
    """What dispatch has signed for the actor about the order of the case; residents need nothing signed."""
    return None if actor.role == RESIDENT else Sight(calls, actor, {}).by_order(case_id)[0]


class Sight:
    """One caller's questions about a case."""

    def __init__(self, calls: Calls, actor: Actor, asked: Asked) -> None:
        self._calls = calls
        self._by = asdict(actor)
        self._asked = asked

    def of_resident(self, case_id: str) -> tuple[Any, dict[str, Any]]:
        found = self._ask(case_id, {"report": (INTAKE, "get_report"), **self._asked})
        report = found.pop("report")
        return report, self._ask(report["parent"], self._asked) if report and report.get("parent") else found

    def of_staff(self, case_id: str) -> tuple[Any, dict[str, Any]]:
        """By their order, or for what else intake knows of it."""
        grant, found = self.by_order(case_id)
        return self._or_none(INTAKE, "get_report", case_id, grant=grant), found

    def by_order(self, case_id: str) -> tuple[str | None, dict[str, Any]]:
        """The grant and what else is asked for; of a merged report, its parent's."""
        found = self._ask(case_id, {**GRANT, **self._asked})
        if found["grant"] is None and (parent := self._calls.call(INTAKE, "parent_of", case_id=case_id)):
            found = self._ask(parent, {**GRANT, **self._asked})
        return found.pop("grant"), found

    def _ask(self, case_id: str, asked: Asked) -> dict[str, Any]:
        """All at once."""
        waiting = {name: eventlet.spawn(self._or_none, *whom, case_id) for name, whom in asked.items()}
        return {name: thread.wait() for name, thread in waiting.items()}

    def _or_none(self, service: str, method: str, case_id: str, **more: Any) -> Any:
        try:
            return self._calls.call(service, method, case_id=case_id, by=self._by, **more)
        except NotFound:
            return None
