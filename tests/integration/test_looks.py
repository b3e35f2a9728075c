"""Who is shown a reporter's name, phone and address, on all the real processes; and the notes of it, for good."""

from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from shared.contracts.looks import COLLECTION, DATABASE
from shared.contracts.topology import INTAKE
from shared.kernel.actor import STEWARD
from steward.stack import Stack
from tests.support.http import Person, dispatcher, resident
from tests.support.walk import HAPPY, assigned, load_district, rate, report, serve

pytestmark = pytest.mark.servers

SAID = {"address": "示例路1号", "contact_name": "张小明", "contact_phone": "13812341234"}
MASKED = {"contact_name": "张**", "contact_phone": "138****1234"}


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def contact(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: shown[name] for name in SAID if name in shown}


def looks(by: Person, case_id: str) -> list[dict[str, Any]]:
    answer = by.get(f"/cases/{case_id}/looks")
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def test_who_serves_is_shown_the_reporter_as_long_as_they_serve_and_the_reporter_sees_who_looked(
    district: Stack,
) -> None:
    me, desk = resident(district), dispatcher(district)
    case_id = report(me, **SAID)
    server = assigned(district, me, case_id)
    assert looks(me, case_id) == []
    assert contact(server.case(case_id)["report"]) == SAID
    assert contact(desk.case(case_id)["report"]) == SAID
    of_mine = looks(me, case_id)
    assert [(look["role"], look["shown"]) for look in of_mine] == [
        ("dispatcher", ["address", "contact_name", "contact_phone"]),
        ("steward", ["address", "contact_name", "contact_phone"]),
    ]
    assert not any("subject" in look for look in of_mine)
    assert [look["subject"] for look in looks(desk, case_id)] == [desk.subject, server.subject]
    serve(server, case_id)
    rate(me, case_id, HAPPY)
    me.wait_for(case_id, lambda case: case["order"]["state"] == "closed")
    for by in (server, desk):
        shown = by.case(case_id)["report"]
        assert {name: shown[name] for name in MASKED} == MASKED
        assert shown["address"] != SAID["address"]
    assert len(looks(me, case_id)) == 2
    assert contact(me.case(case_id)["report"]) == SAID


def test_in_lists_and_answers_to_steps_it_is_masked(district: Stack) -> None:
    me, desk = resident(district), dispatcher(district)
    case_id = report(me, category=None, **SAID)
    listed = next(one for one in desk.get("/reports").json() if one["case_id"] == case_id)
    asked = desk.post(f"/reports/{case_id}/ask", {"question": "?"}).json()
    for shown in (listed, asked):
        assert {name: shown[name] for name in MASKED} == MASKED
    assert looks(desk, case_id) == []


def test_who_calls_is_found_by_their_number_in_the_place_of_the_dispatcher_and_each_finding_is_noted(
    district: Stack,
) -> None:
    me, desk = resident(district), dispatcher(district)
    case_id = report(me, **SAID | {"contact_phone": "136 0000 1234"})
    found = desk.post("/reports/of-phone", {"phone": "+8613600001234"}).json()
    assert [one["case_id"] for one in found] == [case_id]
    assert found[0]["contact_phone"] == "136****1234"
    assert [(look["role"], look["shown"]) for look in looks(me, case_id)] == [("dispatcher", ["contact_phone"])]
    path = me.wait_for(case_id, lambda case: case["order"])["order"]["unit_path"]
    streets = [unit["code"] for unit in desk.get("/units").json() if unit["level"] == "street"]
    elsewhere = dispatcher(district, next(code for code in streets if code not in path))
    assert elsewhere.post("/reports/of-phone", {"phone": "13600001234"}).json() == []
    assert desk.post("/reports/of-phone", {"phone": "13600001235"}).json() == []
    assert desk.post("/reports/of-phone", {"phone": "1"}).status_code == 422


def test_others_are_not_told_who_looked(district: Stack) -> None:
    case_id = report(resident(district), **SAID)
    assert resident(district).get(f"/cases/{case_id}/looks").status_code == 404
    assert dispatcher(district, "zhenhai").get(f"/cases/{case_id}/looks").status_code == 404
    assert Person(district, STEWARD).get(f"/cases/{case_id}/looks").status_code == 403


def test_intake_itself_can_neither_change_a_note_nor_take_one_away(district: Stack) -> None:
    me = resident(district)
    case_id = report(me, **SAID)
    assigned(district, me, case_id).case(case_id)
    client: MongoClient[dict[str, Any]] = MongoClient(district.addresses.mongo_uri(INTAKE))
    with client:
        notes = client[DATABASE][COLLECTION]
        assert notes.count_documents({"case_id": case_id}) == 1
        for deny in (
            lambda: notes.delete_many({}),
            lambda: notes.update_many({}, {"$set": {"subject": "nobody"}}),
            notes.drop,
            lambda: client.drop_database(DATABASE),
        ):
            with pytest.raises(OperationFailure) as refusal:
                deny()
            assert refusal.value.code == 13  # Unauthorized
        assert notes.count_documents({"case_id": case_id}) == 1
