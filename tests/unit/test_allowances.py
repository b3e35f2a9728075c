"""Limits over several gateways: never more than the limit, hardly less, and few questions."""

import pytest
from limits import parse
from limits.storage import MemoryStorage

from services.gateway.protection.limiting.allowances import PARTS, Allowances
from services.gateway.protection.limiting.kinds import READ, SIGN_IN, UPLOAD, WRITE, kind_of
from services.gateway.protection.limiting.settings import read_limits

HUNDRED = parse("100/minute")


class Counted:
    """Shared by gateways; tells how often it was asked."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self.questions = 0

    def add(self, key: str, seconds: int, amount: int) -> int:
        self.questions += 1
        return self._storage.incr(key, seconds, amount)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000_020.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def counts() -> Counted:
    return Counted()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def allowed(gateway: Allowances, times: int, who: str = "me") -> int:
    return sum(not gateway.spend("person-read", HUNDRED, who).is_over for _ in range(times))


def test_one_gateway_allows_exactly_the_limit_and_asks_once_in_a_twentieth(counts: Counted, clock: Clock) -> None:
    assert allowed(Allowances(counts, clock), 250) == 100
    assert counts.questions == PARTS + 1


def test_several_gateways_allow_the_limit_together(counts: Counted, clock: Clock) -> None:
    gateways = [Allowances(counts, clock) for _ in range(3)]
    assert sum(allowed(gateways[turn % 3], 1) for turn in range(400)) == 100


def test_what_lies_unspent_at_another_gateway_is_little(counts: Counted, clock: Clock) -> None:
    idle, busy = Allowances(counts, clock), Allowances(counts, clock)
    assert allowed(idle, 1) == 1
    assert allowed(busy, 200) == 100 - HUNDRED.amount // PARTS


def test_whoever_has_used_it_up_is_refused_without_a_question_until_it_begins_anew(
    counts: Counted, clock: Clock
) -> None:
    gateway = Allowances(counts, clock)
    allowed(gateway, 101)
    asked = counts.questions
    standing = gateway.spend("person-read", HUNDRED, "me")
    assert (standing.is_over, standing.remaining, counts.questions) == (True, 0, asked)
    clock.now += standing.seconds
    assert allowed(gateway, 1) == 1


def test_people_and_kinds_are_counted_apart(counts: Counted, clock: Clock) -> None:
    gateway = Allowances(counts, clock)
    assert (allowed(gateway, 150), allowed(gateway, 150, "another")) == (100, 100)
    assert not gateway.spend("address-read", HUNDRED, "me").is_over


def test_what_remains_is_told(counts: Counted, clock: Clock) -> None:
    gateway = Allowances(counts, clock)
    told = [gateway.spend("person-read", HUNDRED, "me").remaining for _ in range(3)]
    assert told == [99, 98, 97]


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/reports", READ),
        ("POST", "/reports", WRITE),
        ("DELETE", "/leaves/1", WRITE),
        ("POST", "/pictures", UPLOAD),
        ("GET", "/pictures/1", READ),
        ("GET", "/r/secret", SIGN_IN),
        ("POST", "/ratings/secret", SIGN_IN),
        ("GET", "/health/ready", None),
        ("OPTIONS", "/reports", None),
    ],
)
def test_the_kind_of_a_request(method: str, path: str, kind: str | None) -> None:
    assert kind_of(method, path) == kind


def test_settings_are_read_and_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIMITS", raising=False)
    monkeypatch.setenv("LIMIT_PERSON_WRITE", "7/hour")
    monkeypatch.setenv("LIMIT_KEY_READ", "off")
    limits = read_limits()
    assert limits["person", WRITE] == parse("7/hour")
    assert ("key", READ) not in limits
    assert limits["address", SIGN_IN] == parse("30/minute")
    monkeypatch.setenv("LIMIT_PERSON_WRITE", "many")
    with pytest.raises(ValueError, match="LIMIT_PERSON_WRITE"):
        read_limits()
    monkeypatch.setenv("LIMITS", "off")
    assert read_limits() == {}
