"""What its people do next with a case, told by where the case stands and by the script. Sends nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from shared.contracts.answers import BASICALLY_SATISFIED, DISSATISFIED, SATISFIED
from shared.contracts.catalogue import Category, Kind
from shared.kernel.actor import STEWARD, Actor
from steward.replay.categories import CategoryNames
from steward.replay.columns import Submission
from steward.replay.people import People, Server, resident_of, steward_of
from steward.replay.script import Script

OVER_FOR_GOOD = frozenset({"rejected", "merged", "withdrawn", "closed"})
ANSWER = "已到现场处理完毕。 Dealt with on the spot."
REASON, RESPONSIBLE = "不属于本区职责。 Not a matter of this district.", "上级主管部门 The department above"
PROJECT_TIME = timedelta(days=14)
INFORMATION = "就在门口,白天都有人。 At the entrance; somebody is there all day."
RETURN_REASON = "不在服务范围内。 Outside what I serve."

View = Mapping[str, Any]


class Rest(Enum):
    """Nothing to do: until an event has arrived, or for good as far as the script goes."""

    WAIT = "wait"
    OVER = "over"


@dataclass(frozen=True)
class Move:
    """`part` of the case whose next state the answer will be; it is also where its steps are found."""

    part: str
    verb: str
    by: Actor
    body: Mapping[str, Any]
    is_attempt: bool = False
    """It may be refused, as others act meanwhile: then the next move is another one."""


class Player:
    """All the people of one case."""

    def __init__(
        self,
        submission: Submission,
        script: Script,
        people: People,
        catalogue: Mapping[str, Category],
        names: CategoryNames,
    ) -> None:
        self.submission = submission
        self.resident = resident_of(submission)
        self._script = script
        self._people = people
        self._catalogue = catalogue
        self._names = names
        self._returned_by: set[str] = set()
        self._merges = script.is_merged

    def next_move(self, case: View) -> Move | Rest:
        """`case` as GET /cases/{id} shows it to its resident."""
        report = case["report"]
        if report["state"] in OVER_FOR_GOOD:
            return Rest.OVER
        if self._script.withdraws and report["state"] in ("submitted", "accepted"):
            return self._withdraw(report)
        if report["state"] == "needs_information":
            return Move("report", "add_information", self.resident, {"text": INFORMATION})
        if report["state"] == "submitted":
            return self._judge(report) if report.get("category") else self._sort(report)
        return self._serve(case, case["order"]) if case["order"] else Rest.WAIT

    def _withdraw(self, report: View) -> Move | Rest:
        if report.get("withdrawal_requested_at"):
            return Rest.WAIT
        return Move("report", "withdraw", self.resident, {})

    def _judge(self, report: View) -> Move:
        """Only a person merges; what is something else, or has no open parent any more, is accepted."""
        duplicates = report.get("possible_duplicates")
        if duplicates and self._merges:
            self._merges = False
            return Move("report", "merge", self._people.dispatcher, {"into": duplicates[0]}, is_attempt=True)
        return Move("report", "accept", self._people.dispatcher, {})

    def _sort(self, report: View) -> Move:
        """立案 or 不予受理, by a dispatcher."""
        if self._script.is_rejected:
            body = {"reason": REASON, "responsible": RESPONSIBLE}
            return Move("report", "reject", self._people.dispatcher, body)
        words = f"{report.get('subject', '')} {report['text']}"
        return Move("report", "accept", self._people.dispatcher, {"category": self._names.guess(words)})

    def _serve(self, case: View, order: View) -> Move | Rest:
        move: Move | Rest = Rest.WAIT
        match order["state"]:
            case "pending" | "reworking" if not order.get("assignee"):
                move = self._assign(order) if order.get("unit") else self._place()
            case "pooled":
                move = Move("order", "claim", Actor(self._pick(order), STEWARD), {})
            case "assigned" if self._script.is_returned and not self._returned_by:
                move = self._hand_back(order)
            case "assigned" | "reworking":
                move = Move("order", "accept", steward_of(order), {})
            case "accepted" if self._is_project(order) and not order.get("milestones"):
                move = Move("order", "plan", steward_of(order), {"milestones": [_milestone()]})
            case "accepted":
                move = Move("order", "start", steward_of(order), {})
            case "in_progress" if ahead := _milestones_ahead(order):
                move = Move("order", "reach", steward_of(order), {"number": ahead[0]})
            case "in_progress":
                move = self._complete(order)
            case "completed" if order["rounds"][-1].get("to_verify"):
                move = Move("order", "verify", self._people.inspector, {})
            case "completed" | "verified":
                move = self._rate(case["evaluation"], len(order["rounds"]))
        return move

    def _place(self) -> Move:
        unit = self._script.choose("unit", self._people.places)
        return Move("order", "place", self._people.dispatcher, {"unit": unit})

    def _assign(self, order: View) -> Move:
        return Move("order", "assign", self._people.dispatcher, {"steward": self._pick(order)})

    def _hand_back(self, order: View) -> Move:
        self._returned_by.add(order["assignee"])
        return Move("order", "return", steward_of(order), {"reason": RETURN_REASON})

    def _complete(self, order: View) -> Move:
        taken_at = datetime.now(UTC).isoformat()
        evidence = [
            {"kind": kind, "reference": f"replay/{self.submission.line}/{kind}.jpg", "taken_at": taken_at}
            for kind in self._catalogue[order["category"]].evidence.kinds
        ]
        body = {"answer": self.submission.answer or ANSWER, "evidence": evidence}
        return Move("order", "complete", steward_of(order), body)

    def _is_project(self, order: View) -> bool:
        return self._catalogue[order["category"]].kind is Kind.PROJECT

    def _rate(self, evaluation: View | None, number: int) -> Move | Rest:
        if evaluation is None or evaluation["state"] != "invited" or evaluation["round"] != number:
            return Rest.WAIT
        if not self._script.rates:
            return Rest.OVER
        return Move("evaluation", "rate", self.resident, self._rating(number))

    def _rating(self, number: int) -> Mapping[str, Any]:
        if number <= self._script.unhappy_rounds:
            return {"contacted": True, "resolved": False, "satisfaction": DISSATISFIED, "stars": 1}
        satisfaction, stars = self._script.choose("rating", ((SATISFIED, 5), (SATISFIED, 4), (BASICALLY_SATISFIED, 3)))
        return {"contacted": True, "resolved": True, "satisfaction": satisfaction, "stars": stars}

    def _pick(self, order: View) -> str:
        """Somebody with the skills, who neither returned nor served it, as far as there is such a one."""
        served = {turn["served_by"] for turn in order["rounds"] if "served_by" in turn}
        serving = self._people.who_serves(order["unit"])
        skilled = [server for server in serving if self._catalogue[order["category"]].skills <= server.skills]
        fresh = _without(skilled, served | self._returned_by) or _without(serving, served | self._returned_by)
        return self._script.choose("steward", fresh or serving).subject


def _milestone() -> dict[str, str]:
    return {"name": "完工 Done", "due_at": (datetime.now(UTC) + PROJECT_TIME).isoformat()}


def _milestones_ahead(order: View) -> list[int]:
    return [one["number"] for one in order.get("milestones", ()) if "reached_at" not in one]


def _without(servers: Sequence[Server], excluded: set[str]) -> Sequence[Server]:
    return [server for server in servers if server.subject not in excluded]
