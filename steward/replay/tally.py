"""What became of the reports: counted from the cases as they stand at the end."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from shared.contracts import event_types as types
from steward.replay.journey import Outcome
from steward.replay.player import View

FINALS = ("closed", "expired", "rejected", "withdrawn", "merged", "open")
"""A report is in exactly one of them. `closed` was rated, `expired` closed unrated."""


@dataclass(frozen=True, slots=True)
class Stage:
    """From the last of the `begins` before it to the first of the `ends`."""

    name_zh: str
    name_en: str
    begins: tuple[str, ...]
    ends: tuple[str, ...]

    def milliseconds(self, timeline: Sequence[Mapping[str, Any]]) -> float | None:
        """None where the case did not go through it."""
        end = min((_at(entry) for entry in timeline if entry["event"] in self.ends), default=None)
        if end is None:
            return None
        began = max(
            (at for entry in timeline if entry["event"] in self.begins and (at := _at(entry)) <= end), default=None
        )
        return None if began is None else (end - began).total_seconds() * 1000


STAGES = (
    Stage("上报→立案", "reported → accepted", (types.REPORT_SUBMITTED,), (types.REPORT_ACCEPTED,)),
    Stage("上报→派单", "reported → assigned", (types.REPORT_SUBMITTED,), (types.ORDER_ASSIGNED, types.ORDER_CLAIMED)),
    Stage("派单→办结", "assigned → completed", (types.ORDER_ASSIGNED, types.ORDER_CLAIMED), (types.ORDER_COMPLETED,)),
    Stage("办结→邀评", "completed → invited", (types.ORDER_COMPLETED,), (types.RATING_INVITED,)),
    Stage("评价→结案", "rated → closed", (types.CASE_RATED, types.RATING_EXPIRED), (types.REPORT_CLOSED,)),
)


@dataclass
class Tally:
    """`unaccounted`: line and case of every report whose end is not known, and of those that got stuck."""

    rows: int
    bad_rows: int
    seconds: float
    retries: int
    reported: int = 0
    accepted: int = 0
    finals: Counter[str] = field(default_factory=Counter)
    reworked: int = 0
    returned: int = 0
    stages: dict[str, list[float]] = field(default_factory=lambda: {stage.name_en: [] for stage in STAGES})
    unaccounted: list[str] = field(default_factory=list)

    def count(self, outcomes: Iterable[Outcome], views: Mapping[str, View]) -> None:
        for outcome in outcomes:
            if outcome.trouble:
                self.unaccounted.append(f"{outcome.line}: {outcome.case_id or '-'}: {outcome.trouble}")
            if outcome.case_id is None:
                continue
            self.reported += 1
            if view := views.get(outcome.case_id):
                self._count(view)
            elif not outcome.trouble:
                self.unaccounted.append(f"{outcome.line}: {outcome.case_id}: acknowledged, but cannot be read")

    def _count(self, view: View) -> None:
        self.finals[final_of(view)] += 1
        if view["report"]["state"] == "merged":
            return  # what is shown with it happened to its parent, and is counted there
        events = Counter(entry["event"] for entry in view["timeline"])
        self.accepted += events[types.REPORT_ACCEPTED]
        self.reworked += bool(events[types.ORDER_REWORKED])
        self.returned += bool(events[types.ORDER_RETURNED])
        for stage in STAGES:
            if (taken := stage.milliseconds(view["timeline"])) is not None:
                self.stages[stage.name_en].append(taken)

    @property
    def adds_up(self) -> bool:
        return self.reported == self.finals.total() and not self.unaccounted

    @property
    def cases_per_second(self) -> float:
        return self.reported / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """Milliseconds and seconds; `stages` as percentiles."""
        return {
            "rows": self.rows,
            "bad_rows": self.bad_rows,
            "reported": self.reported,
            "accepted": self.accepted,
            **{final: self.finals[final] for final in FINALS},
            "reworked": self.reworked,
            "returned": self.returned,
            "stages": {
                name: {"count": len(taken), "p50": percentile(taken, 50), "p99": percentile(taken, 99)}
                for name, taken in self.stages.items()
            },
            "retries": self.retries,
            "seconds": round(self.seconds, 3),
            "cases_per_second": round(self.cases_per_second, 2),
            "unaccounted": self.unaccounted,
        }


def final_of(view: View) -> str:
    state = view["report"]["state"]
    if state == "closed" and view["evaluation"]["state"] == "expired":
        return "expired"
    return state if state in FINALS else "open"


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest rank; None of nothing."""
    ranked = sorted(values)
    return round(ranked[max(ceil(len(ranked) * share / 100), 1) - 1], 1) if ranked else None


def _at(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"])
