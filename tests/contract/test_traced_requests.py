"""Which trace a request belongs to, and what of it is told."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import eventlet
import pytest
from flask.testing import FlaskClient
from opentelemetry.sdk.trace import ReadableSpan

from services.gateway.app import create_app
from services.gateway.identity.tokens import Tokens
from services.gateway.imports.checking import Entry
from services.gateway.imports.entering import enter
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor
from shared.runtime.calls import Calls
from shared.runtime.tracing.active import active
from shared.runtime.tracing.calling import trace_call
from tests.support.settings import SETTINGS
from tests.support.tracing import Traced

TOKENS = Tokens(SETTINGS.token_secret, SETTINGS.token_issuer)
THEIRS = "0af7651916cd43dd8448eb211c80319c"


class Obliging(Calls):
    """Services that do whatever they are asked to; which cases they are asked about is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.cases: list[str] = []

    def call(self, service: str, method: str, **asked: Any) -> Any:
        self.cases.append(asked["request"]["case_id"] if "request" in asked else "")
        return {"case_id": self.cases[-1], "state": "submitted", "version": 1, "allowed": [], "timeline": []}


class Entering(Calls):
    """Intake, which enters whatever it is given, and takes its time."""

    def call(self, service: str, method: str, **asked: Any) -> Any:
        with trace_call(service, method, asked):
            eventlet.sleep(0)
            return {"case_id": asked["request"]["case_id"]}


@pytest.fixture
def services() -> Obliging:
    return Obliging()


@pytest.fixture
def traced() -> Iterator[Traced]:
    with Traced().switched_on() as traced:
        yield traced


@pytest.fixture
def client(traced: Traced, services: Obliging) -> FlaskClient:
    return create_app(SETTINGS, services).test_client()


def as_a(role: str) -> dict[str, str]:
    token = TOKENS.issue(Actor(f"sample-{role}", role, "d"), timedelta(hours=1))
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}


def trace_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return str(UUID(int=span.context.trace_id))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/reports", {"text": "示例"}),
        ("/quick", {"choice": "rubbish", "position": {"lon": 119.02, "lat": 25.39, "datum": "GCJ-02"}}),
    ],
)
def test_the_request_that_makes_a_case_has_its_trace(
    client: FlaskClient, traced: Traced, services: Obliging, path: str, body: dict[str, Any]
) -> None:
    made = [client.post(path, json=body, headers=as_a(RESIDENT)) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert services.cases == [trace_of(span) for span in traced.spans]
    assert len({*services.cases}) == 2
    assert {UUID(case_id).version for case_id in services.cases} == {7}


def test_a_step_of_a_case_is_in_its_trace(client: FlaskClient, traced: Traced, services: Obliging) -> None:
    case_id = str(uuid4())
    answer = client.post(f"/reports/{case_id}/hide", json={"reason": "示例"}, headers=as_a(DISPATCHER))
    assert answer.status_code == 200, answer.text
    assert services.cases == [case_id]
    assert trace_of(traced.named("POST /reports/<uuid:case_id>/hide")) == case_id


def test_a_callers_trace_is_linked_to_and_not_joined(client: FlaskClient, traced: Traced) -> None:
    client.get("/categories", headers={"traceparent": f"00-{THEIRS}-00f067aa0ba902b7-01"})
    (asked,) = traced.spans
    assert asked.parent is None
    assert [f"{link.context.trace_id:032x}" for link in asked.links] == [THEIRS]
    assert trace_of(asked) != str(UUID(THEIRS))


@pytest.mark.parametrize("path", ["/follow/a-secret-token/case?phone=13800000000", "/a-secret-token?phone=13800000000"])
def test_what_an_address_tells_is_told_to_nobody(client: FlaskClient, traced: Traced, path: str) -> None:
    client.get(path, headers={"User-Agent": "示例手机", "X-Forwarded-For": "192.0.2.7"})
    (asked,) = traced.spans
    told = asked.to_json(indent=None)
    for secret in ("a-secret-token", "13800000000", "示例手机", "192.0.2.7", "127.0.0.1"):
        assert secret not in told


def test_every_row_of_a_list_makes_a_case_with_a_trace_that_leads_to_the_list(traced: Traced) -> None:
    tracer = active()
    assert tracer is not None
    entries = [Entry(row, {"text": "示例"}) for row in range(2, 22)]
    with tracer.start_as_current_span("the list") as whole:
        outcomes = enter(Entering(), "list", {}, entries)
    rows = [span for span in traced.spans if span.name == "intake/carry_out"]
    assert [outcome["row"] for outcome in outcomes] == [entry.row for entry in entries]
    assert {outcome["case_id"] for outcome in outcomes} == {trace_of(span) for span in rows}
    assert len(rows) == len(entries)
    assert [[link.context for link in span.links] for span in rows] == [[whole.get_span_context()]] * len(entries)


def test_a_refused_request_is_traced_like_any_other(client: FlaskClient, traced: Traced) -> None:
    assert client.post("/reports", json={"text": "示例"}).status_code == 401
    (refused,) = traced.spans
    assert (refused.name, (refused.attributes or {})["http.response.status_code"]) == ("POST /reports", 401)


def test_whoever_only_asks_for_health_is_not_traced(client: FlaskClient, traced: Traced) -> None:
    assert client.get("/health/live").status_code == 200
    assert traced.spans == []


def test_without_tracing_a_case_still_gets_its_id_from_the_request(services: Obliging) -> None:
    client = create_app(SETTINGS, services).test_client()
    assert client.post("/reports", json={"text": "示例"}, headers=as_a(RESIDENT)).status_code == 201
    assert [UUID(case_id).version for case_id in services.cases] == [7]
