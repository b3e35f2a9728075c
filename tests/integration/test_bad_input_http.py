"""Bad input over HTTP: a clear answer that names the field and says what to do, and nothing changed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests

from services.gateway.identity.tokens import Tokens
from shared.kernel.actor import RESIDENT, Actor
from steward.stack import Stack
from tests.support.http import Person, dispatcher, inspector, resident, steward
from tests.support.walk import report

pytestmark = pytest.mark.servers

WORDS = {"text": "路灯不亮", "category": "street_lights", "address": "示例路1号"}


@pytest.fixture
def me(stack: Stack) -> Person:
    return resident(stack)


def fields_of(answer: requests.Response) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"text": "长" * 5001}, "text"),
        ({**WORDS, "category": "no_such"}, "category"),
        ({**WORDS, "position": {"lon": 119.0, "lat": 25.4}}, "position.datum"),
        ({**WORDS, "position": {"lon": 119.0, "lat": 95, "datum": "WGS-84"}}, "position.lat"),
        ({**WORDS, "position": {"lon": 119.0, "lat": 25.4, "datum": "CGCS"}}, "position.datum"),
        ({**WORDS, "contact_phone": "call me"}, "contact_phone"),
        ({"text": "\ud800"}, "text"),
        ({**WORDS, "txet": "typo"}, "txet"),
        (["not", "an", "object"], "_schema"),
    ],
)
def test_a_refused_report_names_its_field_and_is_not_kept(me: Person, body: Any, field: str) -> None:
    answer = me.post("/reports", body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in fields_of(answer)
    assert me.get("/reports").json() == []


def test_broken_json(me: Person) -> None:
    headers = {"Authorization": f"Bearer {me.token}", "Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = requests.post(f"{me.gateway}/reports", data="{broken", headers=headers, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_a_body_over_the_limit(me: Person) -> None:
    assert me.post("/reports", {"text": "a" * 70_000}).status_code == 413


def test_a_missing_key_is_named(me: Person) -> None:
    headers = {"Authorization": f"Bearer {me.token}"}
    answer = requests.post(f"{me.gateway}/reports", json=WORDS, headers=headers, timeout=30)
    assert answer.status_code == 422
    assert fields_of(answer) == ["Idempotency-Key"]


def test_the_same_request_again_is_answered_the_same_and_done_once(me: Person) -> None:
    key = str(uuid4())
    first, second = me.post("/reports", WORDS, key), me.post("/reports", WORDS, key)
    assert (second.status_code, second.json()) == (201, first.json())
    assert len(me.get("/reports").json()) == 1


def test_a_repeated_step_is_answered_as_it_was_then(stack: Stack, me: Person) -> None:
    desk = dispatcher(stack)
    case_id = me.post("/reports", {"text": "不知道归谁管"}).json()["case_id"]
    first = desk.post(f"/reports/{case_id}/ask", {"question": "哪里?"}, "ask-once")
    me.post(f"/reports/{case_id}/add_information", {"text": "桥下"})
    again = desk.post(f"/reports/{case_id}/ask", {"question": "哪里?"}, "ask-once")
    assert (again.status_code, again.json()["state"]) == (200, "needs_information")
    assert again.json()["version"] == first.json()["version"]
    assert me.case(case_id)["report"]["state"] == "submitted"


def test_a_key_is_not_taken_for_another_request(me: Person) -> None:
    key = str(uuid4())
    me.post("/reports", WORDS, key)
    answer = me.post("/reports", {**WORDS, "text": "另一件事"}, key)
    assert (answer.status_code, fields_of(answer)) == (422, ["Idempotency-Key"])
    assert len(me.get("/reports").json()) == 1


@pytest.mark.parametrize("path", ["/cases/{}", "/cases/not-an-id", "/nowhere"])
def test_unknown_ids_and_paths(me: Person, path: str) -> None:
    answer = me.get(path.format(uuid4()))
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_an_illegal_step_says_the_state_and_what_is_allowed(stack: Stack, me: Person) -> None:
    case_id = me.post("/reports", WORDS).json()["case_id"]
    before = me.case(case_id)["report"]
    answer = dispatcher(stack).post(f"/reports/{case_id}/reject", {"reason": "r", "responsible": "r"})
    assert answer.status_code == 409
    assert (answer.json()["state"], "withdraw" in answer.json()["allowed"]) == ("accepted", True)
    assert me.case(case_id)["report"] == before


def test_somebody_elses_case_is_not_there(stack: Stack, me: Person) -> None:
    case_id = me.post("/reports", WORDS).json()["case_id"]
    stranger = resident(stack)
    assert stranger.get(f"/cases/{case_id}").status_code == 404
    assert stranger.post(f"/reports/{case_id}/withdraw").status_code == 404
    assert me.case(case_id)["report"]["state"] == "accepted"


def test_a_dispatcher_of_another_unit_does_not_see_the_order(stack: Stack, me: Person) -> None:
    case_id = report(me)
    me.wait_for(case_id, lambda case: case["order"])
    if me.case(case_id)["order"].get("unit"):  # only once an organisation is loaded
        assert dispatcher(stack, "beigao").post(f"/orders/{case_id}/assign", {"steward": "x"}).status_code in (404, 422)
        assert dispatcher(stack, "beigao").get(f"/cases/{case_id}").status_code == 404


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer nonsense", "Basic dXNlcjpwYXNz"])
def test_without_a_valid_token(stack: Stack, authorization: str | None) -> None:
    headers = {"Idempotency-Key": "k"} | ({"Authorization": authorization} if authorization is not None else {})
    answer = requests.post(f"{stack.addresses.gateway}/reports", json=WORDS, headers=headers, timeout=30)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("secret", "issuer", "hours"),
    [(None, "steward", -1), ("x" * 48, "steward", 1), (None, "another-city", 1)],
    ids=["expired", "foreign secret", "foreign issuer"],
)
def test_expired_and_foreign_tokens(stack: Stack, secret: str | None, issuer: str, hours: int) -> None:
    tokens = Tokens(secret or stack.record.secrets.token, issuer)
    person = resident(stack)
    person.token = tokens.issue(Actor(person.subject, RESIDENT), timedelta(hours=hours))
    assert person.post("/reports", WORDS).status_code == 401


def test_a_role_that_may_not(stack: Stack, me: Person) -> None:
    case_id = me.post("/reports", {"text": "不知道归谁管"}).json()["case_id"]
    before = me.case(case_id)["report"]["version"]
    assert me.post(f"/reports/{case_id}/accept", {"category": "cleaning"}).status_code == 403
    assert steward(stack, "steward-001").post(f"/reports/{case_id}/withdraw").status_code == 403
    assert inspector(stack).post("/reports", WORDS).status_code == 403
    assert me.case(case_id)["report"]["version"] == before
