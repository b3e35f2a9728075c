"""Two dispatchers before the same report: who decides on an old state is told so, and the case stays as it is."""

import pytest
import requests

from steward.stack import Stack
from tests.support.http import Person, dispatcher, resident

pytestmark = pytest.mark.servers


def step(by: Person, path: str, body: dict[str, str], key: str, match: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {by.token}", "Idempotency-Key": key, "If-Match": match}
    return requests.post(by.gateway + path, json=body, headers=headers, timeout=30)


def test_the_second_decision_on_the_same_state_is_refused(stack: Stack) -> None:
    me, first, second = resident(stack), dispatcher(stack), dispatcher(stack)
    path = f"/reports/{me.post('/reports', {'text': '不知道归谁管'}).json()['case_id']}"
    seen = first.get(path).headers["ETag"]
    assert second.get(path).headers["ETag"] == seen
    asked = step(first, f"{path}/ask", {"question": "哪里?"}, "ask", seen)
    assert asked.status_code == 200
    late = step(second, f"{path}/reject", {"reason": "r", "responsible": "r"}, "reject", seen)
    assert (late.status_code, late.json()["version"]) == (412, asked.json()["version"])
    assert first.get(path).json() == asked.json()


def test_a_repetition_is_answered_although_the_case_has_moved_on_by_it(stack: Stack) -> None:
    me, desk = resident(stack), dispatcher(stack)
    path = f"/reports/{me.post('/reports', {'text': '不知道归谁管'}).json()['case_id']}"
    seen = desk.get(path).headers["ETag"]
    answers = [step(desk, f"{path}/ask", {"question": "哪里?"}, "once", seen) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_who_knows_it_already_gets_nothing_until_it_changes(stack: Stack) -> None:
    me = resident(stack)
    path = f"/reports/{me.post('/reports', {'text': '不知道归谁管'}).json()['case_id']}"
    headers = {"Authorization": f"Bearer {me.token}", "If-None-Match": me.get(path).headers["ETag"]}
    assert requests.get(me.gateway + path, headers=headers, timeout=30).status_code == 304
    me.post(f"{path}/withdraw")
    assert requests.get(me.gateway + path, headers=headers, timeout=30).json()["state"] == "withdrawn"
