"""The report: what may happen to it, and who may make it happen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from services.intake.triage import Action, Verdict
from shared.contracts import event_types as types
from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD, SYSTEM, Actor, system
from shared.kernel.case import Case, Notice
from shared.kernel.errors import Invalid, UnknownCase
from shared.kernel.lifecycle import NEW, Lifecycle, Verb

TRANSITIONS: dict[tuple[str | None, str], str] = {
    (NEW, "submit"): "submitted",
    ("submitted", "accept"): "accepted",  # 立案
    ("submitted", "ask"): "needs_information",
    ("submitted", "reject"): "rejected",  # 不予受理
    ("submitted", "merge"): "merged",
    ("submitted", "withdraw"): "withdrawn",
    ("needs_information", "add_information"): "submitted",
    ("needs_information", "withdraw"): "withdrawn",
    ("accepted", "request_withdrawal"): "accepted",  # dispatch decides: service may have started
    ("accepted", "withdraw"): "withdrawn",
    ("accepted", "start_service"): "in_service",
    ("in_service", "serve"): "served",
    ("served", "close"): "closed",
    ("served", "reopen"): "in_service",
    ("closed", "reopen"): "in_service",
    ("merged", "unmerge"): "submitted",
}

OPEN = ("submitted", "needs_information", "accepted", "in_service", "served")
LEADING = (*OPEN, "closed")
"""States in which a report can have others merged into it 并案."""
ENDED = ("rejected", "withdrawn")
"""States in which it cannot any more: what was merged into it is let go."""

OVER = ("closed", *ENDED)
"""States that nothing leads on from by itself: after a while the personal data go."""

TRANSITIONS |= {(state, "follow"): state for state in LEADING}
TRANSITIONS |= {(state, "unfollow"): state for state in (*LEADING, *ENDED)}
TRANSITIONS |= {(state, "erase"): state for state in (*OVER, "merged")}
TRANSITIONS |= {(state, verb): state for verb in ("hide", "unhide") for state in (*OPEN, *OVER, "merged")}

VERBS: dict[str, Verb] = {
    "submit": Verb(types.REPORT_SUBMITTED, (RESIDENT, STEWARD, DISPATCHER)),
    "accept": Verb(types.REPORT_ACCEPTED, (DISPATCHER, SYSTEM)),
    "ask": Verb(types.INFORMATION_REQUESTED, (DISPATCHER, SYSTEM)),
    "reject": Verb(types.REPORT_REJECTED, (DISPATCHER, SYSTEM)),
    "merge": Verb(types.REPORT_MERGED, (DISPATCHER,)),
    "unmerge": Verb(types.REPORT_UNMERGED, (DISPATCHER, SYSTEM)),
    "follow": Verb(types.REPORT_FOLLOWED, (SYSTEM,)),
    "unfollow": Verb(types.REPORT_UNFOLLOWED, (SYSTEM,)),
    "add_information": Verb(types.INFORMATION_ADDED, (RESIDENT, STEWARD, DISPATCHER)),
    "request_withdrawal": Verb(types.WITHDRAWAL_REQUESTED, (RESIDENT,)),
    "withdraw": Verb(types.REPORT_WITHDRAWN, (RESIDENT, SYSTEM)),
    "start_service": Verb(types.SERVICE_STARTED, (SYSTEM,)),
    "serve": Verb(types.REPORT_SERVED, (SYSTEM,)),
    "reopen": Verb(types.REPORT_REOPENED, (SYSTEM,)),
    "close": Verb(types.REPORT_CLOSED, (SYSTEM,)),
    "hide": Verb(types.REPORT_HIDDEN, (DISPATCHER,)),
    "unhide": Verb(types.REPORT_UNHIDDEN, (DISPATCHER,)),
    "erase": Verb(types.REPORT_ERASED, (SYSTEM,)),
}

INTAKE = system("intake")


def words_of(private: Mapping[str, Any]) -> str:
    """All that its reporter has said of it."""
    said = (private.get("subject"), private.get("text"), *private.get("information", ()))
    return "\n".join(words for words in said if words)


class Report(Case):
    lifecycle: ClassVar = Lifecycle(TRANSITIONS, VERBS)
    public: ClassVar = frozenset(
        {
            "reporter",
            "followers",
            "category",
            "position",
            "unit_path",
            "reported_at",
            "accepted_at",
            "withdrawal_requested_at",
            "channel",
            "entered_by",
            "hidden_at",
            "erased_at",
            "pictures",
        }
    )

    def submit(
        self, by: Actor, at: datetime, facts: Mapping[str, Any], private: Mapping[str, Any], verdict: Verdict
    ) -> None:
        """`facts`: category and position where known, channel, the reporter unless it is `by`.

        `private`: words, address and contact.
        """
        known = {"reporter": by.subject, "reported_at": at, "round": 1, **facts}
        self._sort("submit", by, at, known, private, verdict)

    def add_information(
        self, by: Actor, at: datetime, facts: Mapping[str, Any], private: Mapping[str, Any], verdict: Verdict | None
    ) -> None:
        """`verdict`: None where a person asked, as then a person decides."""
        if verdict:
            self._sort("add_information", by, at, facts, private, verdict)
        else:
            self.record("add_information", by, at, facts=facts, private=private)

    def _sort(
        self, verb: str, by: Actor, at: datetime, facts: Mapping[str, Any], private: Mapping[str, Any], verdict: Verdict
    ) -> None:
        """The verdict is kept, so that everybody sees why the report went the way it did."""
        triaged: dict[str, Any] = {"triage": {"rule": verdict.rule, "action": verdict.action.value}}
        if verdict.action is Action.ASK:
            triaged["asked"] = [*self.facts.get("asked", ()), verdict.rule]
        advice = {"advice": verdict.message} if verdict.action is Action.PERSON and verdict.message else {}
        self.record(verb, by, at, facts={**facts, **triaged}, private={**private, **advice})
        match verdict.action:
            case Action.ACCEPT:
                self.record("accept", INTAKE, at, facts={"accepted_at": at})
            case Action.ASK:
                self.ask(INTAKE, at, verdict.message)
            case Action.REJECT:
                self.reject(INTAKE, at, verdict.message, verdict.responsible)

    def accept(self, by: Actor, at: datetime, category: str | None = None) -> None:
        """Raises Invalid where neither the report nor the dispatcher says the category."""
        chosen = category or self.facts.get("category")
        if not chosen:
            raise Invalid({"category": ["The report has none yet: name one of the catalogue."]})
        self.record("accept", by, at, facts={"category": chosen, "accepted_at": at})

    def reject(self, by: Actor, at: datetime, reason: str, responsible: str) -> None:
        """A rejection names its reason and who is responsible instead."""
        rejection = {"reason": reason, "responsible": responsible}
        self.record("reject", by, at, facts={"ended_at": at}, private={"rejection": rejection})

    def ask(self, by: Actor, at: datetime, question: str) -> None:
        self.record("ask", by, at, private={"question": question})

    def withdraw(self, by: Actor, at: datetime) -> None:
        """Before acceptance at once; after it dispatch decides, as service may have started unheard."""
        if self.state != "accepted":
            self.record("withdraw", by, at, facts={"ended_at": at})
        elif "withdrawal_requested_at" not in self.facts:
            self.record("request_withdrawal", by, at, facts={"withdrawal_requested_at": at})

    @property
    def is_hidden(self) -> bool:
        return self.facts.get("hidden_at") is not None

    def hide(self, by: Actor, at: datetime, reason: str) -> None:
        """隐藏: other residents do not see its words and pictures any more; its reporter and the staff do, and why."""
        if not self.is_hidden:
            self.record("hide", by, at, facts={"hidden_at": at}, private={"hidden_because": reason})

    def unhide(self, by: Actor, at: datetime) -> None:
        if self.is_hidden:
            self.record("unhide", by, at, facts={"hidden_at": None}, private={"hidden_because": None})

    @property
    def was_asked_by_rule(self) -> bool:
        return bool(self.facts.get("triage", {}).get("action") == Action.ASK)

    @property
    def children(self) -> Mapping[str, str]:
        """Case id → reporter of every report that is merged into this one."""
        children: Mapping[str, str] = self.facts.get("children", {})
        return children

    def merge(self, by: Actor, at: datetime, into: str) -> None:
        """并案. Raises Invalid where others are merged into this one: a parent has no parent."""
        if self.children:
            raise Invalid({"into": ["Other reports are merged into this one: unmerge them, or merge the other way."]})
        self.record("merge", by, at, facts={"parent": into})

    def unmerge(self, by: Actor, at: datetime) -> None:
        """It waits again, for a person: the rules had their say."""
        self.record("unmerge", by, at, facts={"parent": None, "unmerged_from": self.facts.get("parent")})

    def follow(self, child: str, reporter: str, at: datetime) -> None:
        """The child's reporter hears from now on all that this one's does. Raises Invalid where that leads nowhere."""
        if child in self.children:
            return
        if self.state not in LEADING:
            if self.state == "merged":
                raise Invalid({"into": [f"The report is itself merged: merge into {self.facts['parent']} instead."]})
            raise Invalid({"into": [f"The report is {self.state}: merge into an open report instead."]})
        self._lead("follow", {**self.children, child: reporter}, at)

    def unfollow(self, child: str, at: datetime) -> None:
        if child in self.children:
            self._lead("unfollow", {case: reporter for case, reporter in self.children.items() if case != child}, at)

    def _lead(self, verb: str, children: Mapping[str, str], at: datetime) -> None:
        """Who follows is told by whose reports are merged: one person may have sent several, the reporter too."""
        followers = sorted({*children.values()} - {self.facts["reporter"]})
        self.record(verb, INTAKE, at, facts={"children": children, "followers": followers})

    def follow_order(self, notice: Notice, at: datetime) -> None:
        """Catch up with the work order, through every state on the way, however many notices were missed.

        Raises UnknownCase where there is no such report.
        """
        if self.state is NEW:
            raise UnknownCase(self.case_id)
        order = notice.snapshot
        if order.get("cancelled_at") and self.state == "accepted":
            self.record("withdraw", INTAKE, at, facts={"ended_at": order["cancelled_at"]})
        for number, turn in enumerate(order["rounds"], start=1):
            self._follow_round(number, turn, at)
        if order.get("closed_at") and self.state == "served":
            closed = {"closed_at": order["closed_at"], "ended_at": order["closed_at"]}
            self.record("close", INTAKE, at, facts=closed)

    def _follow_round(self, number: int, turn: Mapping[str, Any], at: datetime) -> None:
        if number > self.facts["round"]:
            facts = {"round": number, "closed_at": None, "ended_at": None, **self.kept_again}
            self.record("reopen", INTAKE, at, facts=facts)
        if number < self.facts["round"]:
            return
        if turn.get("started_at") and self.state == "accepted":
            self.record("start_service", INTAKE, at)
        if turn.get("completed_at") and self.state == "in_service":
            self.record("serve", INTAKE, at, facts={"served_at": turn["completed_at"]})
