"""A case in which everybody says all that can be said: each word planted, and each in its place."""

from datetime import UTC, datetime, timedelta
from typing import Any

from steward.stack import Stack
from tests.support.http import Person, dispatcher, inspector, resident
from tests.support.planting import mark
from tests.support.walk import HAPPY, INSIDE, PICTURES, assigned

LATER = "2030-01-01T00:00:00+08:00"


def in_a_day() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


class Confession:
    """`subjects`: opaque ids of all who took part, and the ids of the cases."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.resident, self.head, self.looker = resident(stack), dispatcher(stack), inspector(stack)
        self.stewards: set[str] = set()
        self.case_ids: list[str] = []

    @property
    def subjects(self) -> dict[str, str]:
        people = {person.subject for person in (self.resident, self.head, self.looker)} | self.stewards
        return {value: value for value in (*people, *self.case_ids)}

    def carry_out(self) -> None:
        rejected = self._submit()
        self._step(self.head, "reports", rejected, "hide", "reason")
        self._step(self.head, "reports", rejected, "reject", "reason", "responsible")
        self._report_for_somebody()
        case_id = self._submit()
        self._receive(case_id)
        self._deliberate(case_id)
        holder = self._hand_over(case_id)
        self._work(case_id, holder)
        self._rework(case_id, holder)
        self._rate(case_id, holder)

    def _submit(self) -> str:
        names = ("text", "subject", "address", "contact_name", "contact_phone", "contact_email", "media_url")
        body = {name: mark("reports", "submit", name) for name in names}
        answer = self.resident.post("/reports", {**body, "position": INSIDE})
        assert answer.status_code == 201, answer.text
        self.case_ids.append(answer.json()["case_id"])
        return self.case_ids[-1]

    def _report_for_somebody(self) -> None:
        somebody = {"name": mark("reports", "submit", "on_behalf_of.name"), "consent": True}
        body = {"text": mark("reports", "submit", "text"), "channel": "phone", "on_behalf_of": somebody}
        answer = self.head.post("/reports", body)
        assert answer.status_code == 201, answer.text
        self._step(self.head, "reports", answer.json()["case_id"], "reject", "reason", "responsible")

    def _receive(self, case_id: str) -> None:
        self._step(self.head, "reports", case_id, "ask", "question")
        self._step(self.resident, "reports", case_id, "add_information", "text", "address")
        self._step(self.head, "reports", case_id, "accept", category="street_lights")
        self._holder(case_id)

    def _deliberate(self, case_id: str) -> None:
        self._step(self.head, "orders", case_id, "deliberate", "question", matter="small")
        self._step(self.head, "orders", case_id, "raise", "reason")
        self._step(self.head, "orders", case_id, "decide", "decision")

    def _hand_over(self, case_id: str) -> Person:
        self._step(self._holder(case_id), "orders", case_id, "return", "reason")
        self._step(self.head, "orders", case_id, "transfer", "reason", steward=self._other(case_id))
        return self._holder(case_id)

    def _work(self, case_id: str, holder: Person) -> None:
        for verb in ("accept", "start"):
            self._step(holder, "orders", case_id, verb)
        milestone = {"name": mark("orders", "plan", "milestones.name"), "due_at": LATER}
        self._step(holder, "orders", case_id, "plan", milestones=[milestone])
        self._step(holder, "orders", case_id, "reach", number=1)
        task = mark("orders", "convene", "parties.task")
        self._step(self.head, "orders", case_id, "convene", parties=[{"steward": self._other(case_id), "task": task}])
        self._step(self.head, "orders", case_id, "release_part", "reason", number=1)
        self._step(holder, "orders", case_id, "ask", "question")
        self._step(self.resident, "orders", case_id, "inform", "text")
        self._step(holder, "orders", case_id, "ask_extension", "reason")
        self._step(self.head, "orders", case_id, "refuse_extension", "reason")
        self._step(self.head, "orders", case_id, "suspend", "reason", until=in_a_day())
        self._step(self.head, "orders", case_id, "resume")
        self._complete(case_id, holder)

    def _rework(self, case_id: str, holder: Person) -> None:
        self._step(self.head, "orders", case_id, "rework", "reason")
        for verb in ("accept", "start"):
            self._step(holder, "orders", case_id, verb)
        self._complete(case_id, holder)
        self._step(self.looker, "orders", case_id, "verify")

    def _rate(self, case_id: str, holder: Person) -> None:
        self._until(case_id, "invited")
        self._step(self.resident, "evaluations", case_id, "rate", "words", **{**HAPPY, "stars": 1})
        self._step(holder, "evaluations", case_id, "appeal", "reason", ground="beyond_control")
        for reviewer in (self.head, dispatcher(self._stack)):
            self.stewards.add(reviewer.subject)
            self._step(reviewer, "evaluations", case_id, "review", "reason", granted=True)
        self._until(case_id, "settled")
        self.resident.wait_for(case_id, lambda case: case["report"]["state"] == "closed")

    def _complete(self, case_id: str, holder: Person) -> None:
        kept = {"reference": mark("orders", "complete", "evidence.reference"), "position": INSIDE}
        pictures = [{**picture, **kept} for picture in PICTURES]
        self._step(holder, "orders", case_id, "complete", "answer", evidence=pictures)

    def _step(self, by: Person, path: str, case_id: str, verb: str, *words: str, **more: Any) -> None:
        body = {name: mark(path, verb, name) for name in words} | more
        answer = by.post(f"/{path}/{case_id}/{verb}", body)
        assert answer.status_code == 200, (verb, answer.text)

    def _holder(self, case_id: str) -> Person:
        holder = assigned(self._stack, self.resident, case_id)
        self.stewards.add(holder.subject)
        return holder

    def _other(self, case_id: str) -> str:
        """Somebody who does not hold it."""
        order = self.head.case(case_id)["order"]
        around = self.head.get(f"/stewards?unit={order['unit']}").json()
        other = next(one["subject"] for one in around if one["subject"] != order["assignee"])
        self.stewards.add(other)
        return str(other)

    def _until(self, case_id: str, state: str) -> None:
        self.resident.wait_for(case_id, lambda case: case["evaluation"] and case["evaluation"]["state"] == state)
