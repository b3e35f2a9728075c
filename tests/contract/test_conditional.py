"""ETags over HTTP: what is known is not sent again, and what a caller saw is told to the service that decides."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.gateway.app import create_app
from services.gateway.identity.tokens import Tokens
from shared.kernel.actor import DISPATCHER, Actor
from shared.kernel.errors import Changed
from shared.runtime.calls import Calls
from tests.support.settings import SETTINGS

CASE = str(uuid4())
VERSION = 3


class OneOrder(Calls):
    """Dispatch, with an order in its third version; what each step says that it saw is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.words = "示例"
        self.seen: list[Any] = []

    def call(self, service: str, method: str, **asked: Any) -> Any:
        if method == "carry_out":
            self.seen.append(asked["request"]["seen"])
            if self.seen[-1] is not None and VERSION not in self.seen[-1]:
                raise Changed(CASE, VERSION)
        return {"case_id": CASE, "state": "pending", "version": VERSION, "question": self.words, "timeline": []}


@pytest.fixture
def dispatch() -> OneOrder:
    return OneOrder()


@pytest.fixture
def client(dispatch: OneOrder) -> FlaskClient:
    return create_app(SETTINGS, dispatch).test_client()


def token() -> str:
    actor = Actor("sample-dispatcher", DISPATCHER, "d")
    return Tokens(SETTINGS.token_secret, SETTINGS.token_issuer).issue(actor, timedelta(hours=1))


def get(client: FlaskClient, **headers: str) -> TestResponse:
    return client.get(f"/orders/{CASE}", headers={"Authorization": f"Bearer {token()}", **named(headers)})


def place(client: FlaskClient, **headers: str) -> TestResponse:
    given = {"Authorization": f"Bearer {token()}", "Idempotency-Key": str(uuid4()), "Accept-Language": "en"}
    return client.post(f"/orders/{CASE}/place", json={"unit": "d"}, headers=given | named(headers))


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def test_what_is_known_already_is_not_sent_again(client: FlaskClient) -> None:
    first = get(client)
    again = get(client, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in again.headers["Vary"]


def test_what_is_shown_otherwise_is_sent_although_the_version_is_the_same(
    client: FlaskClient, dispatch: OneOrder
) -> None:
    known = get(client).headers["ETag"]
    dispatch.words = "别的"
    assert get(client, If_None_Match=known).status_code == 200


def test_a_step_answers_with_the_tag_that_reading_gives(client: FlaskClient) -> None:
    assert place(client).headers["ETag"] == get(client).headers["ETag"]


@pytest.mark.parametrize(
    ("match", "seen"),
    [
        (None, None),
        ("*", None),
        ('"3-0123456789abcdef"', [3]),
        ('"2-0123456789abcdef", "3-0123456789abcdef"', [2, 3]),
    ],
)
def test_a_step_is_done_in_the_state_that_was_seen(
    client: FlaskClient, dispatch: OneOrder, match: str | None, seen: list[int] | None
) -> None:
    assert place(client, **({"If_Match": match} if match else {})).status_code == 200
    assert [sorted(one) if one else one for one in dispatch.seen] == [seen]


@pytest.mark.parametrize(
    "match",
    [
        '"2-0123456789abcdef"',
        'W/"3-0123456789abcdef"',
        '"3"',
        '"99999999999-0123456789abcdef"',
        "nonsense",
        '""',
        '"", ""',
        "",
    ],
)
def test_a_step_for_another_state_or_by_a_tag_that_proves_nothing_is_refused(client: FlaskClient, match: str) -> None:
    answer = place(client, If_Match=match)
    assert (answer.status_code, answer.get_json()["version"]) == (412, VERSION)
    assert answer.get_json()["type"] == "urn:steward:problem:changed"
    assert "look again" in answer.get_json()["detail"]
