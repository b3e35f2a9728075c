"""JSON as it comes in: what could not be stored or said again never gets to a service."""

from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from marshmallow import Schema
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from services.gateway.app import create_app
from services.gateway.rest.bodies import JsonBodies, as_it_came, read
from shared.kernel.errors import Invalid
from shared.runtime.calls import Calls
from tests.support.settings import SETTINGS

PARSER = JsonBodies()
APP = Flask("bodies")


def load(body: str | bytes, content_type: str = "application/json") -> Any:
    with APP.test_request_context("/", method="POST", data=body, content_type=content_type):
        return PARSER.load_json(request, Schema())


def test_a_body_is_read_once_and_handed_on_as_it_came() -> None:
    body = {"text": "示例", "more": [1]}
    with APP.test_request_context("/", method="POST", json=body):
        loaded = PARSER.load_json(request, Schema())
        assert as_it_came() is loaded
        assert loaded == body


def test_without_a_body_nothing_is_handed_on() -> None:
    with APP.test_request_context("/", method="POST"):
        PARSER.load_json(request, Schema())
        assert as_it_came() == {}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(SETTINGS, Calls()).test_client()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"text": "a\\u0000b"}', "text"),
        ('{"text": "\\ud800"}', "text"),
        ('{"parties": [{"task": "\\udfff"}]}', "parties.0.task"),
        ('{"roll": {"\\u0000": []}}', "roll"),
        ('["\\u0000"]', "0"),
    ],
)
def test_what_cannot_be_stored_is_refused_where_it_stands(body: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load(body)
    assert [*refusal.value.errors] == [field]


@pytest.mark.parametrize(
    "body",
    [
        b"{broken",
        b'{"text": "\xff"}',
        b'{"lon": NaN}',
        b'{"lon": -Infinity}',
        b"[" * 30_000,
        b'{"stars": ' + b"9" * 5_000 + b"}",
    ],
    ids=["broken", "not UTF-8", "NaN", "infinity", "deep", "endless number"],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_media_type_is_refused_if_there_is_a_body(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        load("{}", content_type)


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "application/x+json"])
def test_json_comes_as_it_is(content_type: str) -> None:
    assert load('{"text": "水满了 \\ud83d\\ude00", "n": 1.5}', content_type) == {"text": "水满了 😀", "n": 1.5}


def test_a_question_that_nobody_knows_is_refused_by_its_name(client: FlaskClient) -> None:
    answer = client.get("/categories?catgory=x", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.get_json()["errors"]) == (
        422,
        [{"field": "catgory", "messages": ["Unknown field."]}],
    )


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE"])
def test_another_method_is_refused_with_those_that_are_known(client: FlaskClient, method: str) -> None:
    answer = client.open("/reports", method=method)
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    assert answer.get_json()["status"] == 405
