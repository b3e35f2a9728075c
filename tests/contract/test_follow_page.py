"""The page of a follow link: how far it is, in both languages, and nothing of who reported it."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.gateway.app import create_app
from services.gateway.following.milestones import MILESTONES
from services.intake.domain import Report
from services.intake.follow_links import REPLACED
from shared.kernel.errors import Forbidden, Gone, IllegalTransition, NotFound, Unavailable
from shared.runtime.calls import Calls
from tests.contract.test_events import AGGREGATES
from tests.support.settings import SETTINGS

SECRETS = {"contact_name": "示例居民", "contact_phone": "+8613800000000", "address": "示例路1号", "text": "示例原文"}
REFUSALS = {
    "replaced": (Gone("case", "until", REPLACED), 410, "请使用最近收到的那个"),
    "erased": (Gone("case", "until"), 410, "这个链接已失效"),
    "unknown": (NotFound("case"), 404, "没有这个链接"),
    "away": (Unavailable("intake"), 503, "暂时无法回答"),
    "early": (IllegalTransition("expected", "issue_link", []), 409, "现在还不能评价"),
    "own": (Forbidden("rate", "resident", "Nobody rates a case that they served."), 403, "不能评价"),
}


class Answers(Calls):
    """A served case with all that intake tells its reporter; a token that is a refusal is refused."""

    def call(self, service: str, method: str, **kwargs: Any) -> Any:
        if kwargs.get("token") in REFUSALS:
            raise REFUSALS[kwargs["token"]][0]
        return getattr(self, f"_{method}")()

    def _get_followed(self) -> dict[str, Any]:
        return {"case_id": "case", "reporter": "p-sample", "entered_by": "sample-worker"}

    def _get_report(self) -> dict[str, Any]:
        timeline = [
            entry("2026-03-01T08:30:00.000Z", "ReportSubmitted"),
            entry("2026-03-01T08:31:00.000Z", "ReportFollowed"),
        ]
        return {"case_id": "case", "state": "served", "category": "rubbish_heap", "timeline": timeline, **SECRETS}

    def _get_order(self) -> dict[str, Any]:
        timeline = [entry("2026-03-01T16:30:00.000Z", "OrderCompleted")]
        return {"state": "completed", "answer": "已清理<完毕>。", "assignee": "sample-steward", "timeline": timeline}

    def _get_evaluation(self) -> dict[str, Any]:
        return {"state": "invited", "due_at": "2026-03-08T16:30:00.000Z", "timeline": []}

    def _list_categories(self) -> list[dict[str, str]]:
        return [{"code": "rubbish_heap", "name_zh": "垃圾囤积", "name_en": "Rubbish heap"}]

    def _open_to_follower(self) -> str:
        return "rating-token"


def entry(at: str, event: str) -> dict[str, str]:
    return {"at": at, "event": event}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(SETTINGS, Answers()).test_client()


def test_it_shows_how_far_the_case_is_and_leads_to_the_rating(client: FlaskClient) -> None:
    page = client.get("/follow/good")
    assert page.status_code == 200
    for told in ("垃圾囤积", "已上报", "3月1日 16:30", "已办结", "3月2日 00:30", "已清理&lt;完毕&gt;。", "去评价"):
        assert told in page.text
    rating = client.post("/follow/good")
    assert (rating.status_code, rating.headers["Location"]) == (303, "/r/rating-token")
    assert rating.headers["Referrer-Policy"] == "no-referrer"


def test_nothing_of_who_reported_or_served_it_is_shown(client: FlaskClient) -> None:
    for address in ("/follow/good", "/follow/good/case"):
        shown = client.get(address).text
        assert not [
            told for told in (*SECRETS.values(), "p-sample", "sample-worker", "sample-steward") if told in shown
        ]


def test_as_json_it_says_the_same(client: FlaskClient) -> None:
    case = client.get("/follow/good/case").get_json()
    assert (case["state"], case["answer"]) == ("served", "已清理<完毕>。")
    assert [(step["event"], step["zh"]) for step in case["timeline"]] == [
        ("ReportSubmitted", "已上报"),
        ("OrderCompleted", "已办结"),
    ]
    assert client.post("/follow/good/rating").get_json() == {"token": "rating-token"}


@pytest.mark.parametrize("token", REFUSALS)
def test_every_refusal_is_a_page_with_words(client: FlaskClient, token: str) -> None:
    _, status, words = REFUSALS[token]
    for page in (client.get(f"/follow/{token}"), client.post(f"/follow/{token}")):
        assert (page.status_code, words in page.text, 'lang="en"' in page.text) == (status, True, True)
        assert page.headers["Cache-Control"] == "no-store"
    assert client.get(f"/follow/{token}/case").status_code == status


def test_it_loads_nothing_and_needs_no_script(client: FlaskClient) -> None:
    page = client.get("/follow/good")
    assert not re.findall(r"<script|\b(?:src|href)=|url\(|@import|https?:", page.text)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'nonce-")


def test_what_is_told_happens() -> None:
    happens = {verb.event_type for case in AGGREGATES.values() for verb in case.lifecycle.verbs.values()}
    assert MILESTONES.keys() <= happens
    assert {verb.event_type for verb in Report.lifecycle.verbs.values()} & MILESTONES.keys()
