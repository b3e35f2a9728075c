"""Every route of the gateway says in one table whom it is for."""

import pytest

from services.gateway.app import create_app
from shared.kernel.actor import PERSONS
from shared.runtime.calls import Calls
from tests.support.rights import EVERYONE, RULES, routes
from tests.support.settings import SETTINGS

ROUTES = sorted(routes(create_app(SETTINGS, Calls())))


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_has_a_row(route: str) -> None:
    assert route in RULES, f"{route} is in the gateway: say in tests/support/rights.py whom it is for"


@pytest.mark.parametrize("route", RULES)
def test_a_row_is_of_a_route_and_of_roles_that_there_are(route: str) -> None:
    assert route in ROUTES
    assert RULES[route].roles
    assert {*RULES[route].roles} <= {*PERSONS, EVERYONE}
