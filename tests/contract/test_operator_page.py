"""The operators' page: who comes in, what the browser is told, and how it looks while nobody answers."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.gateway.app import create_app
from services.gateway.identity.tokens import Tokens
from services.gateway.operator.session import COOKIE
from shared.kernel.actor import ANALYST, DISPATCHER, OPERATOR, PERSONS, Actor
from shared.kernel.errors import Unavailable
from shared.runtime.calls import Calls
from tests.support.settings import SETTINGS

NOWHERE = "http://watcher:secret@127.0.0.1:9"
"""Nobody listens on the discard port."""


class NobodyAnswers(Calls):
    def call(self, service: str, method: str, **_: Any) -> Any:
        raise Unavailable(service)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("MANAGEMENT_URI", NOWHERE)
    return create_app(SETTINGS, NobodyAnswers()).test_client()


def token(role: str, lifetime: timedelta = timedelta(minutes=5)) -> str:
    return Tokens(SETTINGS.token_secret, SETTINGS.token_issuer).issue(Actor(f"{role}-1", role), lifetime)


def sign_in(client: FlaskClient, token: str) -> int:
    return client.post("/operator/sign-in", data={"token": token}).status_code


def test_who_has_not_signed_in_is_asked_to(client: FlaskClient) -> None:
    answer = client.get("/operator/")
    assert answer.status_code == 401
    assert 'action="/operator/sign-in"' in answer.text
    assert "figures" not in answer.text


@pytest.mark.parametrize("role", sorted({*PERSONS} - {OPERATOR}))
def test_nobody_but_an_operator_signs_in(client: FlaskClient, role: str) -> None:
    assert sign_in(client, token(role)) == 422
    assert client.get_cookie(COOKIE, path="/operator") is None
    client.set_cookie(COOKIE, token(role), path="/operator")
    assert client.get("/operator/").status_code == 403
    assert client.get("/operator/events?once=1").status_code == 403


@pytest.mark.parametrize("shown", ["", "x.y.z", token(OPERATOR, -timedelta(seconds=1))])
def test_a_token_that_is_not_good_opens_nothing(client: FlaskClient, shown: str) -> None:
    assert sign_in(client, shown) == 422
    client.set_cookie(COOKIE, shown, path="/operator")
    assert client.get("/operator/").status_code == 401
    assert client.get("/operator/events?once=1").status_code == 401


def test_the_token_is_kept_where_no_script_and_no_other_site_gets_it(client: FlaskClient) -> None:
    plain = client.post("/operator/sign-in", data={"token": token(OPERATOR)}).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/operator"} <= {*plain.split("; ")}
    secure = client.post("/operator/sign-in", data={"token": token(OPERATOR)}, base_url="https://localhost")
    assert "Secure" in secure.headers["Set-Cookie"].split("; ")


def test_an_operator_sees_the_page_until_they_sign_out(client: FlaskClient) -> None:
    assert sign_in(client, token(OPERATOR)) == 303
    assert client.get("/operator/").status_code == 200
    client.post("/operator/sign-out")
    assert client.get("/operator/").status_code == 401


def test_the_page_may_connect_to_us_alone_and_nobody_keeps_it(client: FlaskClient) -> None:
    sign_in(client, token(OPERATOR))
    headers = client.get("/operator/").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["script-src"].startswith("'nonce-")
    assert headers["Cache-Control"] == "no-store"


def test_what_nobody_can_tell_is_no_nought(client: FlaskClient) -> None:
    """Neither broker nor any service is there: no figure is told, and none is 0."""
    sign_in(client, token(OPERATOR))
    told = client.get("/operator/events?once=1")
    assert told.mimetype == "text/event-stream"
    assert told.text.startswith("event: figures\ndata: ")
    assert told.text.endswith("\n\n")
    assert ">0<" not in told.text
    assert ">—<" in told.text
    assert "secret" not in told.text


@pytest.mark.parametrize("role", [OPERATOR, DISPATCHER, ANALYST])
def test_a_header_does_what_the_cookie_does(client: FlaskClient, role: str) -> None:
    answer = client.get("/operator/", headers={"Authorization": f"Bearer {token(role)}"})
    assert answer.status_code == (200 if role == OPERATOR else 403)
