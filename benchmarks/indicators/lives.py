"""What becomes of a case: told to the real evaluation, so that its document is one that the service could have written.

All cases are reported on one day; `stamps` spreads them over the years.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from benchmarks.indicators.district import District
from services.evaluation.domain import lateness
from services.evaluation.domain.appeal import appeal, review
from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.following import follow
from services.evaluation.domain.terms import Terms
from services.evaluation.indicators.cells import counted
from services.evaluation.indicators.periods import Periods
from shared.contracts.answers import BASICALLY_SATISFIED, DISSATISFIED, SATISFIED
from shared.contracts.topology import DISPATCH, INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor
from shared.kernel.case import Notice
from shared.runtime.documents import event_to_document

DAY = datetime(2025, 1, 1, tzinfo=UTC) - timedelta(hours=8)
"""When the day begins in Beijing on which all is reported."""
CASE, ALIAS = "0" * 8 + "-0000-7000-8000-" + "0" * 12, "0" * 32
"""Places for an id and a pseudonym."""
TERMS = Terms(timedelta(days=3), timedelta(days=7), lambda _: ALIAS)
MILLISECOND = timedelta(milliseconds=1)
REVIEWERS = [Actor(f"reviewer-{number}", DISPATCHER, "district") for number in range(2)]
ROUNDS = 3

VOID, OPEN, UNRATED, UNHAPPY, EXEMPT, FOLLOWED, RETURNED, EXTENDED = 0.06, 0.02, 0.3, 0.08, 0.02, 0.05, 0.05, 0.04
"""Which share of the cases, or of the answers, goes that way."""


def document(district: District, random: Random, periods: Periods) -> dict[str, Any]:
    """After its whole life, and counted."""
    life = _Life(district, random)
    life.run()
    case = life.case
    history = [event_to_document(event) for event in case.history]
    kept = {"private": case.private, "inbox": case.inbox, "history": history}
    told = {"_id": CASE, "state": case.state, "version": case.version, **case.facts, **kept}
    return {**told, "counted": counted(case.state, case.facts, periods)}


@dataclass
class _Life:
    district: District
    random: Random
    case: Evaluation = field(default_factory=lambda: Evaluation(CASE))

    def run(self) -> None:
        """Reported; rejected, or served and rated, again where it was not well done."""
        self.at = DAY + timedelta(days=1) * self.random.random()
        self.path = self.district.path(self.random)
        self.category = self.district.category(self.random)
        self.reporter = f"resident-{self.random.randrange(100_000)}"
        self._hear(INTAKE, "submitted", self._report())
        self._later(2)
        if self._chance(VOID):
            self._hear(INTAKE, self.random.choice(("rejected", "merged")), self._report())
            return
        self._open()
        while self._serve() and self.case.state == "expected" and len(self.rounds) < ROUNDS:
            self.rounds.append({})
        if self.case.state in ("invited", "rated"):
            self.at = self.case.facts["due_at"]
            self.case.end_window(self.at)
        if self.case.state in ("settled", "expired") and self._chance(EXEMPT):
            self._appeal()

    def _open(self) -> None:
        self.rounds: list[dict[str, Any]] = [{}]
        self.serving = self.district.serving(self.path, self.random)
        self.order: dict[str, Any] = {
            "reporter": self.reporter,
            "followers": ["resident-too"] if self._chance(FOLLOWED) else [],
            "category": self.category,
            "opened_at": self.at,
            "unit": self.path[-1],
            "unit_path": self.path,
            "dispatched_at": self.at,
            "serving": self.serving,
            "returns": int(self._chance(RETURNED)),
            "transfers": int(self._chance(RETURNED)),
            "extensions": int(self._chance(EXTENDED)),
        }

    def _serve(self) -> bool:
        """Whether it was done. Whoever is asked for an answer then may give one."""
        began, due_at = self.at, self.at + timedelta(days=2)
        self._hear(DISPATCH, "assigned", {**self.order, "rounds": [*self.rounds], "due_at": due_at})
        if self._chance(OPEN):
            self.at = due_at
            lateness.notice(self.case, self.at)
            return False
        self._later(12)
        if self.at > due_at:
            lateness.notice(self.case, self.at)
        handling = int((self.at - began).total_seconds())
        done = {"completed_at": self.at, "served_by": self.serving["steward"], "handling": handling}
        self.rounds[-1] = {**done, "due_at": due_at, "in_time": self.at <= due_at}
        self._hear(DISPATCH, "completed", {**self.order, "rounds": [*self.rounds], "due_at": None})
        self._rate()
        return True

    def _rate(self) -> None:
        for rater in sorted(self.case.awaited):
            if self.case.state in ("invited", "rated") and not self._chance(UNRATED):
                self._later(4)
                if not self.case.is_due(self.at):
                    self.case.rate(Actor(rater, RESIDENT), self.at, words="示例评语", **self._answers())

    def _answers(self) -> dict[str, Any]:
        if self._chance(UNHAPPY):
            return {"contacted": self._chance(0.7), "resolved": False, "satisfaction": DISSATISFIED, "stars": 1}
        verdict = BASICALLY_SATISFIED if self._chance(0.1) else SATISFIED
        return {"contacted": self._chance(0.97), "resolved": True, "satisfaction": verdict, "stars": 5}

    def _appeal(self) -> None:
        self._later(12)
        appeal(self.case, Actor("sample-dispatcher", DISPATCHER), self.at, TERMS.appeal_window, "other", "示例理由")
        for reviewer in REVIEWERS:
            self._later(12)
            review(self.case, reviewer, self.at, True, "示例理由")

    def _report(self) -> dict[str, Any]:
        known = {"reporter": self.reporter, "reported_at": self.case.facts.get("reported_at", self.at)}
        return {**known, "category": self.category, "unit_path": self.path}

    def _hear(self, source: str, state: str, snapshot: dict[str, Any]) -> None:
        sequence = self.case.inbox.get(source, 0) + 1
        notice = Notice(source, CASE, sequence, "Any", state, self.at, snapshot)
        self.case.hear(notice)
        follow(self.case, notice, self.at, TERMS)

    def _later(self, hours: float) -> None:
        """So many on average; no more precise than the database."""
        later = self.at + timedelta(hours=hours) * self.random.expovariate(1)
        self.at = later.replace(microsecond=later.microsecond // 1000 * 1000)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share
