"""The evaluation on its way through the loop: who is asked, what they say, and what follows from it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from services.evaluation.domain.lifecycle import OPEN_WINDOW, SERVED_IN, TRANSITIONS, VERBS
from shared.contracts.answers import DISSATISFIED
from shared.kernel.actor import Actor, system
from shared.kernel.case import Case, Notice
from shared.kernel.errors import Forbidden, Gone
from shared.kernel.lifecycle import NEW, Lifecycle

AUTOMATIC_REWORKS = 2
"""The second goes one level up under supervision; a third only a person can ask for."""

EVALUATION = system("evaluation")


class Evaluation(Case):
    lifecycle: ClassVar = Lifecycle(TRANSITIONS, VERBS)
    public: ClassVar = frozenset({"round", "stars", "rework_requested_at", "settled_at", "expired_at"})

    def follow_order(self, notice: Notice, at: datetime, window: timedelta) -> None:
        """Expect the case once its order is open, invite the resident once a round of it is completed."""
        order = notice.snapshot
        if self.state is NEW:
            facts = {name: order[name] for name in ("reporter", "category", "opened_at")}
            self.record("expect", EVALUATION, at, facts={**facts, "round": 1})
        if order.get("cancelled_at") and self.state == "expected":
            self.record("void", EVALUATION, at)
        followers = order.get("followers", [])
        if followers != self.facts.get("followers", []) and self.state in SERVED_IN:
            self.record("follow", EVALUATION, at, facts={"followers": followers})
            self._settle_if_all_answered(at)
        for number, turn in enumerate(order["rounds"], start=1):
            if number > self.facts["round"]:
                self._follow_rework(number, at)
            if number == self.facts["round"] and self.state == "expected" and _is_ready(turn):
                self._invite(order, turn, at, at + window)

    def _follow_rework(self, number: int, at: datetime) -> None:
        """A person asked for it, an inspector or a dispatcher: what was said of earlier rounds stays."""
        verb = "expect_again" if self.state in ("expected", "invited", "rated") else "reopen"
        facts = {"round": number, "settled_at": None, "expired_at": None, **self.kept_again}
        self.record(verb, EVALUATION, at, facts=facts)

    def rate(self, by: Actor, at: datetime, words: str | None = None, **answers: Any) -> None:
        """One answer per round and reporter, inside the window. Raises Forbidden or Gone."""
        if by.subject == self.facts.get("served_by"):
            raise Forbidden("rate", by.role, "Nobody rates a case that they served.")
        if self.state == "expired" or self.is_due(at):
            raise Gone(self.case_id, self.facts["due_at"].isoformat())
        if self.state == "rated" and by.subject not in self.awaited:
            raise Forbidden("rate", by.role, "One answer for each time it was served, and yours is given.")
        rating = {**answers, "by": by.subject, "round": self.facts["round"], "at": at}
        said = {"words": [*self.private.get("words", []), words]} if words else {}
        facts = {"ratings": [*self.facts.get("ratings", []), rating], "stars": rating["stars"]}
        self.record("rate", by, at, facts=facts, private=said)
        self._conclude(rating, at)

    @property
    def raters(self) -> set[str]:
        """Who reported it, and who reported the same; but nobody rates a case that they served."""
        return {self.facts["reporter"], *self.facts.get("followers", ())} - {self.facts.get("served_by")}

    @property
    def awaited(self) -> set[str]:
        """Whose answer in this round is still to come."""
        ratings = (one for one in self.facts.get("ratings", ()) if one["round"] == self.facts["round"])
        answered = {one.get("by", self.facts["reporter"]) for one in ratings}  # once only the reporter could rate
        return self.raters - answered

    def is_due(self, at: datetime) -> bool:
        """Whether the window is over, and not all have answered."""
        return self.state in OPEN_WINDOW and bool(at >= self.facts["due_at"])

    def end_window(self, at: datetime) -> None:
        """With what was answered it is settled; with nothing, the case closes unrated."""
        if self.state == "rated":
            self.record("settle", EVALUATION, at, facts={"settled_at": at})
        else:
            self.record("expire", EVALUATION, at, facts={"expired_at": at})

    def _invite(self, order: Mapping[str, Any], turn: Mapping[str, Any], at: datetime, due_at: datetime) -> None:
        facts = {name: order[name] for name in ("unit", "unit_path") if name in order}
        facts |= {"served_by": turn["served_by"], "served_at": turn["completed_at"]}
        self.record("invite", EVALUATION, at, facts={**facts, "invited_at": at, "due_at": due_at})

    def _conclude(self, rating: Mapping[str, Any], at: datetime) -> None:
        """One who is not content is enough for a rework; it is settled when all have answered."""
        unhappy = not rating["resolved"] or rating["satisfaction"] == DISSATISFIED
        if unhappy and self.facts["round"] <= AUTOMATIC_REWORKS:
            facts = {"round": self.facts["round"] + 1, "rework_requested_at": at}
            self.record("request_rework", EVALUATION, at, facts=facts)
        else:
            self._settle_if_all_answered(at)

    def _settle_if_all_answered(self, at: datetime) -> None:
        if self.state == "rated" and not self.awaited:
            self.record("settle", EVALUATION, at, facts={"settled_at": at})


def _is_ready(turn: Mapping[str, Any]) -> bool:
    """Whether the work is done, and looked at by somebody else where that is asked for."""
    return bool(turn.get("completed_at")) and bool(turn.get("verified_at") or not turn.get("to_verify"))
