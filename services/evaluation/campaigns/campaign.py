"""The campaign: from its announcement to its publication, and who has a vote in it. Never what anybody voted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from services.evaluation.campaigns import announcement
from services.evaluation.campaigns.lifecycle import TRANSITIONS, VERBS
from services.evaluation.campaigns.results import Scale, results
from shared.kernel.actor import Actor, system
from shared.kernel.case import Case
from shared.kernel.errors import Forbidden, Gone, IllegalTransition, Invalid
from shared.kernel.lifecycle import Lifecycle

EVALUATION = system("evaluation")
NO_ROLL: dict[str, Any] = {"roll": []}
"""Who could vote is nobody's business any more; how many could stays in `electorate`."""


class Campaign(Case):
    lifecycle: ClassVar = Lifecycle(TRANSITIONS, VERBS)
    public: ClassVar = frozenset()

    def announce(self, by: Actor, at: datetime, origin: str, **announced: Any) -> None:
        """Raises Forbidden for who acts for no unit, Invalid with all that is wrong in the announcement."""
        self.lifecycle.permit("announce", by)
        if by.unit is None:
            raise Forbidden("announce", by.role, "A campaign belongs to a unit: send a token that names yours.")
        announcement.check(announced, at)
        facts = {**announced, "period": _written(announced["period"]), "unit": by.unit, "origin": origin}
        roll = [{"estate": estate, "representatives": voters} for estate, voters in facts.pop("roll").items()]
        facts["electorate"] = [{**entry, "representatives": len(entry["representatives"])} for entry in roll]
        self.record("announce", by, at, facts=facts, private={"roll": roll})

    def open(self, at: datetime) -> None:
        self.record("open", EVALUATION, at)

    def close(self, at: datetime, tally: Sequence[Mapping[str, Any]]) -> None:
        self.record("close", EVALUATION, at, facts={"closed_at": at, "tally": tally})

    def publish(self, by: Actor, at: datetime, scale: Scale) -> None:
        """What is published stays as it is, whatever the scale will be."""
        self.lifecycle.next(self.state, "publish")  # refused before the results, which there may not be yet
        facts = {"published_at": at, "results": self.results(scale)}
        self.record("publish", by, at, facts=facts, private=NO_ROLL)

    def cancel(self, by: Actor, at: datetime, reason: str) -> None:
        self.record("cancel", by, at, facts={"cancelled_at": at}, private={**NO_ROLL, "reason": reason})

    def results(self, scale: Scale) -> list[dict[str, Any]]:
        """As published; before that, as they would be."""
        published: list[dict[str, Any]] | None = self.facts.get("results")
        return published if published is not None else results(self.facts, scale)

    def is_to_open(self, at: datetime) -> bool:
        return self.state == "announced" and bool(at >= self.facts["opens_at"])

    def is_to_close(self, at: datetime) -> bool:
        return self.state == "open" and bool(at >= self.facts["closes_at"])

    def is_on_roll(self, by: Actor) -> bool:
        return self._estate_of(by) is not None

    def subjects_of(self, by: Actor) -> list[str]:
        """Codes of those that the representative has a vote on."""
        estate = self._estate_of(by)
        return [subject["code"] for subject in self.facts["subjects"] if estate in subject["estates"]]

    def require_open(self, at: datetime) -> None:
        """Raises Gone once the vote is over, IllegalTransition where there is none."""
        if self.state in ("announced", "cancelled"):
            raise IllegalTransition(self.state, "vote", self.lifecycle.allowed(self.state))
        if self.state != "open" or self.is_to_close(at):
            raise Gone(self.case_id, self.facts["closes_at"].isoformat())

    def check_ballot(self, by: Actor, subject: str, answers: Mapping[str, str]) -> None:
        """Raises Invalid for an unknown subject or item or a missing answer, Forbidden for another estate's subject."""
        codes = [known["code"] for known in self.facts["subjects"]]
        if subject not in codes:
            raise Invalid({"subject": [f"Is not evaluated here: one of {', '.join(codes)}."]})
        if subject not in (theirs := self.subjects_of(by)):
            raise Forbidden("vote", by.role, f"It does not serve your estate: you vote on {', '.join(theirs)}.")
        items = {item["code"] for item in self.facts["items"]}
        errors = {f"answers.{item}": ["Answer this item too."] for item in sorted(items - answers.keys())}
        errors |= {f"answers.{item}": ["Is not asked here."] for item in sorted(answers.keys() - items)}
        if errors:
            raise Invalid(errors)

    def _estate_of(self, by: Actor) -> str | None:
        found = (entry["estate"] for entry in self.private.get("roll", ()) if by.subject in entry["representatives"])
        return next(found, None)


def _written(period: Mapping[str, date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in period.items()}
