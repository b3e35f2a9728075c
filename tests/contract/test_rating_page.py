"""The page of a rating link: nothing leaves it, nothing is kept of it, and what is given is never taken for markup."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.evaluation.domain.linked import USED
from services.gateway.app import create_app
from shared.kernel.errors import Gone, NotFound, Unavailable
from shared.runtime.calls import Calls
from tests.support.settings import SETTINGS

REFUSALS = {
    "used": Gone("case", "until", USED),
    "erased": Gone("case", "until"),
    "unknown": NotFound("case"),
    "away": Unavailable("evaluation"),
}
STATUS = {"good": 200, "used": 410, "erased": 410, "unknown": 404, "away": 503}


class Answers(Calls):
    """What the services say of each token."""

    def call(self, service: str, method: str, **kwargs: Any) -> Any:
        if method == "list_categories":
            return []
        if refusal := REFUSALS.get(kwargs["token"]):
            raise refusal
        return {"category": "no-longer-offered", "served_at": "2026-03-01T08:30:00.000Z", "until": "2026-03-08T16:30Z"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(SETTINGS, Answers()).test_client()


@pytest.mark.parametrize("token", STATUS)
def test_every_answer_is_a_page_that_loads_nothing_and_is_kept_nowhere(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/r/{token}")
    assert answer.status_code == STATUS[token]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    nonce = re.findall(r'nonce="([^"]+)"', answer.text)
    assert answer.headers["Content-Security-Policy"].startswith(f"default-src 'none'; style-src 'nonce-{nonce[0]}';")
    assert not re.findall(r"<script|\b(?:src|href)=|url\(|@import|https?:", answer.text)
    assert 'lang="en"' in answer.text


def test_no_two_pages_share_a_nonce(client: FlaskClient) -> None:
    policies = {client.get("/r/good").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_moments_are_told_in_beijing_time(client: FlaskClient) -> None:
    page = client.get("/r/good").text
    assert "3月1日 16:30" in page
    assert "3月9日 00:30" in page


def test_every_choice_has_words_and_can_be_reached(client: FlaskClient) -> None:
    page = client.get("/r/good").text
    inputs = re.findall(r'<label><input type="radio" name="(\w+)" value="(\w+)" required ><span', page)
    assert len(inputs) == page.count("<input") == 2 + 2 + 3 + 5
    assert page.count("<fieldset>") == page.count("<legend>") == 4
    assert 'for="words"' in page


def test_words_that_look_like_markup_come_back_as_words(client: FlaskClient) -> None:
    page = client.post("/r/good", data={"words": "</textarea><script>"}).text
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
