"""GeoReport v2 where it needs no service behind it: discovery, formats, and how requests are refused."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError
from werkzeug.test import TestResponse

from services.gateway.app import create_app
from services.gateway.clients.client import Client
from services.gateway.open311 import refusals
from services.gateway.open311.formats import xml
from services.gateway.open311.routes import create
from services.gateway.open311.settings import Open311Settings
from services.gateway.open311.wording import EXTENDED, NOTES
from services.gateway.protection.limiting.allowances import Standing
from services.gateway.protection.limiting.limiter import TooMany
from services.intake.domain import OPEN, TRANSITIONS
from shared.kernel.errors import Unavailable
from shared.runtime.calls import Calls
from shared.runtime.faults import KEY_NOT_FOUND
from tests.support.open311.referee import FORMATS, read
from tests.support.settings import SETTINGS

FORM = "application/x-www-form-urlencoded"
HAN = re.compile("[\u4e00-\u9fff]")
CLOSED = {"fixed", "no_further_action", "not_councils_responsibility", "duplicate"}


class Away(Calls):
    """No service answers."""

    def call(self, service: str, method: str, **kwargs: Any) -> Any:
        raise Unavailable(service)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(SETTINGS, Away()).test_client()


def content(root: str, extension: str, answer: TestResponse) -> Any:
    return read(root, extension, answer.headers["Content-Type"], answer.data)


def errors(extension: str, answer: TestResponse) -> list[dict[str, str]]:
    found: list[dict[str, str]] = content("errors", extension, answer)
    return found


@pytest.mark.parametrize("extension", FORMATS)
def test_discovery_names_both_endpoints_and_they_are_there(client: FlaskClient, extension: str) -> None:
    found = content("discovery", extension, client.get(f"/open311/discovery.{extension}"))
    assert [endpoint["url"] for endpoint in found["endpoints"]] == [
        "http://localhost/open311/v2",
        "http://localhost/open311/en/v2",
    ]
    for endpoint in found["endpoints"]:
        assert client.get(f"{endpoint['url']}/services.json").status_code == 400  # there, and nobody behind it


def test_a_page_for_people_names_every_call_and_loads_nothing(client: FlaskClient) -> None:
    page = client.get("/open311/")
    prefix = "/open311/v2/"
    rules = [rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith(prefix)]
    told = set(re.findall(r"<code>([A-Z]+)</code></td><td><code>(\w+)", page.text))
    assert told == {
        (method, rule.rule.removeprefix(prefix).split(".")[0].split("/")[0])
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert page.text.count("<tr>") == len(rules)
    assert not re.findall(r"<script|\bsrc=|url\(|@import", page.text)
    nonce = re.findall(r'nonce="([^"]+)"', page.text)
    assert f"style-src 'nonce-{nonce[0]}'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "v2/nothing", 404),
        ("GET", "nothing", 404),
        ("GET", "v2/services/one/two", 404),
        ("DELETE", "v2/requests", 400),
        ("POST", "v2/services", 400),
        ("PUT", "v2/requests/1", 400),
        ("POST", "discovery", 400),
        ("POST", "v2/requests", 400),  # not a form
        ("GET", "v2/requests", 400),  # nobody behind it
    ],
)
def test_whatever_is_refused_is_refused_as_the_specification_says(
    client: FlaskClient, extension: str, method: str, path: str, status: int
) -> None:
    answer = client.open(f"/open311/{path}.{extension}", method=method)
    assert answer.status_code == status
    assert len(errors(extension, answer)) == 1


@pytest.mark.parametrize("path", ["v2/services", "v2/services.html", "v2/requests/1.pdf", "discovery.txt", "v2/"])
def test_a_format_that_there_is_not_is_told_in_xml(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/open311/{path}")
    assert answer.status_code == 404
    assert errors("xml", answer)[0]["code"] == "404"


def test_who_writes_without_a_key_is_told_so(client: FlaskClient) -> None:
    for path in ("requests", "servicerequestupdates"):
        answer = client.post(f"/open311/v2/{path}.json", data={"service_code": "rubbish_heap"})
        assert answer.status_code == 403
        assert errors("json", answer)[0]["code"] == "403"


def test_all_that_is_wrong_is_said_at_once(client: FlaskClient) -> None:
    query = "start_date=2026-01-01&end_date=soon&status=half&lat=91&page=0&page_size=1001"
    answer = client.get(f"/open311/v2/requests.json?{query}")
    assert answer.status_code == 400
    told = [error["description"].split(":")[0] for error in errors("json", answer)]
    assert sorted(told) == ["end_date", "lat", "long", "page", "page_size", "start_date", "status"]


@pytest.mark.parametrize(
    ("query", "about"),
    [
        ("start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:00Z", "end_date"),
        ("start_date=2026-04-02T00:00:00Z&end_date=2026-01-01T00:00:00Z", "start_date"),
        ("start_date=2026-01-01T00:00:00", "start_date"),
        ("updated_after=2026-04-02T00:00:00Z&updated_before=2026-01-01T00:00:00Z", "updated_after"),
        ("long=119", "lat"),
        ("lat=25&long=nan", "long"),
        ("lat=25&long=119&radius=1000000", "radius"),
    ],
)
def test_a_bad_argument_is_named(client: FlaskClient, query: str, about: str) -> None:
    answer = client.get(f"/open311/v2/requests.json?{query}")
    assert [error["description"].split(":")[0] for error in errors("json", answer)] == [about]


@pytest.mark.parametrize(
    ("path", "accepted", "is_chinese"),
    [
        ("/open311/v2/nothing.json", None, True),
        ("/open311/v2/nothing.json", "en", False),
        ("/open311/en/v2/nothing.json", None, False),
        ("/open311/en/v2/nothing.json", "zh-CN", False),
    ],
)
def test_it_speaks_chinese_unless_the_address_or_the_caller_says_english(
    client: FlaskClient, path: str, accepted: str | None, is_chinese: bool
) -> None:
    answer = client.get(path, headers={"Accept-Language": accepted} if accepted else {})
    assert bool(HAN.search(errors("json", answer)[0]["description"])) == is_chinese
    assert answer.headers["Content-Language"][:2] == ("zh" if is_chinese else "en")


def test_services_that_do_not_answer_are_no_answer(client: FlaskClient) -> None:
    answer = client.get("/open311/v2/services.xml")
    assert answer.status_code == 400
    assert errors("xml", answer)[0]["code"] == "503"
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("fault", [AutoReconnect(), OperationFailure("not ready", KEY_NOT_FOUND)], ids=repr)
def test_keys_that_cannot_be_looked_up_are_no_wrong_keys(fault: PyMongoError) -> None:
    def lost(key: str) -> Client | None:
        raise fault

    app = Flask(__name__)
    app.register_blueprint(create("/open311/v2", Away(), lost, Open311Settings()))
    answer = app.test_client().post("/open311/v2/requests.json", data={"api_key": "示例"})
    assert (answer.status_code, errors("json", answer)[0]["code"]) == (400, "503")


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/open311/v2/requests.json", data="a=" + "x" * 70_000, content_type=FORM)
    assert answer.status_code == 400
    assert "65536" in errors("json", answer)[0]["description"]


def test_what_xml_cannot_hold_is_left_out() -> None:
    written = xml("errors", [{"code": 400, "description": "示例\x00\x0b\ufffe<&>\n\ud800"}])
    assert read("errors", "xml", "text/xml; charset=utf-8", written)[0]["description"] == "示例<&>\n"


def test_every_state_has_words_and_is_open_where_ours_is() -> None:
    states = set(TRANSITIONS.values())
    assert NOTES.keys() == EXTENDED.keys() == states
    assert {state for state in states if EXTENDED[state] not in CLOSED} == set(OPEN)


def test_who_asks_too_often_is_told_when_to_go_on(client: FlaskClient) -> None:
    standing = Standing(parse("1/minute"), remaining=0, seconds=7, is_over=True)
    with client.application.test_request_context("/open311/v2/requests.xml"):
        answer = refusals.of_too_many(TooMany(standing))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert read("errors", "xml", answer.headers["Content-Type"], answer.data)[0]["code"] == "429"


def test_who_runs_it_says_its_jurisdiction_and_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPEN311_JURISDICTION", "example.org")
    monkeypatch.setenv("OPEN311_URL", "https://example.org/")
    monkeypatch.setenv("OPEN311_CONTACT", "示例联系方式")
    monkeypatch.setenv("OPEN311_KEY_SERVICE", "示例申请方式")
    ours = create_app(SETTINGS, Away()).test_client()
    found = content("discovery", "json", ours.get("/open311/discovery.json"))
    assert found["endpoints"][0]["url"] == "https://example.org/open311/v2"
    assert (found["contact"], found["key_service"]) == ("示例联系方式", "示例申请方式")
    for named, status in (("example.org", 400), ("", 400), ("elsewhere.org", 404)):
        answer = ours.get(f"/open311/v2/services.json?jurisdiction_id={named}")
        assert answer.status_code == status, named
        assert errors("json", answer)


def test_any_jurisdiction_is_taken_where_none_is_set(client: FlaskClient) -> None:
    answer = client.get("/open311/v2/services.json?jurisdiction_id=example.org")
    assert errors("json", answer)[0]["code"] == "503"
