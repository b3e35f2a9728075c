"""隐藏 over HTTP: neighbours and followers read nothing of it, the reporter and the staff do."""

from typing import Any

import pytest

from steward.stack import Stack
from tests.support.http import Person, dispatcher, resident

pytestmark = pytest.mark.servers

WORDS = {
    "text": "西门路灯坏了三天，找张三电话12345678",
    "category": "street_lights",
    "position": {"lon": 119.0123, "lat": 25.4321, "datum": "WGS-84"},
}


def looked_for(by: Person) -> list[dict[str, Any]]:
    answer = by.post("/reports/similar", WORDS)
    assert answer.status_code == 200, answer.text
    return [dict(found) for found in answer.json()]


def test_a_hidden_report_is_read_by_its_reporter_and_the_staff_alone(stack: Stack) -> None:
    me, neighbour, desk = resident(stack), resident(stack), dispatcher(stack)
    case_id = me.post("/reports", WORDS).json()["case_id"]
    child = neighbour.post("/reports", {"text": "路灯不亮", "not_duplicate_of": [case_id]}).json()["case_id"]
    assert desk.post(f"/reports/{child}/merge", {"into": case_id}).status_code == 200
    neighbour.wait_for(case_id, lambda case: case["report"]["text"] == WORDS["text"])
    assert case_id in [found["case_id"] for found in looked_for(neighbour)]

    hidden = desk.post(f"/reports/{case_id}/hide", {"reason": "写有他人电话"})
    assert (hidden.status_code, hidden.json()["hidden_because"]) == (200, "写有他人电话")

    assert case_id not in [found["case_id"] for found in looked_for(neighbour)]
    assert "text" not in neighbour.case(case_id)["report"]
    mine = me.case(case_id)["report"]
    assert (mine["text"], mine["hidden_because"]) == (WORDS["text"], "写有他人电话")
    assert mine["timeline"][-1]["event"] == "ReportHidden"

    shown = desk.post(f"/reports/{case_id}/unhide")
    assert (shown.status_code, shown.json()["hidden_at"]) == (200, None)
    assert neighbour.case(case_id)["report"]["text"] == WORDS["text"]
    assert me.post(f"/reports/{case_id}/hide", {"reason": "r"}).status_code == 403
