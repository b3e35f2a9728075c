"""A worker reports for a resident over HTTP; by their phone the resident has it in their own app."""

from typing import Any
from uuid import uuid4

import pytest

from services.gateway.identity.phones import Phones
from shared.kernel.actor import RESIDENT
from steward.stack import Stack
from tests.support.http import Person, dispatcher, resident, steward
from tests.support.walk import load_district, some_words

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def entered(**changes: Any) -> dict[str, Any]:
    on_behalf_of = {"name": "示例居民", "phone": "138 0000 0000", "consent": True}
    return {"text": some_words(), "channel": "desk", "on_behalf_of": on_behalf_of, **changes}


def test_by_their_phone_they_have_it_in_their_app_and_withdraw_it(district: Stack) -> None:
    worker = dispatcher(district)
    answer = worker.post("/reports", entered())
    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert (report["channel"], report["entered_by"]) == ("desk", worker.subject)
    subject = Phones(district.record.secrets.phone).subject_of("+8613800000000")
    neighbour = Person(district, RESIDENT, subject)
    mine = neighbour.case(report["case_id"])["report"]
    assert (mine["reporter"], mine["contact_name"], mine["contact_phone"]) == (subject, "示例居民", "+8613800000000")
    assert report["case_id"] in [found["case_id"] for found in neighbour.get("/reports").json()]
    assert worker.post(f"/reports/{report['case_id']}/withdraw").status_code == 403
    assert neighbour.post(f"/reports/{report['case_id']}/withdraw").json()["state"] == "withdrawn"


def test_the_same_request_again_makes_no_second_report_and_no_second_person(district: Stack) -> None:
    worker, key = steward(district, f"steward-{uuid4()}"), str(uuid4())
    body = entered(on_behalf_of={"name": "示例老人", "consent": True}, channel="door")
    first, again = (worker.post("/reports", body, key).json() for _ in range(2))
    assert first["reporter"].startswith("w-")
    assert (again["case_id"], again["reporter"]) == (first["case_id"], first["reporter"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on_behalf_of": {"name": "示例居民", "phone": "138"}}, "on_behalf_of.phone"),
        ({"on_behalf_of": {"name": "示例居民", "consent": False}}, "on_behalf_of.consent"),
        ({"on_behalf_of": {"name": "示例居民", "consent": True, "reporter": "p-0"}}, "on_behalf_of.reporter"),
        ({"channel": "app"}, "channel"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(district: Stack, changes: dict[str, Any], field: str) -> None:
    answer = dispatcher(district).post("/reports", entered(**changes))
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_residents_report_for_themselves(district: Stack) -> None:
    answer = resident(district).post("/reports", entered())
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["on_behalf_of"])
