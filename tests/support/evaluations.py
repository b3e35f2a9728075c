"""Evaluations in memory, and the notices that bring them to where a test begins."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.evaluation import handlers
from services.evaluation.domain.evaluation import Evaluation
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from tests.support.memory import InMemoryEvaluations
from tests.support.people import NOON, RESIDENT_ONE, TERMS, WINDOW, command

SERVER = "sample-steward"
HAPPY = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}
UNHAPPY = HAPPY | {"satisfaction": "dissatisfied", "stars": 1}
DONE = {"started_at": NOON, "completed_at": NOON, "served_by": SERVER}
PATH = ["d", "s", "g"]
CLOSED_AT = NOON + WINDOW
SOON = CLOSED_AT + timedelta(hours=1)


def report(case_id: str, sequence: int, state: str = "submitted", **facts: Any) -> Notice:
    """Of a report that stands in `state`."""
    snapshot = {"reporter": RESIDENT_ONE.subject, "reported_at": NOON, **facts}
    return Notice("intake", case_id, sequence, "Any", state, NOON, snapshot)


def order(case_id: str, sequence: int, *rounds: dict[str, Any], **facts: Any) -> Notice:
    """Of an order with these rounds; one that is open where none is given."""
    known = {"reporter": RESIDENT_ONE.subject, "category": "cleaning", "opened_at": NOON}
    place = {"unit": PATH[-1], "unit_path": PATH}
    return Notice(
        "dispatch", case_id, sequence, "Any", "any", NOON, {**known, **place, "rounds": [*(rounds or ({},))], **facts}
    )


class Desk:
    """Everything that can be done to evaluations, over a store in memory."""

    def __init__(self) -> None:
        self.evaluations = InMemoryEvaluations()

    def hear(self, *notices: Notice) -> None:
        assert handlers.follow(self.evaluations, notices, NOON, TERMS) == []

    def invited(self, followers: Sequence[str] = ()) -> str:
        """The id of a case that was served once."""
        case_id = str(uuid4())
        self.hear(report(case_id, 1), order(case_id, 5, DONE, followers=[*followers]))
        return case_id

    def settled(self) -> str:
        case_id = self.invited()
        self.do("rate", RESIDENT_ONE, case_id, **HAPPY)
        return case_id

    def expired(self) -> str:
        case_id = self.invited()
        handlers.expire_due(self.evaluations, CLOSED_AT)
        return case_id

    def do(self, verb: str, by: Actor, case_id: str, at: Any = NOON, key: str | None = None, **body: Any) -> Evaluation:
        asked = command(by, case_id, key, **body)
        return handlers.carry_out(self.evaluations, verb, asked, at, TERMS)

    def at(self, case_id: str) -> Evaluation:
        found = self.evaluations.load(case_id)
        assert found is not None
        return found

    def facts(self, case_id: str) -> dict[str, Any]:
        return self.at(case_id).facts

    def verbs(self, case_id: str) -> list[str]:
        return [event.verb for event in self.at(case_id).history]
