"""Limits of use, counted in the real database, by gateways that share it and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.gateway.app import create_app
from services.gateway.identity.tokens import Tokens
from services.gateway.protection.limiting import counts
from services.gateway.protection.limiting.counts import COUNTERS
from shared.contracts.topology import GATEWAY
from shared.kernel.actor import RESIDENT, Actor
from shared.runtime.calls import Calls
from shared.runtime.mongo import connect
from steward.stack import Stack
from steward.stack.ports import LOOPBACK
from steward.stack.users import ADMINISTRATOR
from tests.support.settings import SETTINGS

pytestmark = pytest.mark.servers

NOWHERE = f"mongodb://{LOOPBACK}:9/?replicaSet=none"


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMITS", "on")
    monkeypatch.setenv("LIMIT_ADDRESS_READ", "40/day")
    monkeypatch.setenv("LIMIT_PERSON_READ", "20/day")
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.0/8")


@pytest.fixture
def mongo_uri(servers: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(counts, "PATIENCE_MS", 10_000)  # else a busy disk makes a gateway count for itself
    yield servers.addresses.mongo_uri(GATEWAY)
    connect(servers.addresses.mongo_uri(ADMINISTRATOR), GATEWAY)[COUNTERS].delete_many({})


def gateway(mongo_uri: str) -> FlaskClient:
    return create_app(replace(SETTINGS, mongo_uri=mongo_uri), Calls()).test_client()


def ask(client: FlaskClient, address: str, token: str | None = None) -> Any:
    headers = {"X-Forwarded-For": address} | ({"Authorization": f"Bearer {token}"} if token else {})
    return client.get("/units", headers=headers)


def token_of(subject: str) -> str:
    """Of somebody who may not see the units: the refusal needs no service."""
    return Tokens(SETTINGS.token_secret, SETTINGS.token_issuer).issue(Actor(subject, RESIDENT), timedelta(hours=1))


def test_an_address_is_refused_beyond_its_limit_at_whichever_gateway_and_told_when_to_go_on(mongo_uri: str) -> None:
    gateways = [gateway(mongo_uri) for _ in range(2)]
    answers = [ask(gateways[turn % 2], "203.0.113.1") for turn in range(60)]
    assert [answer.status_code for answer in answers].count(401) == 40
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    seconds = refused.headers["Retry-After"]
    assert 0 < int(seconds) <= 86400
    assert f"{seconds} 秒" in refused.json["detail"]
    assert refused.headers["RateLimit-Policy"] == '"address-read";q=40;w=86400'
    assert refused.headers["RateLimit"] == f'"address-read";r=0;t={seconds}'
    assert ask(gateways[0], "203.0.113.2").status_code == 401


def test_a_person_is_counted_wherever_they_come_from(mongo_uri: str) -> None:
    client, token = gateway(mongo_uri), token_of("somebody")
    answers = [ask(client, f"198.51.100.{turn}", token) for turn in range(25)]
    assert [answer.status_code for answer in answers] == [403] * 20 + [429] * 5
    assert answers[0].headers["RateLimit-Policy"] == '"address-read";q=40;w=86400, "person-read";q=20;w=86400'
    assert ask(client, "198.51.100.1", token_of("another")).status_code == 403


def test_a_subscriber_of_ipv6_is_one_whichever_address_they_take(mongo_uri: str) -> None:
    client = gateway(mongo_uri)
    statuses = [ask(client, f"2001:db8::{turn:x}").status_code for turn in range(45)]
    assert statuses.count(401) == 40


def test_without_the_database_each_gateway_counts_for_itself_and_nobody_waits_for_it_twice() -> None:
    client = gateway(NOWHERE)
    assert [ask(client, "203.0.113.9").status_code for _ in range(45)].count(401) == 40
