"""Triage, similar reports and merging as phones and dispatchers see them, on all the real processes."""

from typing import Any

import pytest

from steward.stack import Stack
from tests.support.http import Person, dispatcher, inspector, resident
from tests.support.walk import assigned, load_district, rate, report, serve

pytestmark = pytest.mark.servers

POSITION = {"lon": 119.04476, "lat": 25.46019, "datum": "GCJ-02"}
SEWER = {"text": "东门污水井又满了，臭水流到路上", "category": "blocked_pipes", "position": POSITION}
PERSONAL = {"address": "示例路1号", "contact_name": "示例姓名", "contact_phone": "00000000000"}
HAPPY = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


@pytest.fixture
def parent(district: Stack) -> tuple[Person, str]:
    """Accepted, and like nothing that other tests left: each closes its own."""
    me = resident(district)
    return me, report(me, **SEWER, **PERSONAL, not_duplicate_of=open_ones(me))


def open_ones(by: Person) -> list[str]:
    return [found["case_id"] for found in similar(by)]


def similar(by: Person, **changes: Any) -> list[dict[str, Any]]:
    answer = by.post("/reports/similar", {**SEWER, **changes})
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def merge(stack: Stack, child: str, into: str) -> dict[str, Any]:
    answer = dispatcher(stack).post(f"/reports/{child}/merge", {"into": into})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_categories_are_suggested_and_kept_for_the_dispatcher(district: Stack) -> None:
    me = resident(district)
    words = {"subject": "路灯", "text": "连着四盏路灯都不亮,照明太差"}
    suggested = me.post("/categories/suggest", words).json()
    assert suggested[0]["category"] == "street_lights"
    waiting = me.post("/reports", words).json()
    assert (waiting["state"], waiting["suggestions"]) == ("submitted", suggested)
    assert waiting["triage"] == {"rule": "no_category", "action": "person"}


def test_a_lamp_without_a_place_is_asked_for_it_and_accepted_once_it_has_one(district: Stack) -> None:
    me = resident(district)
    case_id = report(me, category="street_lights", position=None)
    asked = me.case(case_id)["report"]
    assert (asked["state"], asked["triage"]["rule"]) == ("needs_information", "lamp_without_place")
    assert "哪一盏灯" in asked["question"]
    added = me.post(f"/reports/{case_id}/add_information", {"text": "在祠堂旁边", "position": POSITION}).json()
    assert (added["state"], added["triage"]["action"]) == ("accepted", "accept")
    assert added["position"]["lon"] == pytest.approx(119.04, abs=0.01)


def test_who_is_in_danger_is_advised_and_a_person_looks(district: Stack) -> None:
    me = resident(district)
    waiting = me.case(report(me, text="有位老人晕倒在路边"))["report"]
    assert (waiting["state"], "120" in waiting["advice"]) == ("submitted", True)


def test_an_advertisement_is_told_whose_it_is(district: Stack) -> None:
    me = resident(district)
    rejected = me.case(report(me, text="诚信代开发票,加微信咨询"))["report"]
    assert (rejected["state"], "12315" in rejected["rejection"]["responsible"]) == ("rejected", True)


def test_what_is_near_and_alike_is_shown_without_anybody_in_it(district: Stack, parent: tuple[Person, str]) -> None:
    found = next(found for found in similar(resident(district)) if found["case_id"] == parent[1])
    assert (found["text"], found["category"], found["metres"]) == (SEWER["text"], SEWER["category"], 0)
    assert found["likeness"] == 1
    assert found.keys() == {"case_id", "state", "category", "text", "reported_at", "metres", "likeness"}
    assert parent[1] not in [found["case_id"] for found in similar(resident(district), category="street_lights")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"position": None}, "position"), ({"category": "nonsense"}, "category"), ({"text": " "}, "text")],
)
def test_a_question_that_cannot_be_answered_is_refused(district: Stack, changes: dict[str, Any], field: str) -> None:
    body = {name: value for name, value in {**SEWER, **changes}.items() if value}
    answer = resident(district).post("/reports/similar", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_the_merged_resident_follows_the_parent_to_its_end(district: Stack, parent: tuple[Person, str]) -> None:
    reporter, case_id = parent
    me, desk = resident(district), dispatcher(district)
    child = me.case(report(me, **SEWER))["report"]
    assert (child["state"], case_id in child["possible_duplicates"]) == ("submitted", True)
    assert child["case_id"] in [waiting["case_id"] for waiting in desk.get("/reports").json()]
    assert merge(district, child["case_id"], case_id)["parent"] == case_id
    server = assigned(district, reporter, case_id)
    mine = me.wait_for(child["case_id"], lambda case: case["order"] and case["order"].get("assignee"))
    assert (mine["report"]["state"], mine["order"]["case_id"]) == ("merged", case_id)
    serve(server, case_id)
    me.wait_for(child["case_id"], lambda case: case["order"]["state"] == "completed")
    assert inspector(district).post(f"/orders/{case_id}/verify").status_code == 200
    rate(reporter, case_id, HAPPY)
    assert reporter.case(case_id)["evaluation"]["state"] == "rated"
    rate(me, case_id, HAPPY)
    assert (
        len(me.wait_for(child["case_id"], lambda case: case["order"]["state"] == "closed")["evaluation"]["ratings"])
        == 2
    )


def test_a_follower_sees_nothing_of_the_person(district: Stack, parent: tuple[Person, str]) -> None:
    me = resident(district)
    child = report(me, **SEWER)
    assert me.get(f"/cases/{parent[1]}").status_code == 404
    merge(district, child, parent[1])
    followed = me.case(parent[1])["report"]
    assert followed["text"] == SEWER["text"]
    assert not followed.keys() & {*PERSONAL, "reporter", "followers", "position"}
    assert me.post(f"/reports/{parent[1]}/withdraw").status_code == 404
    assert "followers" not in parent[0].case(parent[1])["report"]


def test_an_unmerged_report_goes_its_own_way(district: Stack, parent: tuple[Person, str]) -> None:
    me, desk = resident(district), dispatcher(district)
    child = report(me, **SEWER)
    merge(district, child, parent[1])
    assert desk.post(f"/reports/{child}/unmerge").json()["state"] == "submitted"
    assert me.get(f"/cases/{parent[1]}").status_code == 404
    assert me.case(child)["order"] is None
    assert desk.post(f"/reports/{child}/accept").json()["state"] == "accepted"
    assert me.wait_for(child, lambda case: case["order"])["order"]["case_id"] == child


def test_a_withdrawn_parent_lets_its_followers_go(district: Stack, parent: tuple[Person, str]) -> None:
    reporter, case_id = parent
    me = resident(district)
    child = report(me, **SEWER)
    merge(district, child, case_id)
    assert reporter.post(f"/reports/{case_id}/withdraw").status_code == 200
    released = me.wait_for(child, lambda case: case["report"]["state"] == "submitted")["report"]
    assert [entry["event"] for entry in released["timeline"]][-2:] == ["ReportMerged", "ReportUnmerged"]


def test_into_nothing_is_refused_by_name(district: Stack) -> None:
    child = report(resident(district), category=None)
    answer = dispatcher(district).post(f"/reports/{child}/merge", {"into": child})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "into")
