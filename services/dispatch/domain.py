"""The work order: what may happen to it, and who may make it happen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from services.dispatch.routing import ASSIGN, POOL, Decision
from shared.contracts import event_types as types
from shared.kernel.actor import DISPATCHER, INSPECTOR, STEWARD, SYSTEM, Actor, system
from shared.kernel.case import Case
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.lifecycle import NEW, Lifecycle, Verb

TRANSITIONS: dict[tuple[str | None, str], str] = {
    (NEW, "open"): "pending",  # 待派遣
    ("pending", "place"): "pending",
    ("pending", "pool"): "pooled",  # 待认领
    ("pending", "assign"): "assigned",  # 已派单
    ("pending", "deliberate"): "deliberating",  # 议事
    ("deliberating", "decide"): "pending",
    ("pooled", "claim"): "assigned",
    ("pooled", "assign"): "assigned",
    ("assigned", "accept"): "accepted",  # 接单
    ("assigned", "return"): "pending",
    ("accepted", "start"): "in_progress",
    ("in_progress", "suspend"): "suspended",  # 挂账
    ("suspended", "resume"): "in_progress",
    ("in_progress", "complete"): "completed",
    ("completed", "verify"): "verified",
    ("completed", "rework"): "reworking",  # 返工
    ("verified", "rework"): "reworking",
    ("closed", "rework"): "reworking",
    ("reworking", "accept"): "accepted",
    ("reworking", "assign"): "assigned",
    ("completed", "close"): "closed",
    ("verified", "close"): "closed",
    ("pending", "cancel"): "cancelled",
    ("pooled", "cancel"): "cancelled",
    ("deliberating", "cancel"): "cancelled",
    ("assigned", "cancel"): "cancelled",
    ("accepted", "cancel"): "cancelled",
}

VERBS: dict[str, Verb] = {
    "open": Verb(types.ORDER_OPENED, (SYSTEM,)),
    "place": Verb(types.ORDER_PLACED, (DISPATCHER,)),
    "pool": Verb(types.ORDER_POOLED, (SYSTEM, DISPATCHER)),
    "assign": Verb(types.ORDER_ASSIGNED, (SYSTEM, DISPATCHER)),
    "deliberate": Verb(types.DELIBERATION_OPENED, (DISPATCHER,)),
    "decide": Verb(types.DELIBERATION_DECIDED, (DISPATCHER,)),
    "claim": Verb(types.ORDER_CLAIMED, (STEWARD,)),
    "accept": Verb(types.ORDER_ACCEPTED, (STEWARD,)),
    "return": Verb(types.ORDER_RETURNED, (STEWARD,)),
    "start": Verb(types.WORK_STARTED, (STEWARD,)),
    "suspend": Verb(types.WORK_SUSPENDED, (DISPATCHER,)),
    "resume": Verb(types.WORK_RESUMED, (DISPATCHER, SYSTEM)),
    "complete": Verb(types.ORDER_COMPLETED, (STEWARD,)),
    "verify": Verb(types.ORDER_VERIFIED, (INSPECTOR,)),
    "rework": Verb(types.ORDER_REWORKED, (SYSTEM, INSPECTOR, DISPATCHER)),
    "close": Verb(types.ORDER_CLOSED, (SYSTEM,)),
    "cancel": Verb(types.ORDER_CANCELLED, (SYSTEM,)),
}

BEFORE_SERVICE = frozenset(state for (state, verb) in TRANSITIONS if verb == "cancel")
"""States in which a resident may still withdraw: service starts with the work itself."""
HELD = frozenset({"assigned", "accepted", "in_progress", "suspended", "reworking"})
"""States in which an order counts towards its steward's capacity."""
AWAITING_DISPATCHER = frozenset({"pending", "reworking"})
"""States in which an order that nobody holds waits for a person to say who serves."""
AWAITING_RATING = frozenset({"completed", "verified"})

DISPATCH = system("dispatch")


class WorkOrder(Case):
    lifecycle: ClassVar = Lifecycle(TRANSITIONS, VERBS)
    public: ClassVar = frozenset(
        {
            "reporter",
            "category",
            "opened_at",
            "unit",
            "unit_path",
            "assignee",
            "returns",
            "rounds",
            "cancelled_at",
            "closed_at",
        }
    )

    @property
    def rounds(self) -> Sequence[Mapping[str, Any]]:
        rounds: Sequence[Mapping[str, Any]] = self.facts.get("rounds", ())
        return rounds

    @property
    def round(self) -> int:
        return len(self.rounds)

    @property
    def is_before_service(self) -> bool:
        """Never again once a round was served: a rework waits in the same states."""
        return self.round == 1 and self.state in BEFORE_SERVICE

    def open(self, at: datetime, report: Mapping[str, Any], unit_path: Sequence[str], decision: Decision) -> None:
        """Open the order for an accepted report, and send it where the routing decided."""
        facts = {name: report[name] for name in ("reporter", "category", "position") if name in report}
        facts |= {"opened_at": report["accepted_at"], "rounds": [{}], "returns": 0, "why": decision.why}
        self.record("open", DISPATCH, at, facts={**facts, **_place(unit_path)})
        self._send(at, decision)

    def place(self, by: Actor, at: datetime, unit_path: Sequence[str], decision: Decision) -> None:
        """A person says which unit the case belongs to."""
        self.record("place", by, at, facts={**_place(unit_path), "why": decision.why})
        self._send(at, decision)

    def assign(self, by: Actor, at: datetime, steward: str) -> None:
        """Raises Invalid where the order has no unit yet: its place decides who may see it."""
        if not self.facts.get("unit"):
            raise Invalid({"unit": ["The order has no unit yet: place it first."]})
        self.record("assign", by, at, facts={"assignee": steward, "why": {"reason": "by_hand", "by": by.subject}})

    def claim(self, by: Actor, at: datetime) -> None:
        """First wins: whoever comes later meets `assigned`."""
        self.record("claim", by, at, facts={"assignee": by.subject, "why": {"reason": "claimed"}})

    def accept(self, by: Actor, at: datetime) -> None:
        self._only_assignee("accept", by)
        self.record("accept", by, at)

    def hand_back(self, by: Actor, at: datetime, reason: str, decision: Decision) -> None:
        """回退: back to the dispatchers, and never again by itself to the one who returned it."""
        self._only_assignee("return", by)
        facts = {
            "assignee": None,
            "returns": self.facts["returns"] + 1,
            "returned_by": [*self.facts.get("returned_by", []), by.subject],
            "why": decision.why,
        }
        self.record("return", by, at, facts=facts, private={"return_reason": reason})
        self._send(at, decision)

    def start(self, by: Actor, at: datetime) -> None:
        self._only_assignee("start", by)
        self.record("start", by, at, facts=self._this_round(started_at=at))

    def complete(
        self, by: Actor, at: datetime, answer: str, evidence: Sequence[Mapping[str, Any]], needed: Sequence[str]
    ) -> None:
        """A public answer always, and pictures where the category asks for them. Raises Invalid without."""
        self._only_assignee("complete", by)
        missing = [kind for kind in needed if kind not in {item["kind"] for item in evidence}]
        if missing:
            raise Invalid(
                {"evidence": [f"This category needs a picture of the place {kind} the work." for kind in missing]}
            )
        facts = self._this_round(completed_at=at, served_by=by.subject)
        self.record("complete", by, at, facts=facts, private={"answer": answer, "evidence": list(evidence)})

    def rework(self, by: Actor, at: datetime) -> None:
        """返工: the same steward again, in a new round."""
        self.record("rework", by, at, facts=self._next_round(at))

    def rework_supervised(self, at: datetime, unit_path: Sequence[str], decision: Decision) -> None:
        """督办: the second time it goes one level up, to someone else."""
        facts = {
            **self._next_round(at),
            "supervised": True,
            "assignee": None,
            "why": decision.why,
            **_place(unit_path),
        }
        self.record("rework", DISPATCH, at, facts=facts)
        if decision.outcome == ASSIGN:
            self._send(at, decision)

    def cancel(self, at: datetime) -> None:
        self.record("cancel", DISPATCH, at, facts={"cancelled_at": at, "assignee": None})

    def close(self, at: datetime) -> None:
        self.record("close", DISPATCH, at, facts={"closed_at": at})

    def _send(self, at: datetime, decision: Decision) -> None:
        if decision.outcome == ASSIGN:
            self.record("assign", DISPATCH, at, facts={"assignee": decision.assignee, "why": decision.why})
        elif decision.outcome == POOL:
            self.record("pool", DISPATCH, at, facts={"why": decision.why})

    def _next_round(self, at: datetime) -> dict[str, Any]:
        return {"rounds": [*self.rounds, {"reopened_at": at}], "closed_at": None}

    def _this_round(self, **facts: Any) -> dict[str, Any]:
        return {"rounds": [*self.rounds[:-1], {**self.rounds[-1], **facts}]}

    def _only_assignee(self, verb: str, by: Actor) -> None:
        self.lifecycle.next(self.state, verb)
        if self.facts.get("assignee") != by.subject:
            raise Forbidden(verb, by.role, "The order is assigned to another steward.")


def _place(unit_path: Sequence[str]) -> dict[str, Any]:
    return {"unit": unit_path[-1], "unit_path": list(unit_path)} if unit_path else {}
