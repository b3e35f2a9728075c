"""Every route of the running gateway, asked by nobody and in every role: who comes in is who stands in the table."""

import re
from uuid import uuid4

import pytest
import requests

from shared.kernel.actor import DISPATCHER, INSPECTOR, PERSONS
from steward.stack import Stack
from tests.support.http import Person
from tests.support.rights import EVERYONE, RULES, Rule

pytestmark = pytest.mark.servers

UNAUTHENTICATED, FORBIDDEN = 401, 403
OUR_FAULT = 500
UNITS = {DISPATCHER: "licheng", INSPECTOR: "licheng"}


@pytest.fixture(scope="module")
def people(stack: Stack) -> dict[str, Person]:
    return {role: Person(stack, role, unit=UNITS.get(role)) for role in PERSONS}


def ask(gateway: str, route: str, rule: Rule, headers: dict[str, str]) -> int:
    """The status, of things that there are none of."""
    method, path = route.split(" ")
    address = gateway + re.sub(r"<[^>]+>", lambda _: str(uuid4()), path)
    key = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
    question = f"{address}?{rule.query}" if rule.query else address
    return requests.request(method, question, json=rule.body, headers={**headers, **key}, timeout=30).status_code


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("route", RULES)
def test_who_comes_in_is_who_stands_in_the_table(stack: Stack, people: dict[str, Person], route: str) -> None:
    rule, gateway = RULES[route], stack.addresses.gateway
    strangers = {who: ask(gateway, route, rule, given) for who, given in (("nobody", {}), ("forged", bearer("x.y.z")))}
    answers = {role: ask(gateway, route, rule, bearer(person.token)) for role, person in people.items()}
    assert all(status < OUR_FAULT for status in (strangers | answers).values()), answers
    if EVERYONE in rule.roles:
        assert {UNAUTHENTICATED, FORBIDDEN}.isdisjoint((strangers | answers).values()), answers
        return
    assert set(strangers.values()) == {UNAUTHENTICATED}
    refused = {role for role, status in answers.items() if status == FORBIDDEN}
    assert UNAUTHENTICATED not in answers.values()
    assert {*PERSONS} - {*rule.roles} <= refused
    assert rule.refuses or refused.isdisjoint(rule.roles), answers
