"""Webhooks over HTTP, on a whole stack: registered, told of a real report, looked at and deleted."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from shared.kernel.actor import OPERATOR
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.http import PATIENCE, Person, dispatcher, resident
from tests.support.walk import report

pytestmark = pytest.mark.servers

OF_DEVELOPMENT = {"WEBHOOKS_ALLOW_HTTP": "true", "WEBHOOKS_ALLOW_PRIVATE": "true", "WEBHOOKS_BACKOFF": "0.1"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("webhooks")).running(free_ports=True, settings=OF_DEVELOPMENT) as stack:
        yield stack


@pytest.fixture
def operator(stack: Stack) -> Person:
    return Person(stack, OPERATOR)


def test_another_system_is_told_and_what_it_does_not_take_is_kept_for_it(
    stack: Stack, operator: Person, httpserver: HTTPServer
) -> None:
    told: list[dict[str, object]] = []
    is_well = [False]

    def receive(request: Request) -> Response:
        if is_well[0]:
            told.append(request.get_json())
        return Response(status=204 if is_well[0] else 500)

    httpserver.expect_request("/hook").respond_with_handler(receive)
    asked = {"url": httpserver.url_for("/hook"), "events": ["ReportSubmitted"]}
    made = operator.post("/webhooks", asked)
    assert made.status_code == 201, made.text
    webhook = made.json()
    assert webhook["secret"].startswith("whsec_")
    (listed,) = operator.get("/webhooks").json()
    assert listed == {name: value for name, value in webhook.items() if name != "secret"}

    case_id = report(resident(stack))
    dead = f"/webhooks/{webhook['webhook_id']}/dead"
    wait_until(lambda: bool(operator.get(dead).json()), PATIENCE, "nothing is dead")
    (letter,) = operator.get(dead).json()
    assert (letter["error"], letter["body"]["data"]["case_id"]) == ("answered 500", case_id)

    is_well[0] = True
    again = operator.post(f"/webhooks/{webhook['webhook_id']}/redeliver")
    assert again.json() == {"again": 1}
    wait_until(lambda: bool(told), PATIENCE, "nothing was delivered")
    assert told == [letter["body"]]
    assert operator.delete(f"/webhooks/{webhook['webhook_id']}").status_code == 204
    assert operator.get("/webhooks").json() == []


def test_bad_addresses_and_strangers_are_refused(stack: Stack, operator: Person) -> None:
    for body in ({}, {"url": "nonsense"}, {"url": "https://city.example", "events": ["Nonsense"]}):
        refused = operator.post("/webhooks", body)
        assert (refused.status_code, refused.headers["Content-Type"]) == (422, "application/problem+json")
    assert resident(stack).post("/webhooks", {"url": "https://city.example"}).status_code == 403
    assert dispatcher(stack, "nowhere").post("/webhooks", {"url": "https://city.example"}).status_code == 403
    assert operator.delete(f"/webhooks/{uuid4()}").status_code == 404
