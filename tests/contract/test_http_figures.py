"""Every request is counted once, by its route: whoever refuses it, whatever was asked for, and no address in sight."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.gateway.app import create_app
from shared.runtime.calls import Calls
from shared.runtime.telemetry import metrics
from shared.runtime.telemetry.logs import json_formatter
from tests.support.settings import SETTINGS

CASE, SECRET = "01997d5c-9f6c-7e4b-8c1d-0123456789ab", "a-secret-of-a-link"


@pytest.fixture
def client() -> FlaskClient:
    app = create_app(SETTINGS, Calls())
    app.add_url_rule("/breaks/<uuid:case_id>", "breaks", lambda case_id: str(1 // 0))
    return app.test_client()


@pytest.fixture
def log() -> Iterator[StringIO]:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(json_formatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def counted(method: str, route: str, status: str) -> float:
    labels = {"method": method, "route": route, "status": status}
    return metrics.REGISTRY.get_sample_value("steward_http_requests_total", labels) or 0


def timed(method: str, route: str) -> float:
    labels = {"method": method, "route": route}
    return metrics.REGISTRY.get_sample_value("steward_http_request_seconds_count", labels) or 0


@pytest.mark.parametrize(
    ("method", "path", "seen_as", "route", "status"),
    [
        ("GET", "/health/live", "GET", "/health/live", "200"),
        ("GET", f"/cases/{CASE}", "GET", "/cases/<uuid:case_id>", "401"),
        ("GET", "/cases/no-id", "GET", "unmatched", "404"),
        ("GET", f"/nowhere/{SECRET}", "GET", "unmatched", "404"),
        ("DELETE", "/reports", "DELETE", "unmatched", "405"),
        ("BREW", "/reports", "other", "unmatched", "405"),
        ("GET", f"/breaks/{CASE}", "GET", "/breaks/<uuid:case_id>", "500"),
    ],
)
def test_it_is_counted_and_timed_once(
    client: FlaskClient, method: str, path: str, seen_as: str, route: str, status: str
) -> None:
    before = counted(seen_as, route, status), timed(seen_as, route)
    assert str(client.open(path, method=method).status_code) == status
    assert (counted(seen_as, route, status), timed(seen_as, route)) == (before[0] + 1, before[1] + 1)
    labels = {value for family in metrics.REGISTRY.collect() for one in family.samples for value in one.labels.values()}
    assert not [label for label in labels if CASE in label or SECRET in label]


def test_what_goes_wrong_is_logged_with_the_case_and_its_trace_and_without_its_address(
    client: FlaskClient, log: StringIO
) -> None:
    client.get(f"/breaks/{CASE}?token={SECRET}")
    line: dict[str, Any] = json.loads(log.getvalue().splitlines()[-1])
    assert (line["level"], line["case_id"], line["trace_id"]) == ("error", CASE, CASE.replace("-", ""))
    assert [one["error"] for one in line["traceback"]] == ["ZeroDivisionError"]
    assert SECRET not in log.getvalue()


def test_the_next_request_of_a_connection_is_about_something_else(client: FlaskClient, log: StringIO) -> None:
    client.get(f"/breaks/{CASE}")
    logging.getLogger("test").warning("still about it")
    client.get("/nowhere")
    logging.getLogger("test").warning("about something else")
    still, other = (json.loads(line) for line in log.getvalue().splitlines()[-2:])
    assert still["case_id"] == CASE
    assert "case_id" not in other
    assert other["trace_id"] != still["trace_id"]
