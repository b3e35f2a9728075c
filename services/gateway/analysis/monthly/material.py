"""All that the report is made of, asked of evaluation at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import eventlet

from services.gateway.analysis.figures import Figures
from services.gateway.analysis.monthly.months import TREND, earlier
from shared.contracts.topology import EVALUATION
from shared.runtime.calls import Calls

YEAR = 12
BREAKDOWNS = ("street", "community", "category", "partner_kind")
EXEMPTIONS = ("applied", "ignored")
"""申诉豁免后, 申诉豁免前: with what granted appeals take out of the figures, and without."""

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Material:
    """Answers of get_indicators by (by, exemptions): the whole district over a year, its parts in the month alone."""

    month: str
    period: Answer
    definitions: Sequence[Mapping[str, Any]]
    answers: Mapping[tuple[str, str], Answer]

    def whole(self, exemptions: str = "applied") -> dict[str, Figures]:
        """Of the district by month; a month in which nothing happened may be missing."""
        return {row["period"]: row for row in self.answers["all", exemptions]["rows"]}

    def parts(self, by: str, exemptions: str = "applied") -> dict[str, Figures]:
        """Of each street, community, … by its code."""
        return {row["of"]: row for row in self.answers[by, exemptions]["rows"]}

    @property
    def uncounted(self) -> int:
        """Cases that changed and are in no figure yet."""
        return max(int(answer["uncounted"]) for answer in self.answers.values())


def gather(calls: Calls, by: Mapping[str, Any], month: str) -> Material:
    """Everything in the form in which it may be published. Raises the service's DomainError."""
    period = eventlet.spawn(calls.call, EVALUATION, "get_statistical_month", by=by, month=month)
    definitions = eventlet.spawn(calls.call, EVALUATION, "list_definitions")
    asked = {
        (which, exemptions): eventlet.spawn(
            calls.call, EVALUATION, "get_indicators", by=by, query=_query(which, exemptions, month)
        )
        for which in ("all", *BREAKDOWNS)
        for exemptions in EXEMPTIONS
    }
    answers = {key: thread.wait() for key, thread in asked.items()}
    return Material(month, period.wait(), definitions.wait(), answers)


def _query(which: str, exemptions: str, month: str) -> dict[str, Any]:
    start = earlier(month, max(YEAR, TREND - 1)) if which == "all" else month
    return {
        "by": which,
        "grain": "month",
        "start": start,
        "end": month,
        "exemptions": exemptions,
        "publish": True,
    }
