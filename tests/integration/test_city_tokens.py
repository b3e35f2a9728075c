"""Tokens of the city's issuer, against a real HTTP server that publishes its keys, changes them, and goes away."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from socket import socket
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_httpserver import HTTPServer

from services.gateway.identity.city import LEEWAY, CityTokens
from services.gateway.identity.discovery import key_source
from services.gateway.identity.gate import Gate, open_gate
from services.gateway.identity.keys import FRESH, KEPT, PAUSE, KeyStore
from services.gateway.identity.settings import Issuer, read_issuer, read_roles
from services.gateway.identity.tokens import InvalidToken, Tokens
from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD, Actor
from shared.kernel.errors import Forbidden, Unavailable
from tests.support.issuer import AUDIENCE, DISCOVERY, KEYS, CityIssuer, described, public_pem, rsa_key, unsigned
from tests.support.settings import SETTINGS


class Clock:
    """Tells the seconds that a test says have passed."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def city(httpserver: HTTPServer) -> CityIssuer:
    return CityIssuer(httpserver)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def trusted(city: CityIssuer) -> Issuer:
    return Issuer(city.address, AUDIENCE)


@pytest.fixture
def tokens(trusted: Issuer, clock: Clock) -> CityTokens:
    return CityTokens(trusted, KeyStore(key_source(trusted.issuer, trusted.jwks_uri), clock))


def test_a_token_in_order_says_who_it_is_of(city: CityIssuer, tokens: CityTokens) -> None:
    person = tokens.verify(city.token(sub="worker-7", roles=["steward"], unit="g-1"))
    assert (person.subject, person.roles, person.unit, person.phone) == ("worker-7", {STEWARD}, "g-1", None)


def test_keys_on_an_elliptic_curve_are_good_too(city: CityIssuer, tokens: CityTokens) -> None:
    city.publish(curve=ec.generate_private_key(ec.SECP256R1()))
    assert tokens.verify(city.token()).subject == "someone"


def test_a_phone_counts_only_where_the_issuer_has_verified_it(city: CityIssuer, tokens: CityTokens) -> None:
    given = {"phone_number": "+8613800000000"}
    phones = [
        tokens.verify(city.token(**given, phone_number_verified=one)).phone for one in (True, False, "true", None)
    ]
    assert phones == ["+8613800000000", None, None, None]


NOW = datetime.now(UTC)
LATE = timedelta(seconds=LEEWAY + 30)


def hmac_with_public_key(city: CityIssuer) -> str:
    """The library refuses to make it, so it is made by hand."""
    secret = public_pem(city.keys["first"]).encode()
    signing = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    head = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"first","typ":"JWT"}')
    body = jwt.encode(city.claims(), city.keys["first"], "RS256").split(".")[1].encode()
    return b".".join((head, body, jwt.utils.base64url_encode(signing.sign(head + b"." + body, secret)))).decode()


def altered(token: str) -> str:
    head, _, signature = token.split(".")
    body = jwt.utils.base64url_encode(b'{"sub":"somebody-else"}').decode()
    return ".".join((head, body, signature))


FORGED: dict[str, Callable[[CityIssuer], str]] = {
    "of another audience": lambda city: city.token(aud="somebody-else"),
    "without an audience": lambda city: city.token(aud=None),
    "of another issuer": lambda city: city.token(iss="https://elsewhere.example"),
    "expired": lambda city: city.token(exp=datetime.now(UTC) - LATE),
    "not valid yet": lambda city: city.token(nbf=datetime.now(UTC) + LATE),
    "without an end": lambda city: city.token(exp=None),
    "without a subject": lambda city: city.token(sub=None),
    "signed by nobody": lambda city: unsigned(city.claims(), "first"),
    "signed with another's key": lambda city: city.token(key=rsa_key()),
    "signed with the public key as a secret": hmac_with_public_key,
    "of a key that there is not": lambda city: city.token(kid="invented", key=rsa_key()),
    "without a key id": lambda city: jwt.encode(city.claims(), city.keys["first"], "RS256"),
    "altered": lambda city: altered(city.token()),
    "no token": lambda city: "not.a.token",
}


@pytest.mark.parametrize("kind", FORGED)
def test_what_is_not_in_order_is_refused(city: CityIssuer, tokens: CityTokens, kind: str) -> None:
    assert tokens.verify(city.token())
    with pytest.raises(InvalidToken):
        Gate(tokens).enter(FORGED[kind](city))
    with pytest.raises(InvalidToken):
        tokens.verify(FORGED[kind](city))


def test_clocks_may_differ_a_little(city: CityIssuer, tokens: CityTokens) -> None:
    just_over = datetime.now(UTC) - timedelta(seconds=LEEWAY / 2)
    assert tokens.verify(city.token(exp=just_over))


def test_keys_are_fetched_once_and_a_new_one_when_it_is_needed(
    city: CityIssuer, tokens: CityTokens, clock: Clock
) -> None:
    for _ in range(3):
        tokens.verify(city.token())
    assert city.asked() == 1
    city.publish(second=rsa_key(), **city.keys)
    clock.wait(PAUSE)
    assert tokens.verify(city.token(kid="second"))


def test_a_withdrawn_key_is_believed_for_a_while_only(city: CityIssuer, tokens: CityTokens, clock: Clock) -> None:
    old = city.token()
    assert tokens.verify(old)
    city.publish(second=rsa_key())
    assert tokens.verify(old)
    clock.wait(FRESH + 1)
    with pytest.raises(InvalidToken):
        tokens.verify(old)


def test_invented_key_ids_do_not_flood_the_issuer(city: CityIssuer, tokens: CityTokens, clock: Clock) -> None:
    forger = rsa_key()
    for number in range(20):
        clock.wait(PAUSE / 20)
        with pytest.raises(InvalidToken):
            tokens.verify(city.token(kid=f"invented-{number}", key=forger))
    assert city.asked() <= 2


def test_while_the_issuer_is_away_the_keys_that_are_known_go_on(
    city: CityIssuer, tokens: CityTokens, clock: Clock
) -> None:
    token, other = city.token(), city.token(kid="unknown", key=rsa_key())
    assert tokens.verify(token)
    city.go_away()
    clock.wait(FRESH + 1)
    assert tokens.verify(token)
    for _ in range(2):  # also between two tries
        with pytest.raises(Unavailable):
            tokens.verify(other)
    clock.wait(KEPT)
    with pytest.raises(Unavailable):
        tokens.verify(token)
    city.publish()
    clock.wait(PAUSE)
    assert tokens.verify(token)


@pytest.mark.parametrize("fault", ["no JSON", "another's document", "no address of keys"])
def test_an_issuer_that_cannot_be_asked_is_away_and_nobody_is_refused_for_it(
    httpserver: HTTPServer, city: CityIssuer, tokens: CityTokens, fault: str
) -> None:
    token = city.token()
    documents = {
        "no JSON": "<html>",
        "another's document": json.dumps({"issuer": "https://elsewhere.example", "jwks_uri": city.address + KEYS}),
        "no address of keys": json.dumps({"issuer": city.address}),
    }
    httpserver.clear()
    httpserver.expect_request(DISCOVERY).respond_with_data(documents[fault], content_type="application/json")
    with pytest.raises(Unavailable):
        tokens.verify(token)


def test_an_issuer_at_whose_address_nobody_listens_is_away(city: CityIssuer) -> None:
    with socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(Unavailable):
            CityTokens(Issuer(issuer, AUDIENCE)).verify(city.token(iss=issuer))


def test_keys_that_are_no_use_are_passed_over(httpserver: HTTPServer, city: CityIssuer) -> None:
    token = city.token()
    useless = ["text", {}, {"kid": "x", "kty": "??"}, {"kid": "y", "kty": "oct", "k": "c2VjcmV0"}]
    httpserver.clear()
    httpserver.expect_request(KEYS).respond_with_json({"keys": [*useless, described("first", city.keys["first"])]})
    assert CityTokens(Issuer(city.address, AUDIENCE, city.address + KEYS)).verify(token)


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"realm_access": {"roles": ["网格员", "offline_access"]}}, {STEWARD}),
        ({"realm_access": {"roles": "派单中心"}}, {DISPATCHER}),
        ({"realm_access.roles": ["派单中心", "网格员"]}, {DISPATCHER, STEWARD}),
        ({"realm_access": "网格员"}, set()),
        ({"realm_access": {"roles": [7, None, {"网格员": 1}]}}, set()),
        ({"roles": ["dispatcher"]}, set()),
        ({}, set()),
    ],
)
def test_roles_are_found_where_the_city_keeps_them_and_under_its_names(
    city: CityIssuer, trusted: Issuer, claims: dict[str, Any], roles: set[str]
) -> None:
    named = replace(trusted, role_claim="realm_access.roles", roles=read_roles("网格员=steward,派单中心=dispatcher"))
    assert CityTokens(named).verify(city.token(**claims)).roles == roles


@pytest.mark.parametrize(
    ("roles", "wanted", "role"),
    [
        ([], None, RESIDENT),
        (["steward"], None, STEWARD),
        (["steward"], RESIDENT, RESIDENT),
        (["steward", "dispatcher"], STEWARD, STEWARD),
        (["steward", "dispatcher"], RESIDENT, RESIDENT),
    ],
)
def test_one_acts_in_the_role_that_one_says_or_has(
    city: CityIssuer, tokens: CityTokens, roles: list[str], wanted: str | None, role: str
) -> None:
    actor = tokens.verify(city.token(roles=roles, unit="g-1")).acting(wanted)
    assert (actor.role, actor.unit) == (role, None if role == RESIDENT else "g-1")


@pytest.mark.parametrize(
    ("roles", "wanted", "said"),
    [
        (["steward", "dispatcher"], None, "Acting-Role which of dispatcher, steward"),
        (["steward"], DISPATCHER, "the role dispatcher"),
        ([], STEWARD, "the role steward"),
        (["steward"], "king", "the role king"),
        (["steward"], "system", "the role system"),
    ],
)
def test_nobody_acts_in_a_role_that_is_not_theirs(
    city: CityIssuer, tokens: CityTokens, roles: list[str], wanted: str | None, said: str
) -> None:
    with pytest.raises(Forbidden) as refused:
        tokens.verify(city.token(roles=roles)).acting(wanted)
    assert said in refused.value.reason


def test_tokens_of_development_are_believed_under_its_profile_only(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Tokens(SETTINGS.token_secret, SETTINGS.token_issuer).issue(Actor("me", RESIDENT), timedelta(minutes=1))
    assert open_gate(SETTINGS).enter(made).subject == "me"
    monkeypatch.setenv("OIDC_ISSUER", "https://city.example")
    monkeypatch.setenv("OIDC_AUDIENCE", AUDIENCE)
    with pytest.raises(InvalidToken):
        open_gate(replace(SETTINGS, profile="")).enter(made)


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({}, "OIDC_ISSUER and OIDC_AUDIENCE"),
        ({"OIDC_ISSUER": "https://city.example"}, "OIDC_AUDIENCE must"),
        ({"OIDC_ISSUER": "http://city.example", "OIDC_AUDIENCE": "a"}, "must be https"),
        ({"OIDC_ISSUER": "https://c", "OIDC_AUDIENCE": "a", "OIDC_JWKS_URI": "http://c/keys"}, "must be https"),
        ({"OIDC_ISSUER": "https://c", "OIDC_AUDIENCE": "a", "OIDC_ROLES": "主任=boss"}, "'boss' is no role"),
    ],
)
def test_a_gateway_that_could_not_tell_who_comes_does_not_start(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], complaint: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=complaint):
        open_gate(replace(SETTINGS, profile=""))


def test_the_settings_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_issuer(development=True) is None
    for name, value in {"ISSUER": "https://c", "AUDIENCE": "a", "ROLES": "", "JWKS_URI": "", "ROLE_CLAIM": ""}.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    assert read_issuer(development=False) == Issuer("https://c", "a")
