"""The report: what may happen to it, and who may make it happen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from shared.contracts import event_types as types
from shared.kernel.actor import DISPATCHER, RESIDENT, SYSTEM, Actor, system
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
}

VERBS: dict[str, Verb] = {
    "submit": Verb(types.REPORT_SUBMITTED, (RESIDENT,)),
    "accept": Verb(types.REPORT_ACCEPTED, (DISPATCHER, SYSTEM)),
    "ask": Verb(types.INFORMATION_REQUESTED, (DISPATCHER,)),
    "reject": Verb(types.REPORT_REJECTED, (DISPATCHER,)),
    "merge": Verb(types.REPORT_MERGED, (DISPATCHER,)),
    "add_information": Verb(types.INFORMATION_ADDED, (RESIDENT,)),
    "request_withdrawal": Verb(types.WITHDRAWAL_REQUESTED, (RESIDENT,)),
    "withdraw": Verb(types.REPORT_WITHDRAWN, (RESIDENT, SYSTEM)),
    "start_service": Verb(types.SERVICE_STARTED, (SYSTEM,)),
    "serve": Verb(types.REPORT_SERVED, (SYSTEM,)),
    "reopen": Verb(types.REPORT_REOPENED, (SYSTEM,)),
    "close": Verb(types.REPORT_CLOSED, (SYSTEM,)),
}

INTAKE = system("intake")


class Report(Case):
    lifecycle: ClassVar = Lifecycle(TRANSITIONS, VERBS)
    public: ClassVar = frozenset(
        {"reporter", "category", "position", "reported_at", "accepted_at", "withdrawal_requested_at"}
    )

    def submit(self, by: Actor, at: datetime, facts: Mapping[str, Any], private: Mapping[str, Any]) -> None:
        """`facts`: category and position where known, channel. `private`: words, address and contact."""
        known = {"reporter": by.subject, "reported_at": at, "round": 1, **facts}
        self.record("submit", by, at, facts=known, private=private)

    def accept_if_certain(self, at: datetime) -> None:
        """立案 without a person, where the rules are sure: the resident named the category."""
        if self.facts.get("category"):
            self.record("accept", INTAKE, at, facts={"accepted_at": at})

    def accept(self, by: Actor, at: datetime, category: str | None = None) -> None:
        """Raises Invalid where neither the report nor the dispatcher says the category."""
        chosen = category or self.facts.get("category")
        if not chosen:
            raise Invalid({"category": ["The report has none yet: name one of the catalogue."]})
        self.record("accept", by, at, facts={"category": chosen, "accepted_at": at})

    def reject(self, by: Actor, at: datetime, reason: str, responsible: str) -> None:
        """A rejection names its reason and who is responsible instead."""
        self.record("reject", by, at, private={"rejection": {"reason": reason, "responsible": responsible}})

    def ask(self, by: Actor, at: datetime, question: str) -> None:
        self.record("ask", by, at, private={"question": question})

    def add_information(self, by: Actor, at: datetime, text: str) -> None:
        self.record("add_information", by, at, private={"information": [*self.private.get("information", []), text]})

    def withdraw(self, by: Actor, at: datetime) -> None:
        """Before acceptance at once; after it dispatch decides, as service may have started unheard."""
        if self.state != "accepted":
            self.record("withdraw", by, at)
        elif "withdrawal_requested_at" not in self.facts:
            self.record("request_withdrawal", by, at, facts={"withdrawal_requested_at": at})

    def follow_order(self, notice: Notice, at: datetime) -> None:
        """Catch up with the work order, through every state on the way, however many notices were missed.

        Raises UnknownCase where there is no such report.
        """
        if self.state is NEW:
            raise UnknownCase(self.case_id)
        order = notice.snapshot
        if order.get("cancelled_at") and self.state == "accepted":
            self.record("withdraw", INTAKE, at)
        for number, turn in enumerate(order["rounds"], start=1):
            self._follow_round(number, turn, at)
        if order.get("closed_at") and self.state == "served":
            self.record("close", INTAKE, at, facts={"closed_at": order["closed_at"]})

    def _follow_round(self, number: int, turn: Mapping[str, Any], at: datetime) -> None:
        if number > self.facts["round"]:
            self.record("reopen", INTAKE, at, facts={"round": number, "closed_at": None})
        if number < self.facts["round"]:
            return
        if turn.get("started_at") and self.state == "accepted":
            self.record("start_service", INTAKE, at)
        if turn.get("completed_at") and self.state == "in_service":
            self.record("serve", INTAKE, at, facts={"served_at": turn["completed_at"]})
