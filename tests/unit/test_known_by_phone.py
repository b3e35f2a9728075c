"""Who is known by their phone, and who by their account."""

from typing import Any

import pytest
from flask import Flask, g

from services.gateway.identity.person import Person
from services.gateway.identity.phones import Phones, naming_the_reporter
from shared.contracts.phones import OWN_PHONE
from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD
from shared.kernel.errors import Invalid

PHONES = Phones("p" * 32)
NUMBER = "+8613800000000"


@pytest.mark.parametrize("roles", [set(), {RESIDENT}])
@pytest.mark.parametrize("written", [NUMBER, "+86 138 0000 0000"])
def test_a_resident_is_known_by_a_verified_phone(roles: set[str], written: str) -> None:
    assert PHONES.known(Person("account", roles, phone=written)).subject == PHONES.subject_of(NUMBER)


@pytest.mark.parametrize("roles", [{STEWARD}, {DISPATCHER, RESIDENT}])
def test_who_works_here_is_one_person_in_all_roles(roles: set[str]) -> None:
    """Else they could rate as a resident what they served as a steward."""
    known = PHONES.known(Person("account", roles, phone=NUMBER))
    assert known.acting(RESIDENT).subject == "account"


@pytest.mark.parametrize("phone", [None, "", "not a number", "+861"])
def test_without_a_number_that_could_be_called_it_is_the_account(phone: str | None) -> None:
    assert PHONES.known(Person("account", set(), phone=phone)).subject == "account"


def told_on(by: Person, phone: str) -> dict[str, Any]:
    """What the gateway makes of a report that they enter for who has the phone."""
    app = Flask("phones")
    app.extensions["phones"] = PHONES
    with app.app_context():
        g.phone, g.actor = by.phone, PHONES.known(by).acting(None)
        return naming_the_reporter({"text": "示例", "on_behalf_of": {"name": "示例", "phone": phone}})


@pytest.mark.parametrize("verified", [NUMBER, "138-0000-0000"])
@pytest.mark.parametrize("written", [NUMBER, "138 0000 0000"])
@pytest.mark.parametrize("role", [STEWARD, DISPATCHER])
def test_a_worker_enters_nothing_for_their_own_phone(verified: str, written: str, role: str) -> None:
    with pytest.raises(Invalid) as refusal:
        told_on(Person("account", {role}, phone=verified), written)
    assert refusal.value.errors == {"on_behalf_of.phone": [OWN_PHONE]}


@pytest.mark.parametrize("phone", [None, "not a number", "+8613800000001"])
def test_a_worker_enters_what_somebody_else_says(phone: str | None) -> None:
    told = told_on(Person("account", {STEWARD}, phone=phone), "138 0000 0000")["on_behalf_of"]
    assert told == {"name": "示例", "phone": NUMBER, "reporter": PHONES.subject_of(NUMBER)}


def test_a_resident_is_told_by_intake_that_only_workers_do() -> None:
    assert told_on(Person("account", {RESIDENT}, phone=NUMBER), NUMBER)["on_behalf_of"]["phone"] == NUMBER
