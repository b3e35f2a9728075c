"""Signing in with the city's issuer, on all the real processes."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pytest_httpserver import HTTPServer

from services.gateway.identity.keys import PAUSE
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.issuer import AUDIENCE, CityIssuer, rsa_key

pytestmark = pytest.mark.servers

WORDS = {"text": "路灯不亮", "category": "street_lights"}


@pytest.fixture(scope="module")
def city() -> Iterator[CityIssuer]:
    with HTTPServer() as server:  # type: ignore[no-untyped-call]
        yield CityIssuer(server)


@pytest.fixture(scope="module")
def gateway(city: CityIssuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = {
        "OIDC_ISSUER": city.address,
        "OIDC_AUDIENCE": AUDIENCE,
        "OIDC_ROLE_CLAIM": "realm_access.roles",
        "OIDC_ROLES": "网格员=steward,派单中心=dispatcher",
    }
    with Stack(tmp_path_factory.mktemp("city")).running(free_ports=True, settings=settings) as stack:
        yield stack.addresses.gateway


def call(method: str, address: str, token: str, role: str | None = None, body: Any = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one", "Accept-Language": "en"}
    headers |= {"Acting-Role": role} if role else {}
    return requests.request(method, address, json=body, headers=headers, timeout=30)


def test_who_signs_in_with_the_city_reports_and_sees_what_they_reported(gateway: str, city: CityIssuer) -> None:
    me, other = city.token(sub="one"), city.token(sub="another")
    made = call("POST", f"{gateway}/reports", me, body=WORDS)
    assert made.status_code == 201, made.text
    case = f"{gateway}/cases/{made.json()['case_id']}"
    assert [call("GET", case, who).status_code for who in (me, other)] == [200, 404]


def test_who_has_a_verified_phone_is_who_was_reported_for_by_it(gateway: str, city: CityIssuer) -> None:
    worker = city.token(sub="at-the-desk", realm_access={"roles": ["网格员"]})
    somebody = {"name": "示例居民", "phone": "138 0000 0000", "consent": True}
    entered = call("POST", f"{gateway}/reports", worker, body={**WORDS, "channel": "desk", "on_behalf_of": somebody})
    assert entered.status_code == 201, entered.text
    case = f"{gateway}/cases/{entered.json()['case_id']}"
    verified = {"phone_number": "+8613800000000", "phone_number_verified": True}
    known, claimed = city.token(sub="a", **verified), city.token(sub="b", **verified | {"phone_number_verified": False})
    assert [call("GET", case, who).status_code for who in (known, claimed)] == [200, 404]


def test_a_worker_enters_nothing_for_their_own_phone_however_it_is_written(gateway: str, city: CityIssuer) -> None:
    verified = {"phone_number": "+8613800000000", "phone_number_verified": True}
    worker = city.token(sub="own-phone", realm_access={"roles": ["网格员"]}, **verified)
    myself = {"name": "示例管家", "phone": "138 0000 0000", "consent": True}
    body = {**WORDS, "channel": "phone", "on_behalf_of": myself}
    refused = call("POST", f"{gateway}/reports", worker, body=body)
    assert (refused.status_code, refused.headers["Content-Type"]) == (422, "application/problem+json")
    assert refused.json()["errors"] == [
        {
            "field": "on_behalf_of.phone",
            "messages": ["This is your own phone: report your own matters as a resident."],
        }
    ]
    body["on_behalf_of"] = {**myself, "phone": "138 0000 0001"}
    assert call("POST", f"{gateway}/reports", worker, body=body).status_code == 201  # nothing was kept under the key


def test_a_role_of_the_city_is_one_of_ours_and_who_has_several_says_which(gateway: str, city: CityIssuer) -> None:
    both = city.token(sub="worker", realm_access={"roles": ["网格员", "派单中心"]}, unit="licheng")
    reports = f"{gateway}/reports"
    undecided = call("GET", reports, both)
    assert undecided.status_code == 403
    assert undecided.json()["detail"] == (
        "You have several roles: say in the header Acting-Role which of dispatcher, steward."
    )
    assert [call("GET", reports, both, role).status_code for role in ("dispatcher", "steward", "analyst")] == [
        200,
        403,
        403,
    ]


def test_while_the_issuer_is_away_who_is_known_goes_on_and_its_next_key_is_taken_up(
    gateway: str, city: CityIssuer
) -> None:
    reports, before = f"{gateway}/reports", city.token()
    assert call("GET", reports, before).status_code == 200
    city.go_away()
    assert call("GET", reports, before).status_code == 200
    city.publish(second=rsa_key(), **city.keys)
    after = city.token(kid="second")
    wait_until(lambda: call("GET", reports, after).status_code == 200, 2 * PAUSE, "the new key is not taken up")


@pytest.mark.parametrize("kind", ["of another audience", "altered"])
def test_a_forged_token_is_refused_in_words(gateway: str, city: CityIssuer, kind: str) -> None:
    token = city.token(aud="elsewhere") if kind == "of another audience" else city.token(key=rsa_key())
    refused = call("GET", f"{gateway}/reports", token)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert refused.json()["detail"] == "The token is not one that this gateway trusts."
