"""The evaluation on its way through the loop: who is asked, what they say, and what follows from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from services.evaluation.domain.lifecycle import OPEN_WINDOW, TRANSITIONS, VERBS
from shared.contracts.answers import DISSATISFIED
from shared.kernel.actor import Actor, system
from shared.kernel.case import Case
from shared.kernel.errors import Forbidden, Gone
from shared.kernel.lifecycle import Lifecycle

AUTOMATIC_REWORKS = 2
"""The second goes one level up under supervision; a third only a person can ask for."""

EVALUATION = system("evaluation")


class Evaluation(Case):
    lifecycle: ClassVar = Lifecycle(TRANSITIONS, VERBS)
    public: ClassVar = frozenset({"round", "stars", "rework_requested_at", "settled_at", "expired_at"})

    def rate(self, by: Actor, at: datetime, words: str | None = None, via: str | None = None, **answers: Any) -> None:
        """One answer per round and reporter, inside the window. Raises Forbidden or Gone.

        `via`: how it came, where it was not by the reporter's own account.
        """
        if by.subject in self.servers:
            raise Forbidden("rate", by.role, "Nobody rates a case that they served.")
        if self.facts.get("expired_at") or self.is_due(at):
            raise Gone(self.case_id, self.facts["due_at"].isoformat())
        if self.state == "rated" and by.subject not in self.awaited:
            raise Forbidden("rate", by.role, "One answer for each time it was served, and yours is given.")
        rating = {**answers, "by": by.subject, "round": self.facts["round"], "at": at}
        rating |= {"via": via} if via else {}
        said = {"words": [*self.private.get("words", []), words]} if words else {}
        facts = {"ratings": [*self.facts.get("ratings", []), rating], "stars": rating["stars"]}
        self.record("rate", by, at, facts=facts, private=said)
        self._conclude(rating, at)

    @property
    def servers(self) -> set[str]:
        """Who served it, in whichever round."""
        return {*self.facts.get("servers", ()), self.facts.get("served_by")} - {None}

    @property
    def raters(self) -> set[str]:
        """Who reported it, and who reported the same; but nobody rates a case that they served."""
        return {self.facts["reporter"], *self.facts.get("followers", ())} - self.servers

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

    @property
    def closed_at(self) -> datetime:
        """Of a case that is closed."""
        closed_at: datetime = self.facts.get("settled_at") or self.facts["expired_at"]
        return closed_at

    def invite(self, turn: Mapping[str, Any], at: datetime, due_at: datetime) -> None:
        """`turn`: the round of the order that is completed. Answers are taken until `due_at`."""
        served = {"served_by": turn["served_by"], "served_at": turn["completed_at"]}
        self.record("invite", EVALUATION, at, facts={**served, "invited_at": at, "due_at": due_at})

    def begin_again(self, number: int, at: datetime) -> None:
        """A person asked for a rework. What was said of earlier rounds stays, but an appeal lapses."""
        verb = "expect_again" if self.state in ("expected", "invited", "rated") else "reopen"
        facts: dict[str, Any] = {"round": number, "settled_at": None, "expired_at": None, **self.kept_again}
        if self.state == "disputed":
            facts["appeal"] = {**self.facts["appeal"], "lapsed_at": at}
        self.record(verb, EVALUATION, at, facts=facts)

    def settle_if_all_answered(self, at: datetime) -> None:
        if self.state == "rated" and not self.awaited:
            self.record("settle", EVALUATION, at, facts={"settled_at": at})

    def _conclude(self, rating: Mapping[str, Any], at: datetime) -> None:
        """One who is not content is enough for a rework; it is settled when all have answered."""
        unhappy = not rating["resolved"] or rating["satisfaction"] == DISSATISFIED
        if unhappy and self.facts["round"] <= AUTOMATIC_REWORKS:
            facts = {"round": self.facts["round"] + 1, "rework_requested_at": at}
            self.record("request_rework", EVALUATION, at, facts=facts)
        else:
            self.settle_if_all_answered(at)
