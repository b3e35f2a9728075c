"""What every answer tells a browser, and which pages of others may call from one."""

from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_cors import CORS

from services.gateway.app import create_app
from services.gateway.protection import cross_origin
from services.gateway.protection.settings import read_origins, read_trusted_proxies
from shared.runtime.calls import Calls
from tests.support.settings import SETTINGS

CITY, STRANGER = "https://city.example", "https://stranger.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("CORS_ORIGINS", f"{CITY}, https://other.example")
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1")
    app = create_app(SETTINGS, Calls())
    app.add_url_rule("/breaks", "breaks", lambda: str(1 // 0))
    return app.test_client()


@pytest.mark.parametrize("path", ["/health/live", "/openapi.json", "/docs/", "/reports", "/nowhere", "/breaks"])
def test_every_answer_is_harmless_in_a_browser(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Server" not in headers


def test_a_fault_of_ours_tells_nothing_of_the_inside(client: FlaskClient) -> None:
    answer = client.get("/breaks")
    assert answer.status_code == 500
    assert answer.get_json()["type"] == "urn:steward:problem:our-fault"
    assert not any(word in answer.text for word in ("Traceback", "ZeroDivision", "breaks", ".py"))


def test_only_tls_is_told_to_stay_tls(client: FlaskClient) -> None:
    behind_tls = {"X-Forwarded-Proto": "https"}
    assert "Strict-Transport-Security" not in client.get("/health/live").headers
    assert client.get("/health/live", headers=behind_tls).headers["Strict-Transport-Security"] == "max-age=31536000"
    stranger = {"REMOTE_ADDR": "203.0.113.1"}
    answer = client.get("/health/live", headers=behind_tls, environ_overrides=stranger)
    assert "Strict-Transport-Security" not in answer.headers


def test_a_page_of_an_origin_that_is_named_may_ask_and_read(client: FlaskClient) -> None:
    asked = client.options("/reports", headers={"Origin": CITY, **PREFLIGHT})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, CITY)
    assert "Idempotency-Key" in asked.headers["Access-Control-Allow-Headers"]
    answer = client.get("/reports", headers={"Origin": CITY})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, CITY)
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", [STRANGER, "null", "https://city.example.evil.example", "http://city.example"])
def test_a_page_of_another_origin_may_not(client: FlaskClient, origin: str) -> None:
    for answer in (
        client.options("/reports", headers={"Origin": origin, **PREFLIGHT}),
        client.get("/health/live", headers={"Origin": origin}),
    ):
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118
        assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", [CITY, STRANGER])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_it_allows_what_flask_cors_would(origin: str, method: str) -> None:
    ours, theirs = Flask("ours"), Flask("theirs")
    cross_origin.register(ours, {CITY})
    named = [name.strip() for name in cross_origin.REQUEST_HEADERS.split(",")]
    CORS(theirs, origins=[CITY], allow_headers=named, methods=cross_origin.METHODS.split(", "), max_age=600)
    asked = {"Origin": origin, **(PREFLIGHT if method == "OPTIONS" else {})}
    answers = []
    for app in (ours, theirs):
        app.add_url_rule("/", "root", lambda: "here", methods=["GET", "POST"])
        answers.append(_allowed(app.test_client().open("/", method=method, headers=asked).headers, asked))
    assert answers[0] == answers[1]


def _allowed(headers: Mapping[str, str], asked: Mapping[str, str]) -> tuple[bool, ...]:
    """What a browser makes of the answer."""
    methods = headers.get("Access-Control-Allow-Methods", "")
    names = headers.get("Access-Control-Allow-Headers", "").lower()
    return (
        headers.get("Access-Control-Allow-Origin") == asked["Origin"],
        "POST" in methods,
        "authorization" in names,
    )


@pytest.mark.parametrize("origins", ["*", "city.example", "https://city.example/page", "ftp://city.example"])
def test_what_is_no_origin_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("CORS_ORIGINS", origins)
    with pytest.raises(ValueError, match="CORS_ORIGINS"):
        read_origins()


def test_what_is_no_proxy_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "proxy.example")
    with pytest.raises(ValueError, match="TRUSTED_PROXIES"):
        read_trusted_proxies()
