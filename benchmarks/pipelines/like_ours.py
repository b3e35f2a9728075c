"""The rivals' work: documents and events of the kind and size of ours, without any of the rules behind them.

A step is one document and its events, made of the event that was heard. A case is opened by a
`ReportAccepted` and expected by an `OrderOpened`, as in the services.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

UNIT_PATH = ["licheng", "licheng-01", "licheng-01-01", "licheng-01-01-01"]
TERMS = {"distance": 0.7, "load": 0.8, "fairness": 1.0, "rating": 0.75, "partner_kind": 1.0, "duty": 0.0}
WHY = {
    "reason": "best_score",
    "ranked": [{"steward": f"steward-00{place}", "score": 0.8, "metres": 400, "terms": TERMS} for place in (1, 2, 3)],
    "candidates": 3,
    "looked_at": 3,
    "reach": 400,
    "excluded": {},
    "counts": {},
    "weights": TERMS,
}
HEARD = {"ReportAccepted": "intake", "OrderOpened": "dispatch"}

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    document: Content
    """What is stored, at version 0 before and `version` after."""
    events: list[Content]


def open_order(heard: Mapping[str, Any]) -> Step:
    report, at = heard["snapshot"], datetime.now(UTC)
    facts = {name: report[name] for name in ("reporter", "category", "position")}
    facts |= {"opened_at": datetime.fromisoformat(report["accepted_at"]), "rounds": [{}], "returns": 0}
    facts |= {"why": WHY, "unit": UNIT_PATH[-1], "unit_path": UNIT_PATH}
    assigned = {"assignee": "steward-001", "why": WHY}
    history = [
        {"sequence": 1, "type": "OrderOpened", "verb": "open", "state": "pending"} | _by_system(at, facts),
        {"sequence": 2, "type": "OrderAssigned", "verb": "assign", "state": "assigned"} | _by_system(at, assigned),
    ]
    hidden = ("why", "position")
    opened = {name: value for name, value in facts.items() if name not in hidden}
    return _step(heard, history, {**facts, **assigned}, [opened, {**opened, "assignee": "steward-001"}])


def expect_rating(heard: Mapping[str, Any]) -> Step:
    order, at = heard["snapshot"], datetime.now(UTC)
    facts = {name: order[name] for name in ("reporter", "category")}
    facts |= {"opened_at": datetime.fromisoformat(order["opened_at"]), "round": 1}
    expected = {"sequence": 1, "type": "EvaluationExpected", "verb": "expect", "state": "expected"}
    return _step(heard, [expected | _by_system(at, facts)], facts, [{"round": 1}])


STEPS = {"ReportAccepted": open_order, "OrderOpened": expect_rating}
"""By the type of the event that is heard."""


def headers(source: str, event: Mapping[str, Any]) -> dict[str, str]:
    """As many, and as long, as ours."""
    case_id, sequence = event["case_id"], event["sequence"]
    return {
        "ce-specversion": "1.0",
        "ce-id": f"{source}/{case_id}/{sequence}",
        "ce-source": source,
        "ce-type": event["type"],
        "ce-subject": case_id,
        "ce-time": event["at"],
        "traceparent": f"00-{case_id.replace('-', '')}-{sequence:016x}-01",
        "actor": "system",
    }


def _by_system(at: datetime, facts: Content) -> Content:
    return {"at": at, "by": {"subject": "system", "role": "system", "unit": None}, "facts": facts}


def _step(heard: Mapping[str, Any], history: list[Content], facts: Content, snapshots: list[Content]) -> Step:
    document = {
        "_id": heard["case_id"],
        "state": history[-1]["state"],
        "version": len(history),
        "inbox": {HEARD[heard["type"]]: heard["sequence"]},
        "history": history,
        **facts,
    }
    events = [_body(heard["case_id"], event, snapshot) for event, snapshot in zip(history, snapshots, strict=True)]
    return Step(document, events)


def _body(case_id: str, event: Content, snapshot: Content) -> Content:
    known = {name: event[name] for name in ("sequence", "type", "state", "at")}
    content = {"case_id": case_id, **known, "snapshot": snapshot}
    return {name: _plain(value) for name, value in content.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value
