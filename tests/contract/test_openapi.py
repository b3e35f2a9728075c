"""The document that clients are built from: valid OpenAPI 3.1, and every step guarded and repeatable."""

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from services.gateway.app import create_app
from services.gateway.rest.steps import RESOURCES, STEPS
from shared.runtime.calls import Calls
from tests.support.settings import SETTINGS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    client = create_app(SETTINGS, Calls()).test_client()
    return dict(client.get("/openapi.json").get_json())


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_command_of_every_service_is_a_step_over_http() -> None:
    for name, resource in RESOURCES.items():
        assert {step.verb for step in STEPS if step.of == name} == set(resource.commands)


def test_every_step_is_in_it_with_its_key_its_token_and_its_words(document: dict[str, Any]) -> None:
    for step in STEPS:
        operation = document["paths"][step.path.replace("<uuid:case_id>", "{case_id}")]["post"]
        headers = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"]
        assert headers == ["Idempotency-Key"] if step.is_new else ["Idempotency-Key", "If-Match"], step.path
        assert operation["security"] == [{"bearer": []}], step.path


def test_reading_needs_a_token_but_what_can_be_reported_does_not(document: dict[str, Any]) -> None:
    gets = {path: item["get"] for path, item in document["paths"].items() if "get" in item}
    assert {path for path, operation in gets.items() if "security" not in operation} == {"/categories", "/quick"}


@pytest.mark.parametrize(
    ("path", "formats"),
    [
        ("/indicators", {"application/json", "text/csv", XLSX}),
        ("/indicators/definitions", {"application/json"}),
        ("/reports/monthly", {"text/html", XLSX}),
    ],
)
def test_what_analysts_read_is_in_it_in_every_format(document: dict[str, Any], path: str, formats: set[str]) -> None:
    operation = document["paths"][path]["get"]
    assert set(operation["responses"]["200"]["content"]) == formats
    offered = {parameter["name"]: parameter["schema"].get("enum", []) for parameter in operation.get("parameters", [])}
    assert len(offered.get("format", formats)) == len(formats)


def test_the_page_that_shows_it_loads_everything_from_here() -> None:
    page = create_app(SETTINGS, Calls()).test_client().get("/docs/").get_data(as_text=True)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) >= 5
    assert all(address.startswith("/docs/") for address in loaded)
