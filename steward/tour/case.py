"""A case on tour: every step over HTTP, by the person whose step it is, told in a line."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD, Actor
from steward.replay.client import Gateway, Unanswered

SPOT = {"lon": 119.021051, "lat": 25.397065, "datum": "GCJ-02"}
"""In the sample district."""
PAUSE = 0.05
"""Seconds between two looks at a case that waits for an event."""
HAPPY = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}
PATHS = {"order": "orders", "evaluation": "evaluations"}


class Case:
    """`district` is the code of the highest unit; `tell` takes what happened as a line.

    `slip`: the token of the link that was handed out at the desk, if the case was reported there.
    """

    def __init__(self, gateway: Gateway, district: str, tell: Callable[[str], object]) -> None:
        self.gateway = gateway
        self._tell = tell
        self._run = uuid4().hex[:12]
        self._steps = 0
        self.resident = Actor(f"sample-tourist-{self._run}", RESIDENT)
        self.dispatcher = Actor("tour-dispatcher", DISPATCHER, district)
        self.inspector = Actor("tour-inspector", INSPECTOR, district)
        self.case_id = ""
        self.slip = ""

    def report(self, category: str, text: str) -> None:
        """Report it in the sample district, and wait for its order."""
        self._accepted(self._reported(self.resident, category, text))

    def report_at_desk(self, category: str, text: str) -> None:
        """The same for somebody without a phone, taken down by the dispatcher, who hands them a slip with the link."""
        somebody = {"name": "示例老人", "consent": True}
        report = self._reported(self.dispatcher, category, text, channel="desk", on_behalf_of=somebody)
        self.resident = Actor(report["reporter"], RESIDENT)
        self.slip = report["follow_token"]
        self._accepted(report)

    def step(self, by: Actor, verb: str, part: str = "order", **body: Any) -> dict[str, Any]:
        """What `part` of the case is after the step."""
        path = f"/{PATHS[part]}/{self.case_id}/{verb}"
        changed: dict[str, Any] = self.gateway.post(path, by, self._key(), body)
        self._tell(f"{by.role} {by.subject} {verb} → {changed['state']}")
        return changed

    def look(self, by: Actor | None = None) -> dict[str, Any]:
        seen: dict[str, Any] = self.gateway.get(f"/cases/{self.case_id}", by or self.resident)
        return seen

    def until(self, part: str, *states: str) -> dict[str, Any]:
        """The part once it is in one of the states. Raises Unanswered after the gateway's patience."""
        deadline = time.monotonic() + self.gateway.patience
        while True:
            case = self.look()
            if case[part] and case[part]["state"] in states:
                return dict(case[part])
            if time.monotonic() > deadline:
                raise Unanswered(f"the {part} is {case[part] and case[part]['state']}, not {' or '.join(states)}")
            time.sleep(PAUSE)

    def given(self) -> Actor:
        """The steward who has the order; where nobody has it yet, one with the skills is found by hand."""
        order = self.until("order", "pooled", "assigned", "pending")
        if order["state"] == "assigned":
            return Actor(order["assignee"], STEWARD)
        chosen = self.able(order)[0]
        if order["state"] == "pooled":
            self.step(chosen, "claim")
        else:
            self.step(self.dispatcher, "assign", steward=chosen.subject)
        return chosen

    def able(self, order: Mapping[str, Any]) -> list[Actor]:
        """Stewards around the case who have the skills, nearest first."""
        categories = {category["code"]: category for category in self.gateway.get("/categories", self.dispatcher)}
        return self._around(order, set(categories[order["category"]]["skills"]))

    def around(self, but: Actor) -> list[Actor]:
        """Stewards of every trade around the case, nearest first."""
        return [steward for steward in self._around(self.look()["order"], set()) if steward != but]

    def ask(self, by: Actor, question: str, **query: str) -> Any:
        """The answer to GET /orders/…/`question`."""
        return self.gateway.get(f"/orders/{self.case_id}/{question}", by, **query)

    def rated(self) -> dict[str, Any]:
        """The resident rates, and the case closes."""
        self.until("evaluation", "invited")
        self.step(self.resident, "rate", "evaluation", **HAPPY)
        self.until("order", "closed")
        return self.look()

    def rated_by_link(self) -> dict[str, Any]:
        """They follow the link on their slip to the rating, and the case closes."""
        self.until("evaluation", "invited")
        seen = self.gateway.get(f"/follow/{self.slip}/case", None)
        self._tell(f"链接 the link shows {seen['state']}: {seen['answer']}")
        link = self.gateway.post(f"/follow/{self.slip}/rating", None, self._key(), {})["token"]
        rating = self.gateway.post(f"/ratings/{link}", None, self._key(), HAPPY)
        self._tell(f"凭链接评价 rated by link → {rating['satisfaction']}")
        self.until("order", "closed")
        return self.look()

    def _reported(self, by: Actor, category: str, text: str, **more: Any) -> dict[str, Any]:
        body = {"text": text, "category": category, "position": SPOT, **more}
        report: dict[str, Any] = self.gateway.post("/reports", by, self._key(), body)
        self.case_id = report["case_id"]
        self._tell(f"{by.role} 上报 reports {category}: {text}")
        return report

    def _accepted(self, report: Mapping[str, Any]) -> None:
        if report["state"] == "submitted":
            chosen = {"category": report["category"]}
            self.gateway.post(f"/reports/{self.case_id}/accept", self.dispatcher, self._key(), chosen)
            self._tell(f"{self.dispatcher.role} 立案 accepts it")
        self.until("order", "pending", "pooled", "assigned")

    def _around(self, order: Mapping[str, Any], skills: set[str]) -> list[Actor]:
        found = self.gateway.get("/stewards", self.dispatcher, unit=order["unit"])
        return [Actor(one["subject"], STEWARD) for one in found if skills <= set(one["skills"])]

    def _key(self) -> str:
        self._steps += 1
        return f"{self._run}-{self._steps}"
