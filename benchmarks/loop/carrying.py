"""One case through the whole loop, as the phones of its resident and its steward would carry it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from benchmarks.loop.http import Answer, Client
from benchmarks.sample import Sample, submission

LOOK_AGAIN_SECONDS = 0.05
"""Between two looks whether the other services have followed."""
LOOKS = 400

REPORT, ACCEPT, START, COMPLETE, RATE = STEPS = ("report", "accept", "start", "complete", "rate")
NOT_YET = (404, 409)

RATING = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}


@dataclass
class Carried:
    """What became of a case: durations in seconds, by step."""

    steps: dict[str, float] = field(default_factory=dict)
    requests: int = 0
    to_assigned: float = 0.0
    """From ReportAccepted to OrderAssigned, as the timeline tells."""
    closed_at: float = 0.0
    """On `time.monotonic`."""


class NotCarried(Exception):
    """An answer that has no place in the loop."""


class Carrier:
    def __init__(self, gateway: str, tokens: Mapping[str, str]) -> None:
        """`tokens` by the subject of every resident and steward of the sample."""
        self._client = Client(gateway)
        self._tokens = tokens

    def carry(self, sample: Sample) -> Carried:
        """Raises NotCarried."""
        self._carried = Carried()
        resident = self._tokens[sample["user"]]
        case_id = self._step(REPORT, "/reports", resident, submission(sample))["case_id"]
        order = self._look(case_id, resident, lambda case: bool(_assignee(case)))["order"]
        steward, orders = self._tokens[order["assignee"]], f"/orders/{case_id}"
        self._step(ACCEPT, f"{orders}/accept", steward, {})
        self._step(START, f"{orders}/start", steward, {})
        self._step(COMPLETE, f"{orders}/complete", steward, _completion())
        self._step(RATE, f"/evaluations/{case_id}/rate", resident, RATING)
        case = self._look(case_id, resident, lambda case: bool(case["report"]["state"] == "closed"))
        self._carried.closed_at = time.monotonic()
        self._carried.to_assigned = _to_assigned(case["timeline"])
        return self._carried

    def _step(self, name: str, path: str, token: str, body: Any) -> Any:
        """The answer's content. Repeated where the service has not heard yet; only the last try is timed."""

        def post() -> Answer:
            began = time.perf_counter()
            answer = self._client.post(path, token, body)
            self._carried.steps[name] = time.perf_counter() - began
            return answer

        return self._until(post, lambda answer: answer.status not in NOT_YET, name)

    def _look(self, case_id: str, token: str, is_there: Callable[[Any], bool]) -> Any:
        return self._until(
            lambda: self._client.get(f"/cases/{case_id}", token),
            lambda answer: answer.status >= 400 or is_there(answer.content),
            "look",
        )

    def _until(self, ask: Callable[[], Answer], is_enough: Callable[[Answer], bool], what: str) -> Any:
        for _ in range(LOOKS):
            answer = ask()
            self._carried.requests += 1
            if is_enough(answer):
                if answer.status >= 400:
                    raise NotCarried(f"{what}: {answer.status} {answer.content}")
                return answer.content
            time.sleep(LOOK_AGAIN_SECONDS)
        raise NotCarried(f"{what}: not after {LOOKS} looks")


def _assignee(case: Mapping[str, Any]) -> str | None:
    order = case["order"]
    return order.get("assignee") if order else None


def _completion() -> dict[str, Any]:
    taken_at = datetime.now(UTC).isoformat(timespec="seconds")
    pictures = [{"kind": kind, "reference": f"示例/{kind}.jpg", "taken_at": taken_at} for kind in ("before", "after")]
    return {"answer": "示例答复:已到现场处理完毕。", "evidence": pictures}


def _to_assigned(timeline: list[Mapping[str, Any]]) -> float:
    at = {entry["event"]: datetime.fromisoformat(entry["at"]) for entry in timeline}
    return (at["OrderAssigned"] - at["ReportAccepted"]).total_seconds()
