"""The work order on its way through the loop."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from services.dispatch.domain import clocks
from services.dispatch.domain.alarms import schedule, supervisor
from services.dispatch.domain.clocks import Terms, Timetable
from services.dispatch.domain.lifecycle import AT_WORK, BEFORE_SERVICE, PAUSED, TRANSITIONS, VERBS
from services.dispatch.organisation.stewards import Steward
from services.dispatch.routing.choice import POOL, WAIT, Decision
from shared.kernel.actor import Actor, system
from shared.kernel.case import Case
from shared.kernel.errors import Forbidden, Invalid, Taken
from shared.kernel.lifecycle import Lifecycle

DISPATCH = system("dispatch")


class WorkOrder(Case):
    """`timetable` is what its clocks go by; whoever steps an order sets it first."""

    lifecycle: ClassVar = Lifecycle(TRANSITIONS, VERBS)
    public: ClassVar = frozenset(
        {
            "reporter",
            "followers",
            "category",
            "opened_at",
            "unit",
            "unit_path",
            "assignee",
            "serving",
            "dispatched_at",
            "due_at",
            "returns",
            "transfers",
            "extensions",
            "rounds",
            "cancelled_at",
            "closed_at",
        }
    )
    timetable: Timetable

    @property
    def terms(self) -> Terms:
        return self.timetable.categories[self.facts["category"]]

    @property
    def rounds(self) -> Sequence[Mapping[str, Any]]:
        rounds: Sequence[Mapping[str, Any]] = self.facts.get("rounds", ())
        return rounds

    @property
    def round(self) -> int:
        return len(self.rounds)

    @property
    def unit_path(self) -> Sequence[str]:
        """From the district down; empty while its place is unknown."""
        path: Sequence[str] = self.facts.get("unit_path", ())
        return path

    @property
    def holders(self) -> list[str]:
        """The steward who has it, if any."""
        assignee = self.facts.get("assignee")
        return [assignee] if assignee else []

    @property
    def is_before_service(self) -> bool:
        """Never again once a round was served: a rework waits in the same states."""
        return self.round == 1 and self.state in BEFORE_SERVICE

    def record(
        self,
        verb: str,
        by: Actor,
        at: datetime,
        *,
        facts: Mapping[str, Any] | None = None,
        private: Mapping[str, Any] | None = None,
    ) -> None:
        """With every event the clocks move on, so that no verb can forget to stop or restart one."""
        self.lifecycle.permit(verb, by)
        state = self.lifecycle.next(self.state, verb)
        known = {**self.facts, **(facts or {})}
        told = {**(facts or {}), **_lapsed(state, known), **self._time(state, known, at)}
        super().record(verb, by, at, facts=told, private=private)

    def open(self, at: datetime, report: Mapping[str, Any], unit_path: Sequence[str], decision: Decision) -> None:
        """Open the order for an accepted report, and send it where the routing decided."""
        facts = {name: report[name] for name in ("reporter", "category", "position") if name in report}
        facts |= {"opened_at": report["accepted_at"], "rounds": [{}], "returns": 0, **why_it_waits(decision)}
        if self.timetable.categories[report["category"]].kind == "dispute":
            facts["confidential"] = True
        if position := report.get("position"):
            facts["point"] = {"type": "Point", "coordinates": [position["lon"], position["lat"]]}
        self.record("open", DISPATCH, at, facts={**facts, **_place(unit_path)})
        self.send(at, decision)

    def place(self, by: Actor, at: datetime, unit_path: Sequence[str], decision: Decision) -> None:
        """A person says which unit the case belongs to."""
        self.record("place", by, at, facts={**_place(unit_path), **why_it_waits(decision)})
        self.send(at, decision)

    def assign(self, by: Actor, at: datetime, steward: Steward) -> None:
        """Raises Invalid where the order has no unit yet, as its place decides who may see it, or is a wish."""
        if not self.unit_path:
            raise Invalid({"unit": ["The order has no unit yet: place it first."]})
        self._give(by, at, steward, {"reason": "by_hand", "by": by.subject})

    def claim(self, by: Actor, at: datetime, steward: Steward) -> None:
        """First wins: whoever comes later is told, by Taken, who was."""
        if self.facts.get("assignee"):
            raise Taken(self.case_id, self.facts["assignee"])
        self.record("claim", by, at, facts=self._given(at, steward, {"reason": "claimed"}))

    def accept(self, by: Actor, at: datetime) -> None:
        self.only_assignee("accept", by)
        self.record("accept", by, at)

    def hand_back(self, by: Actor, at: datetime, reason: str, ground: str, decision: Decision) -> None:
        """回退: back to the dispatchers, and never again by itself to the one who returned it."""
        self.only_assignee("return", by)
        facts = {
            "assignee": None,
            "returns": self.facts["returns"] + 1,
            "returned_by": [*self.facts.get("returned_by", []), by.subject],
            "return_ground": ground,
            **why_it_waits(decision),
        }
        self.record("return", by, at, facts=facts, private={"return_reason": reason})
        self.send(at, decision)

    def transfer(self, by: Actor, at: datetime, reason: str, unit_path: Sequence[str], decision: Decision) -> None:
        """转派: taken from its steward for somebody else, in this unit or another."""
        facts = {
            "assignee": None,
            "transfers": self.facts.get("transfers", 0) + 1,
            "transferred_from": [*self.facts.get("transferred_from", []), *self.holders],
            **why_it_waits(decision),
            **_place(unit_path),
        }
        self.record("transfer", by, at, facts=facts, private={"transfer_reason": reason})
        self.send(at, decision)

    def start(self, by: Actor, at: datetime) -> None:
        self.only_assignee("start", by)
        self.record("start", by, at, facts=self.this_round(started_at=at))

    def rework(self, by: Actor, at: datetime, reason: str | None = None, stars: int | None = None) -> None:
        """返工: the same steward again, in a new round."""
        facts = self._next_round(at) | ({"stars": stars} if stars else {})
        self.record("rework", by, at, facts=facts, private={"rework_reason": reason} if reason else None)

    def rework_supervised(
        self, at: datetime, unit_path: Sequence[str], decision: Decision, stars: int | None = None
    ) -> None:
        """督办: the second time it goes one level up, to someone else."""
        facts = {
            **self._next_round(at),
            **({"stars": stars} if stars else {}),
            "supervised": True,
            "supervisor": supervisor(unit_path, self.facts.get("supervisor")),
            "assignee": None,
            **why_it_waits(decision),
            **_place(unit_path),
        }
        self.record("rework", DISPATCH, at, facts=facts)
        self.send(at, decision)

    def cancel(self, at: datetime) -> None:
        self.record("cancel", DISPATCH, at, facts={"cancelled_at": at, "assignee": None})

    def close(self, at: datetime, stars: int | None = None) -> None:
        self.record("close", DISPATCH, at, facts={"closed_at": at} | ({"stars": stars} if stars else {}))

    def send(self, at: datetime, decision: Decision) -> None:
        """To whom the routing or a person chose, or to the pool; else it waits for a dispatcher.

        Raises Invalid where a person chose somebody for a wish.
        """
        if decision.steward:
            self._give(DISPATCH, at, decision.steward, decision.why)
        elif decision.outcome == POOL:
            facts = {"assignee": None, "why": decision.why, "route_again_at": decision.again_at}
            self.record("pool", DISPATCH, at, facts=facts)

    def is_out_of_date(self, at: datetime) -> bool:
        """Whether limits or calendar have changed since its deadlines were computed."""
        return bool(self._time(str(self.state), self.facts, at))

    def follow(self, at: datetime, followers: Sequence[str]) -> None:
        """Who reported the same: they see the order, and rate it too."""
        self.record("follow", DISPATCH, at, facts={"followers": list(followers)})

    def this_round(self, **facts: Any) -> dict[str, Any]:
        return {"rounds": [*self.rounds[:-1], {**self.rounds[-1], **facts}]}

    def only_assignee(self, verb: str, by: Actor) -> None:
        """Raises IllegalTransition, or Forbidden for everyone but the steward who holds the order."""
        self.lifecycle.next(self.state, verb)
        if self.facts.get("assignee") != by.subject:
            raise Forbidden(verb, by.role, "The order is assigned to another steward.")

    def _give(self, by: Actor, at: datetime, steward: Steward, why: Mapping[str, Any]) -> None:
        if self.terms.kind == "wish":
            raise Invalid({"steward": ["A wish is claimed from the pool, never assigned."]})
        self.record("assign", by, at, facts=self._given(at, steward, why))

    def _given(self, at: datetime, steward: Steward, why: Mapping[str, Any]) -> dict[str, Any]:
        """`serving` outlasts the assignee, and tells who it was also after they have left or moved on."""
        return {
            "assignee": steward.subject,
            "assigned_at": at,
            "dispatched_at": self.facts.get("dispatched_at", at),
            "serving": {
                "steward": steward.subject,
                "unit": steward.unit,
                "partner_kind": steward.partner_kind.value,
            },
            "why": why,
        }

    def _next_round(self, at: datetime) -> dict[str, Any]:
        return {"rounds": [*self.rounds, {"reopened_at": at}], "closed_at": None, **self.kept_again}

    def _time(self, state: str, facts: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """What of the clocks and deadlines is different once the order is in `state` with these facts."""
        begun = facts["opened_at"] if self.state is None else at
        moved = clocks.move(
            clocks.read(facts),
            clocks.of_round(facts["rounds"][-1]),
            state,
            begun,
            new_round=len(facts["rounds"]) > self.round,
            new_holder=facts.get("assignee") != self.facts.get("assignee"),
        )
        told: dict[str, Any] = {"clocks": {name: clock.facts for name, clock in moved.items()}}
        told |= schedule(self.timetable, state, facts, moved)
        return {name: value for name, value in told.items() if value != facts.get(name)}


def why_it_waits(decision: Decision) -> dict[str, Any]:
    """Where the order goes on to a steward or the pool, the event of that says why, and none before it."""
    return {"why": decision.why} if decision.outcome == WAIT else {}


def _lapsed(state: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """A request for an extension is made by who is at work, and lapses with it: the next one asks anew."""
    is_at_work = state in (*AT_WORK, *PAUSED)
    return {"extension_asked_at": None} if facts.get("extension_asked_at") and not is_at_work else {}


def _place(unit_path: Sequence[str]) -> dict[str, Any]:
    return {"unit": unit_path[-1], "unit_path": list(unit_path)} if unit_path else {}
