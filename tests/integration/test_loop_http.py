"""The loop as phones see it: over HTTP, on all the real processes."""

import pytest

from steward.stack import Stack
from tests.support.http import dispatcher, resident, states, steward
from tests.support.walk import DONE, HAPPY, UNHAPPY, assigned, load_district, rate, report, serve

pytestmark = pytest.mark.servers

OUTSIDE = {"lon": 2.35, "lat": 48.85, "datum": "WGS-84"}


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def test_from_report_to_closed_case(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    serve(assigned(district, me, case_id), case_id)
    rate(me, case_id, HAPPY)
    case = me.wait_for(case_id, lambda case: states(case) == ("closed", "closed", "settled"))
    assert case["order"]["answer"] == DONE["answer"]
    assert [entry["event"] for entry in case["timeline"] if entry["service"] == "intake"] == [
        "ReportSubmitted",
        "ReportAccepted",
        "ServiceStarted",
        "ReportServed",
        "ReportClosed",
    ]


def test_the_second_rework_goes_one_level_up_and_a_third_is_for_a_person(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    first = assigned(district, me, case_id)
    unit_path = me.case(case_id)["order"]["unit_path"]
    serve(first, case_id)
    rate(me, case_id, UNHAPPY)
    me.wait_for(case_id, lambda case: states(case) == ("in_service", "reworking", "expected"))
    serve(first, case_id)
    rate(me, case_id, UNHAPPY)
    case = me.wait_for(case_id, lambda case: len(case["order"]["rounds"]) == 3 and case["order"]["assignee"])
    assert case["order"]["supervised"] is True
    assert case["order"]["unit_path"] == unit_path[:-1]
    assert case["order"]["assignee"] != first.subject
    serve(steward(district, case["order"]["assignee"]), case_id)
    rate(me, case_id, UNHAPPY)
    case = me.wait_for(case_id, lambda case: states(case) == ("closed", "closed", "settled"))
    assert [rating["round"] for rating in case["evaluation"]["ratings"]] == [1, 2, 3]


def test_a_report_without_category_waits_for_a_dispatcher_who_asks_and_accepts(district: Stack) -> None:
    me, desk = resident(district), dispatcher(district)
    case_id = report(me, category=None)
    assert states(me.case(case_id)) == ("submitted", None, None)
    assert case_id in [waiting["case_id"] for waiting in desk.get("/reports").json()]
    assert desk.post(f"/reports/{case_id}/ask", {"question": "在几号楼?"}).status_code == 200
    assert me.case(case_id)["report"]["question"] == "在几号楼?"
    assert me.post(f"/reports/{case_id}/add_information", {"text": "3号楼"}).json()["information"] == ["3号楼"]
    assert desk.post(f"/reports/{case_id}/accept", {}).status_code == 422
    assert desk.post(f"/reports/{case_id}/accept", {"category": "rubbish_heap"}).json()["state"] == "accepted"
    assigned(district, me, case_id)


def test_a_rejection_says_why_and_whose_it_is(district: Stack) -> None:
    me = resident(district)
    case_id = report(me, category=None)
    body = {"reason": "属于供电公司", "responsible": "供电公司"}
    assert dispatcher(district).post(f"/reports/{case_id}/reject", body).status_code == 200
    assert me.case(case_id)["report"]["rejection"] == body


def test_withdrawal_before_service_cancels_the_order(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    assigned(district, me, case_id)
    assert me.post(f"/reports/{case_id}/withdraw").status_code == 200
    me.wait_for(case_id, lambda case: states(case) == ("withdrawn", "cancelled", "void"))


def test_withdrawal_after_service_started_is_refused(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    server = assigned(district, me, case_id)
    for step in ("accept", "start"):
        server.post(f"/orders/{case_id}/{step}")
    me.wait_for(case_id, lambda case: case["report"]["state"] == "in_service")
    answer = me.post(f"/reports/{case_id}/withdraw")
    assert (answer.status_code, answer.json()["state"]) == (409, "in_service")


def test_a_returned_order_goes_to_somebody_else(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    first = assigned(district, me, case_id)
    answer = first.post(f"/orders/{case_id}/return", {"reason": "今天不在"})
    assert answer.status_code == 200
    assert answer.json()["returns"] == 1
    assert answer.json()["assignee"] not in (None, first.subject)
    assert "return_reason" not in me.case(case_id)["order"]


def test_a_wish_is_claimed_and_the_first_wins(district: Stack) -> None:
    me = resident(district)
    case_id = report(me, category="small_wish", text="想学用手机挂号")
    order = me.wait_for(case_id, lambda case: case["order"] and case["order"]["state"] == "pooled")["order"]
    able = dispatcher(district).get(f"/stewards?unit={order['unit']}").json()
    one, other = (steward(district, found["subject"]) for found in able[:2])
    assert case_id in [pooled["case_id"] for pooled in one.get("/orders?list=pool").json()]
    assert one.post(f"/orders/{case_id}/claim").json()["assignee"] == one.subject
    late = other.post(f"/orders/{case_id}/claim")
    assert (late.status_code, late.json()["winner"]) == (409, one.subject)


def test_a_position_outside_every_unit_is_kept_for_a_person_to_place(district: Stack) -> None:
    me, desk = resident(district), dispatcher(district)
    case_id = report(me, position=OUTSIDE)
    me.wait_for(case_id, lambda case: case["order"] and case["order"]["state"] == "pending")
    assert desk.case(case_id)["order"]["why"]["reason"] == "place_unknown"
    assert case_id in [waiting["case_id"] for waiting in desk.get("/orders?list=waiting").json()]
    assert desk.post(f"/orders/{case_id}/assign", {"steward": "steward-001"}).status_code == 422
    assert desk.post(f"/orders/{case_id}/place", {"unit": "nowhere"}).status_code == 422
    assert desk.post(f"/orders/{case_id}/place", {"unit": "xindu-1-02-1"}).json()["state"] == "assigned"


def test_a_category_that_asks_for_pictures_is_not_completed_without(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    server = assigned(district, me, case_id)
    for step in ("accept", "start"):
        server.post(f"/orders/{case_id}/{step}")
    answer = server.post(f"/orders/{case_id}/complete", {"answer": "好了"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "evidence")


def test_only_the_assignee_serves(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    assigned(district, me, case_id)
    case = me.case(case_id)
    able = dispatcher(district).get(f"/stewards?unit={case['order']['unit']}").json()
    other = next(found["subject"] for found in able if found["subject"] != case["order"]["assignee"])
    assert steward(district, other).post(f"/orders/{case_id}/accept").status_code == 403
    assert me.case(case_id)["order"]["version"] == case["order"]["version"]
