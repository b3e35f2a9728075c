"""From the desk to the closed case, with nothing but the link that the resident was handed."""

from typing import Any

import pytest
import requests

from shared.kernel.actor import RESIDENT
from steward.stack import Stack
from tests.support.http import Person, dispatcher, states
from tests.support.walk import INSIDE, assigned, issue_link, load_district, serve, some_words, wait_for_invitation

pytestmark = pytest.mark.servers

FORM = {"contacted": "true", "resolved": "true", "satisfaction": "satisfied", "stars": "5"}


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def entered(by: Person) -> dict[str, Any]:
    """The report as the worker is shown it, with the token of its link."""
    resident = {"name": "示例老人", "consent": True}
    body = {"text": some_words(), "category": "rubbish_heap", "position": INSIDE, "channel": "desk"}
    answer = by.post("/reports", {**body, "on_behalf_of": resident})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def given(district: Stack, report: dict[str, Any]) -> Person:
    """The steward who has its order; its reporter sees that before any dispatcher does."""
    return assigned(district, Person(district, RESIDENT, report["reporter"]), report["case_id"])


def served(district: Stack, desk: Person, report: dict[str, Any]) -> Person:
    """Who served it; its reporter is invited."""
    steward, case_id = given(district, report), report["case_id"]
    serve(steward, case_id)
    wait_for_invitation(desk, case_id)
    return steward


def test_an_old_man_without_a_phone_follows_his_case_and_rates_it(district: Stack) -> None:
    desk = dispatcher(district)
    report = entered(desk)
    case_id, page = report["case_id"], f"{desk.gateway}/follow/{report['follow_token']}"
    waiting = requests.get(page, timeout=30)
    assert (waiting.status_code, "已立案" in waiting.text, "去评价" in waiting.text) == (200, True, False)
    assert not [told for told in ("示例老人", report["reporter"], desk.subject, report["text"]) if told in waiting.text]
    early = requests.post(page, allow_redirects=False, timeout=30)
    assert early.status_code in (404, 409)
    served(district, desk, report)
    done = requests.get(page, timeout=30).text
    assert "已清理完毕。" in done
    assert "去评价" in done
    form = requests.post(page, timeout=30)
    assert (form.status_code, "/r/" in form.url, "满意" in form.text) == (200, True, True)
    assert requests.post(form.url, data=FORM, timeout=30).status_code == 200
    case = desk.wait_for(case_id, lambda case: states(case) == ("closed", "closed", "settled"))
    assert [(rating["stars"], rating["via"]) for rating in case["evaluation"]["ratings"]] == [(5, "link")]
    closed = requests.get(page + "/case", timeout=30).json()
    assert (closed["state"], closed["timeline"][-1]["event"], "rate_until" in closed) == (
        "closed",
        "OrderClosed",
        False,
    )


def test_a_link_that_was_lost_is_issued_again_and_the_old_one_ends(district: Stack) -> None:
    desk = dispatcher(district)
    report = entered(desk)
    again = desk.post(f"/reports/{report['case_id']}/issue_follow_link")
    assert again.status_code == 200, again.text
    old, new = (f"{desk.gateway}/follow/{token}" for token in (report["follow_token"], again.json()["follow_token"]))
    assert requests.get(new, timeout=30).status_code == 200
    gone = requests.get(old, timeout=30)
    assert (gone.status_code, "请使用最近收到的那个" in gone.text) == (410, True)
    assert requests.get(old + "/case", timeout=30).json()["type"] == "urn:steward:problem:gone"
    assert "follow_token" not in desk.case(report["case_id"])["report"]


def test_who_took_the_report_down_has_no_hand_in_its_rating(district: Stack) -> None:
    desk = dispatcher(district)
    report = entered(desk)
    served(district, desk, report)
    asked = {"reporter": report["reporter"]}
    refused = desk.post(f"/evaluations/{report['case_id']}/issue_link", asked)
    assert (refused.status_code, "其他派单员" in refused.json()["detail"]) == (403, True)
    assert issue_link(dispatcher(district), report["case_id"], report["reporter"])
    assert desk.post(f"/evaluations/{report['case_id']}/rate", {}).status_code == 403


def test_a_steward_who_took_it_down_and_served_it_leads_nobody_to_its_rating(district: Stack) -> None:
    desk = dispatcher(district)
    steward = given(district, entered(desk))
    mine = entered(steward)
    case_id = mine["case_id"]
    if given(district, mine).subject != steward.subject:
        transfer = {"reason": "示例", "steward": steward.subject}
        assert desk.post(f"/orders/{case_id}/transfer", transfer).status_code == 200
    assert served(district, desk, mine).subject == steward.subject
    answer = requests.post(f"{desk.gateway}/follow/{mine['follow_token']}/rating", timeout=30)
    assert (answer.status_code, "单独的评价链接" in answer.json()["detail"]) == (403, True)
    assert issue_link(desk, case_id, mine["reporter"])
