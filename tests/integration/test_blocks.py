"""Whoever is blocked is refused everywhere, is told whom to ask, and comes in again; nothing of it is forgotten."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.gateway.app import create_app
from services.gateway.identity.tokens import Tokens
from services.gateway.protection.blocking.repository import BLOCKS
from shared.contracts.topology import GATEWAY
from shared.kernel.actor import DISPATCHER, OPERATOR, RESIDENT, Actor
from shared.runtime.calls import Calls
from shared.runtime.mongo import Mongo, connect
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR
from tests.support.settings import SETTINGS

pytestmark = pytest.mark.servers

HEAD = Actor("head", DISPATCHER, "licheng")
CLERK = Actor("clerk", DISPATCHER, "zhenhai")
ON_CALL = Actor("on-call", OPERATOR)
TROLL = Actor("p-troll", RESIDENT)
REFUSED, SERVED = 403, 200
UNITS = [{"code": "licheng", "level": "district"}, {"code": "zhenhai", "level": "street"}]


class Units(Calls):
    """The tree of the district, and an empty list of everything else."""

    def call(self, service: str, method: str, **kwargs: Any) -> Any:
        return UNITS if method == "list_units" else {"items": [], "after": None}


class Gateway:
    def __init__(self, mongo_uri: str) -> None:
        app = create_app(replace(SETTINGS, mongo_uri=mongo_uri), Units())
        self.watch = app.extensions["edge"].watch
        self._client: FlaskClient = app.test_client()

    def ask(self, by: Actor, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        token = Tokens(SETTINGS.token_secret, SETTINGS.token_issuer).issue(by, timedelta(hours=1))
        given = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": str(uuid4()),
            "Accept-Language": "en",
            **headers,
        }
        return self._client.open(path, method=method, json=body, headers=given)

    def block(self, by: Actor, of: str, whose: str, hours: float = 1, **headers: str) -> TestResponse:
        until = (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="milliseconds")
        body = {"of": of, "whose": whose, "reason": "辱骂工作人员", "until": until}
        return self.ask(by, "POST", "/blocks", body, **headers)


@pytest.fixture
def database(servers: Stack) -> Iterator[Mongo]:
    database = connect(servers.addresses.mongo_uri(ADMINISTRATOR), GATEWAY)
    yield database
    database[BLOCKS].delete_many({})


@pytest.fixture
def gateway(servers: Stack, database: Mongo, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.0/8")
    return Gateway(servers.addresses.mongo_uri(GATEWAY))


def status_of(gateway: Gateway, by: Actor, **headers: str) -> int:
    return gateway.ask(by, "GET", "/reports", **headers).status_code


def test_a_person_who_is_blocked_is_told_until_when_why_and_whom_to_ask(gateway: Gateway) -> None:
    assert status_of(gateway, TROLL) == SERVED
    made = gateway.block(HEAD, "person", TROLL.subject)
    assert made.status_code == 201, made.text
    refused = gateway.ask(TROLL, "GET", "/reports")
    assert (refused.status_code, refused.json["type"]) == (REFUSED, "urn:steward:problem:blocked")
    assert "ask 12345" in refused.json["detail"]
    assert (refused.json["reason"], refused.json["until"]) == ("辱骂工作人员", made.json["until"])
    assert status_of(gateway, Actor("p-neighbour", RESIDENT)) == SERVED


def test_it_is_lifted_and_all_that_was_done_stays_on_record(gateway: Gateway) -> None:
    made = gateway.block(HEAD, "person", TROLL.subject).json
    lifted = gateway.ask(ON_CALL, "DELETE", f"/blocks/{made['block_id']}")
    assert (lifted.status_code, lifted.json["is_lifted"]) == (200, True)
    assert status_of(gateway, TROLL) == SERVED
    assert [(deed["did"], deed["by"]) for deed in lifted.json["trace"]] == [("blocked", "head"), ("lifted", "on-call")]
    again = gateway.ask(ON_CALL, "DELETE", f"/blocks/{made['block_id']}")
    assert again.json == lifted.json
    assert gateway.ask(HEAD, "GET", "/blocks").json == [lifted.json]


def test_it_ends_by_itself(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway.block(HEAD, "person", TROLL.subject, hours=1)
    assert status_of(gateway, TROLL) == REFUSED
    monkeypatch.setattr(gateway.watch, "_clock", lambda: datetime.now(UTC) + timedelta(hours=1))
    assert status_of(gateway, TROLL) == SERVED


def test_another_gateway_sees_it_when_it_looks(gateway: Gateway, servers: Stack) -> None:
    other = Gateway(servers.addresses.mongo_uri(GATEWAY))
    gateway.block(HEAD, "person", TROLL.subject)
    assert status_of(other, TROLL) == SERVED
    other.watch.look()
    assert status_of(other, TROLL) == REFUSED


def test_an_address_is_blocked_for_whoever_comes_from_it(gateway: Gateway) -> None:
    gateway.block(HEAD, "address", "2001:db8::1")
    neighbour = Actor("p-neighbour", RESIDENT)
    assert status_of(gateway, neighbour, **{"X-Forwarded-For": "2001:db8::ffff"}) == REFUSED
    assert status_of(gateway, neighbour, **{"X-Forwarded-For": "2001:db8:0:1::1"}) == SERVED


def test_an_operator_is_always_let_in_to_lift_what_went_wrong(gateway: Gateway) -> None:
    made = gateway.block(HEAD, "person", ON_CALL.subject).json
    assert gateway.ask(ON_CALL, "DELETE", f"/blocks/{made['block_id']}").status_code == 200


def test_only_the_district_blocks(gateway: Gateway) -> None:
    refused = gateway.block(CLERK, "person", TROLL.subject)
    assert (refused.status_code, refused.json["type"]) == (REFUSED, "urn:steward:problem:forbidden")
    assert gateway.block(TROLL, "person", "somebody").status_code == REFUSED
    assert gateway.ask(CLERK, "GET", "/blocks").status_code == REFUSED
    assert gateway.ask(HEAD, "GET", "/blocks").json == []


@pytest.mark.parametrize(
    ("of", "whose", "hours", "field"),
    [
        ("person", "head", 1, "whose"),
        ("address", "127.0.0.1", 1, "whose"),
        ("address", "nowhere", 1, "whose"),
        ("house", "1", 1, "of"),
        ("person", "p-troll", -1, "until"),
        ("person", "p-troll", 24 * 400, "until"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    gateway: Gateway, of: str, whose: str, hours: float, field: str
) -> None:
    refused = gateway.block(HEAD, of, whose, hours)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]
    assert gateway.ask(HEAD, "GET", "/blocks").json == []


def test_the_same_request_again_makes_no_second_block(gateway: Gateway) -> None:
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="milliseconds")
    body = {"of": "key", "whose": "a1b2", "reason": "spam", "until": until}
    key = {"Idempotency-Key": "once"}
    first, again = (gateway.ask(HEAD, "POST", "/blocks", body, **key) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    other = gateway.ask(HEAD, "POST", "/blocks", {**body, "whose": "c3d4"}, **key)
    assert (other.status_code, other.json["type"]) == (422, "urn:steward:problem:key-reused")
    assert len(gateway.ask(HEAD, "GET", "/blocks").json) == 1


def test_the_list_is_read_a_page_at_a_time(gateway: Gateway) -> None:
    made = [gateway.block(HEAD, "person", f"p-{number}").json["block_id"] for number in range(53)]
    page = gateway.ask(HEAD, "GET", "/blocks")
    following = page.headers["Link"].split(">")[0].lstrip("<")
    rest = gateway.ask(HEAD, "GET", following)
    assert [block["block_id"] for block in (*page.json, *rest.json)] == made[::-1]
    assert "Link" not in rest.headers
