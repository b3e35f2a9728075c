"""Rating by a link over HTTP: by the page and as JSON, once, and by nobody who has not got it."""

from uuid import uuid4

import pytest
import requests

from shared.contracts.event_types import CASE_RATED
from steward.stack import Stack
from tests.support.http import Person, dispatcher, resident, states
from tests.support.walk import HAPPY, UNHAPPY, assigned, issue_link, load_district, report, serve, wait_for_invitation

pytestmark = pytest.mark.servers

FORM = {"contacted": "true", "resolved": "true", "satisfaction": "satisfied", "stars": "5", "words": "示例评语"}


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


@pytest.fixture
def me(district: Stack) -> Person:
    return resident(district)


@pytest.fixture
def case_id(district: Stack, me: Person) -> str:
    """Served, and its reporter invited."""
    case_id = report(me)
    serve(assigned(district, me, case_id), case_id)
    wait_for_invitation(me, case_id)
    return case_id


@pytest.fixture
def address(district: Stack, me: Person, case_id: str) -> str:
    return f"{me.gateway}/{{}}/{issue_link(dispatcher(district), case_id, me.subject)}"


def test_somebody_without_an_account_rates_on_the_page_and_the_case_closes(
    me: Person, case_id: str, address: str
) -> None:
    page = requests.get(address.format("r"), timeout=30)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "垃圾囤积" in page.text
    assert me.subject not in page.text
    answer = requests.post(address.format("r"), data=FORM, timeout=30)
    assert (answer.status_code, "谢谢" in answer.text) == (200, True)
    assert requests.post(address.format("r"), data=FORM, timeout=30).status_code == 200  # an impatient thumb
    case = me.wait_for(case_id, lambda case: states(case) == ("closed", "closed", "settled"))
    assert [(rating["stars"], rating["via"]) for rating in case["evaluation"]["ratings"]] == [(5, "link")]
    assert case["evaluation"]["words"] == ["示例评语"]
    for used in (
        requests.get(address.format("r"), timeout=30),
        requests.post(address.format("r"), {**FORM, "stars": 4}),
    ):
        assert (used.status_code, "已经用过" in used.text) == (410, True)


def test_the_page_asks_again_for_what_was_left_out_and_keeps_the_rest(me: Person, case_id: str, address: str) -> None:
    left_out = requests.post(address.format("r"), data={**FORM, "satisfaction": ""}, timeout=30)
    assert left_out.status_code == 422
    assert "请回答全部问题" in left_out.text
    assert left_out.text.count("checked>") == 3
    assert "示例评语" in left_out.text
    assert me.case(case_id)["evaluation"]["state"] == "invited"


def test_a_channel_of_its_own_rates_by_json_and_a_repetition_is_answered_alike(
    me: Person, case_id: str, address: str
) -> None:
    asked = requests.get(address.format("ratings"), timeout=30).json()
    assert asked.keys() == {"category", "served_at", "until"}
    key = {"Idempotency-Key": str(uuid4())}
    answers = [requests.post(address.format("ratings"), json=UNHAPPY, headers=key, timeout=30) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert "by" not in answers[0].json()
    case = me.wait_for(case_id, lambda case: len(case["order"]["rounds"]) == 2)
    assert [entry["event"] for entry in case["timeline"]].count(CASE_RATED) == 1
    other = {"Idempotency-Key": str(uuid4())}
    used = requests.post(address.format("ratings"), json=HAPPY, headers=other, timeout=30)
    assert (used.status_code, used.json()["type"]) == (410, "urn:steward:problem:gone")
    assert "已经用过" in used.json()["detail"]


def test_what_is_no_link_is_not_found(me: Person, address: str) -> None:
    for token in ("no-token", address[-44:-1] + ("A" if address[-1] != "A" else "Q")):
        assert requests.get(f"{me.gateway}/ratings/{token}", timeout=30).status_code == 404
        page = requests.get(f"{me.gateway}/r/{token}", timeout=30)
        assert (page.status_code, "没有这个链接" in page.text) == (404, True)


def test_only_a_dispatcher_is_shown_the_token(district: Stack, me: Person, case_id: str, address: str) -> None:
    assert "links" not in me.case(case_id)["evaluation"]
    shown = dispatcher(district).case(case_id)["evaluation"]["links"]
    assert [address.endswith(link["token"]) for link in shown] == [True]
