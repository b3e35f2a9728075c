"""Webhooks without servers: how they are signed, where they may lead, and which events are theirs."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from services.feed.log.entries import Entry
from services.feed.webhooks.delivering import concerns
from services.feed.webhooks.signing import new_secret, signed_headers
from services.feed.webhooks.targets import Policy, Target, Unreachable, allowed_addresses, is_public, read_url
from services.feed.webhooks.vault import Vault
from shared.contracts.commands import load
from shared.contracts.webhooks import EVENT_TYPES, RegisterWebhook
from shared.kernel.errors import Invalid
from tests.support.feed import intake_says

STRICT, OPEN = Policy(), Policy(allow_http=True, allow_private=True)


def test_it_is_signed_as_the_specification_has_it() -> None:
    """The example of the Standard Webhooks reference libraries."""
    at = datetime.fromtimestamp(1731705121, UTC)
    body = b'{"event_type":"ping","data":{"success":true}}'
    headers = signed_headers("whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", at, body)
    assert headers == {
        "webhook-id": "msg_loFOjxBNrRLzqYUf",
        "webhook-timestamp": "1731705121",
        "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    }


def test_no_two_secrets_are_the_same_and_each_is_as_long_as_asked_for() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(one.startswith("whsec_") and len(one) == 6 + 44 for one in secrets)


def test_a_secret_is_kept_sealed_and_for_its_webhook_alone() -> None:
    vault = Vault(b"k" * 32)
    locked = vault.lock("one", "whsec_secret")
    assert b"secret" not in locked
    assert vault.unlock("one", locked) == "whsec_secret"
    with pytest.raises(InvalidTag):
        vault.unlock("another", locked)
    with pytest.raises(InvalidTag):
        Vault(b"x" * 32).unlock("one", locked)


@pytest.mark.parametrize(
    "url",
    [
        "http://city.example/x",
        "ftp://city.example/x",
        "//city.example/x",
        "https:///x",
        "https://user:pass@city.example/x",
        "https://city.example/x#part",
        "https://city.example:port/x",
        "https://city.example:70000/x",
        "https://city.example/x\r\nX-Header: y",
        "https://[::1/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        read_url(url, STRICT)


def test_an_address_is_read_as_it_is_asked_for() -> None:
    assert read_url("https://City.example:8443/a/b?c=d", STRICT) == Target("https", "city.example", 8443, "/a/b?c=d")
    assert read_url("https://city.example", STRICT).authority == "city.example"
    assert read_url("http://127.0.0.1:8080/x", OPEN).authority == "127.0.0.1:8080"
    assert read_url("https://城市.example/x", STRICT).host == "xn--uis47l.example"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0::1"),
    ],
)
def test_what_is_of_the_inside_is_no_place_to_go(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Unreachable):
        allowed_addresses(Target("https", "city.example", 443, "/"), STRICT, lambda *_: ["1.1.1.1", address])


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_of_the_public_internet_is(address: str) -> None:
    assert is_public(address)
    target = Target("https", "city.example", 443, "/")
    assert allowed_addresses(target, STRICT, lambda *_: [address]) == [address]


def test_a_name_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(Unreachable):
        allowed_addresses(read_url("https://no-such-name.invalid/", STRICT), STRICT)


def entry(event_type: str = "Intake1", path: tuple[str, ...] = ("d", "s")) -> Entry:
    said = intake_says("c", 1)
    return Entry("k", "c", "intake", 1, event_type, "open", said.at, path, (), 1)


@pytest.mark.parametrize(
    ("wanted", "is_told"),
    [
        ({}, True),
        ({"events": ["Intake1"]}, True),
        ({"events": ["OrderOpened"]}, False),
        ({"unit": "s"}, True),
        ({"unit": "x"}, False),
        ({"within": "d", "unit": "s"}, True),
        ({"within": "d-2"}, False),
        ({"within": "d-2", "unit": "s"}, False),
    ],
)
def test_which_events_are_whose(wanted: dict[str, Any], is_told: bool) -> None:
    assert concerns({"events": [], "unit": None, "within": None, **wanted}, entry()) is is_told


@pytest.mark.parametrize(
    "body", [{}, {"url": "https://x", "events": ["Nonsense"]}, {"url": "https://x", "secret": "mine"}, {"url": ""}]
)
def test_what_cannot_be_registered(body: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        load(RegisterWebhook, body)


def test_all_that_can_happen_can_be_asked_for() -> None:
    assert {"ReportSubmitted", "OrderCompleted", "CaseRated", "CampaignPublished"} <= EVENT_TYPES
