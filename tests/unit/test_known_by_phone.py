"""Who is known by their phone, and who by their account."""

import pytest

from services.gateway.identity.person import Person
from services.gateway.identity.phones import Phones
from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD

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
