"""A report finds its unit by intake's own map and an order by dispatch's, on all the real processes."""

from typing import Any

import pytest

from steward.stack import Stack
from tests.support.http import dispatcher, resident
from tests.support.walk import INSIDE, assigned, load_district, report, unit_path

pytestmark = pytest.mark.servers

OUTSIDE = {"lon": 2.35, "lat": 48.85, "datum": "WGS-84"}


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def test_intake_and_dispatch_find_the_same_place(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    holder = assigned(district, me, case_id)
    order = me.case(case_id)["order"]
    assert unit_path(district, case_id) == order["unit_path"] != []
    assert order["serving"]["steward"] == holder.subject
    assert order["dispatched_at"] >= order["opened_at"]


@pytest.mark.parametrize("position", [None, OUTSIDE])
def test_what_is_nowhere_has_no_place(district: Stack, position: dict[str, Any] | None) -> None:
    assert unit_path(district, report(resident(district), position=position)) is None


def test_a_position_that_is_added_is_a_place(district: Stack) -> None:
    me = resident(district)
    case_id = report(me, category=None, position=None)
    assert dispatcher(district).post(f"/reports/{case_id}/ask", {"question": "在哪里?"}).status_code == 200
    answer = me.post(f"/reports/{case_id}/add_information", {"text": "就在这里", "position": INSIDE})
    assert answer.status_code == 200, answer.text
    assert (unit_path(district, case_id) or [None])[0] == "licheng"
