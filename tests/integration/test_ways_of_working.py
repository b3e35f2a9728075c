"""Deliberation, joint order, mediation, wish, project and the desk, each end to end over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from services.gateway.identity.tokens import Tokens
from shared.kernel.actor import STEWARD, Actor
from steward.replay.client import Gateway, Refused
from steward.stack import Stack
from steward.stack.waiting import wait_until
from steward.token import stack_tokens
from steward.tour import ways
from steward.tour.case import Case
from tests.support.http import dispatcher
from tests.support.walk import load_district

pytestmark = pytest.mark.servers

PATIENCE = 20.0
SECONDS = 10
"""In which dispatch takes up a leave."""


@pytest.fixture(scope="module")
def gateway(stack: Stack) -> Gateway:
    load_district(stack)
    tokens: Tokens = stack_tokens(stack)
    return Gateway(stack.addresses.gateway, tokens, PATIENCE)


@pytest.fixture
def case(gateway: Gateway) -> Case:
    return Case(gateway, "licheng", lambda _line: None)


def says_on_leave(case: Case, steward: Actor) -> bool:
    """Whether a new case of the kind would pass the steward over for it."""
    case.report("neighbour_dispute", "示例：谁来调解。")
    return bool(case.ask(case.dispatcher, "why-not", steward=steward.subject)["code"] == "on_leave")


def around(case: Case) -> list[dict[str, Any]]:
    """The stewards around the case, as a dispatcher sees them."""
    unit = order_of(case)["unit"]
    found: list[dict[str, Any]] = case.gateway.get("/stewards", case.dispatcher, unit=unit)
    return found


def order_of(case: Case) -> dict[str, Any]:
    """As its dispatcher sees it."""
    seen: dict[str, Any] = case.look(case.dispatcher)["order"]
    return seen


@pytest.mark.parametrize("way", ways.WAYS.values(), ids=list(ways.WAYS))
def test_every_way_ends_in_a_closed_and_rated_case(case: Case, way: Callable[[Case], dict[str, Any]]) -> None:
    seen = way(case)
    assert (seen["order"]["state"], seen["evaluation"]["state"]) == ("closed", "settled")
    assert seen["evaluation"]["ratings"][0]["satisfaction"] == "satisfied"


def test_a_deliberation_goes_up_a_level_and_tells_who_talked_about_what(case: Case) -> None:
    ways.deliberation(case)
    order = order_of(case)
    grid, estate = order["unit_path"][-1], order["unit_path"][-2]
    assert [talk["unit"] for talk in order["deliberations"]] == [grid, estate]
    assert order["deliberations"][0]["raised_at"] == order["deliberations"][1]["opened_at"]
    assert order["decisions"] == ["划六个，留出消防通道。"]


def test_a_joint_order_waits_for_all_its_parts_and_for_the_inspector(case: Case) -> None:
    case.report("overflowing_sewage", "示例：化粪池外溢。")
    leader = case.given()
    case.step(leader, "accept")
    case.step(leader, "start")
    helper = case.around(but=leader)[0]
    case.step(case.dispatcher, "convene", parties=[{"steward": helper.subject, "task": "示例分工"}])
    done = {"answer": "示例", "evidence": ways.pictures()}
    with pytest.raises(Refused, match=helper.subject):
        case.step(leader, "complete", **done)
    case.step(helper, "finish_part")
    case.step(leader, "complete", **done)
    case.until("evaluation", "expected")
    assert case.case_id in [one["case_id"] for one in case.gateway.get("/orders", case.inspector, list="to_verify")]
    assert case.look(case.inspector)["order"]["answer"] == "示例"
    case.step(case.inspector, "rework", reason="示例：井盖没有复位")
    case.until("order", "reworking")
    for verb, body in (("accept", {}), ("start", {}), ("complete", done)):
        case.step(leader, verb, **body)
    case.step(case.inspector, "verify")
    assert case.rated()["evaluation"]["ratings"][0]["round"] == 2


def test_a_dispute_is_seen_by_nobody_but_those_in_it(case: Case, gateway: Gateway) -> None:
    ways.mediation(case)
    order = order_of(case)
    inside = {order["assignee"], *(part["steward"] for part in order["parts"])}
    assert len(inside) >= 2
    for subject in inside:
        assert case.look(Actor(subject, STEWARD))["report"]["text"]
    outsider = next(one for one in case.able(order) if one.subject not in inside)
    with pytest.raises(Refused, match="404"):
        case.look(outsider)


def test_a_wish_is_never_assigned_and_says_what_meets_it(case: Case) -> None:
    ways.wish(case)
    order = order_of(case)
    assert order["why"]["reason"] == "claimed"
    assert order["offer"] in {offer["code"] for offer in case.ask(case.dispatcher, "offers")}


def test_a_project_is_done_when_its_milestones_are(case: Case) -> None:
    case.report("street_lights", "示例：路灯不亮。")
    steward = case.given()
    case.step(steward, "accept")
    case.step(steward, "start")
    with pytest.raises(Refused, match="milestones"):
        case.step(steward, "complete", answer="示例", evidence=ways.pictures())
    planned = case.step(steward, "plan", milestones=[{"name": "示例节点", "due_at": "2030-01-01T00:00:00Z"}])
    assert (planned["milestones"][0]["number"], planned["milestone_names"]) == (1, ["示例节点"])
    case.step(steward, "reach", number=1)
    assert case.step(steward, "complete", answer="示例", evidence=ways.pictures())["state"] == "completed"


def test_who_is_reported_for_at_the_desk_needs_nothing_but_the_link(case: Case) -> None:
    seen = ways.at_the_desk(case)
    report = seen["report"]
    assert (report["channel"], report["entered_by"]) == ("desk", case.dispatcher.subject)
    assert report["reporter"].startswith("w-")
    assert [rating["via"] for rating in seen["evaluation"]["ratings"]] == ["link"]


def test_a_dispatcher_is_told_why_it_went_to_somebody_else(case: Case) -> None:
    case.report("neighbour_dispute", "示例：邻里纠纷。")
    order = order_of(case)
    other = next(one for one in case.around(but=Actor(order["assignee"], STEWARD)))
    answer = case.ask(case.dispatcher, "why-not", steward=other.subject)
    assert answer["zh"]
    assert answer["code"] != "assigned"
    assert case.ask(case.dispatcher, "why-not", steward=order["assignee"])["code"] == "assigned"


def test_a_resident_sees_whose_duty_it_is(case: Case) -> None:
    case.report("disorderly_parking", "示例：乱停车。")
    duty = case.look()["order"]["duty"]
    assert duty["holder"] == "property"
    assert duty["responsible"]
    assert duty["basis"]


def test_not_our_duty_is_judged_by_the_duty_list(case: Case) -> None:
    case.report("disorderly_parking", "示例：示例单元门口乱停。")
    holder = case.given()
    trade = next(one for one in around(case) if one["subject"] == holder.subject)["occupation"]
    says_no = {"reason": "示例：不归我管", "ground": "not_our_duty"}
    if trade == "property_worker":
        with pytest.raises(Refused, match="责任清单"):
            case.step(holder, "return", **says_no)
    else:
        assert case.step(holder, "return", **says_no)["return_ground"] == "not_our_duty"


def test_who_is_on_leave_gets_nothing_until_it_is_over(case: Case, gateway: Gateway, stack: Stack) -> None:
    case.report("neighbour_dispute", "示例：请假前。")
    holder = case.given()
    times = {"from": datetime.now(UTC).isoformat(), "until": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    leave = gateway.post(f"/stewards/{holder.subject}/leaves", case.dispatcher, f"leave-{case.case_id}", times)
    again = gateway.post(f"/stewards/{holder.subject}/leaves", case.dispatcher, f"leave-{case.case_id}", times)
    assert again == leave
    wait_until(lambda: says_on_leave(case, holder), SECONDS, "dispatch did not hear of the leave")
    case.report("neighbour_dispute", "示例：请假中。")
    assert case.look()["order"].get("assignee") != holder.subject
    with pytest.raises(Refused, match="403"):
        gateway.post("/stewards/steward-001/leaves", holder, f"other-{case.case_id}", times)
    assert dispatcher(stack).delete(f"/leaves/{leave['leave_id']}").status_code == HTTPStatus.OK
    wait_until(lambda: not says_on_leave(case, holder), SECONDS, "dispatch did not hear that it is over")
