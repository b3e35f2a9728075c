"""A case on all the real processes, asked for and acted upon by people of elsewhere: they learn and change nothing.

Every route about a case is tried that stands in the table of rights, by every role that it is for.
"""

import csv
from dataclasses import dataclass

import pytest
import requests

from samples.generate import FOLDER
from services.dispatch.organisation.tables import STEWARDS
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD
from steward.stack import Stack
from tests.support.http import Person, dispatcher, inspector, resident, states, steward
from tests.support.rights import RULES
from tests.support.walk import assigned, load_district, report, serve

pytestmark = pytest.mark.servers

OF_CASES = ("/cases/<uuid:case_id>", "/reports/<uuid", "/orders/<uuid", "/evaluations/<uuid")
ABOUT_A_CASE = [route for route in RULES if route.split(" ")[1].startswith(OF_CASES)]
REFUSED = (403, 404)


@dataclass(frozen=True)
class Scene:
    """One case that is served and waits for its rating, who is of its place, and who is not."""

    case_id: str
    reporter: Person
    insiders: dict[str, Person]
    outsiders: dict[str, Person]


@pytest.fixture(scope="module")
def scene(stack: Stack) -> Scene:
    load_district(stack)
    me = resident(stack)
    case_id = report(me)
    server = assigned(stack, me, case_id)
    serve(server, case_id)
    me.wait_for(case_id, lambda case: states(case) == ("served", "completed", "invited"))
    path = me.case(case_id)["order"]["unit_path"]
    elsewhere = sibling(stack, path)
    return Scene(
        case_id,
        me,
        {STEWARD: server, DISPATCHER: dispatcher(stack, path[1]), INSPECTOR: inspector(stack, path[1])},
        {
            RESIDENT: resident(stack),
            STEWARD: steward(stack, serving_elsewhere(path)),
            DISPATCHER: dispatcher(stack, elsewhere),
            INSPECTOR: inspector(stack, elsewhere),
        },
    )


def sibling(stack: Stack, path: list[str]) -> str:
    """A street beside that of the path."""
    units = dispatcher(stack).get("/units").json()
    return next(unit["code"] for unit in units if unit["level"] == "street" and unit["code"] not in path)


def serving_elsewhere(path: list[str]) -> str:
    stewards = csv.DictReader((FOLDER / STEWARDS.name).read_text(encoding="utf-8").splitlines())
    return next(row["subject"] for row in stewards if row["area"] not in path)


def ask(scene: Scene, route: str, by: Person) -> requests.Response:
    method, path = route.split(" ")
    address = path.replace("<uuid:case_id>", scene.case_id)
    if method == "POST":
        return by.post(address, RULES[route].body)
    # A stream that would not end is asked for as it should be: nobody of elsewhere gets one.
    query = "after=0" if path.endswith("/events") else RULES[route].query
    return by.get(f"{address}?{query}")


@pytest.mark.parametrize("route", ABOUT_A_CASE)
def test_nobody_of_elsewhere_learns_of_it_or_changes_it(scene: Scene, route: str) -> None:
    before = scene.reporter.case(scene.case_id)
    answers = {role: ask(scene, route, by) for role, by in scene.outsiders.items() if role in RULES[route].roles}
    assert {role: answer.status_code for role, answer in answers.items() if answer.status_code not in REFUSED} == {}
    assert scene.reporter.case(scene.case_id) == before


@pytest.mark.parametrize("role", [RESIDENT, STEWARD, DISPATCHER, INSPECTOR])
def test_who_is_of_its_place_or_serves_it_sees_it(scene: Scene, role: str) -> None:
    by = {RESIDENT: scene.reporter, **scene.insiders}[role]
    assert by.case(scene.case_id)["order"]["state"] == "completed"


def test_nobody_is_a_dispatcher_of_everything_by_having_no_unit(stack: Stack, scene: Scene) -> None:
    unitless = Person(stack, DISPATCHER)
    assert unitless.get(f"/cases/{scene.case_id}").status_code == 404
    assert [unitless.get(path).status_code for path in ("/reports", "/orders?list=waiting")] == [403, 403]


def test_a_report_that_waits_is_on_the_desks_of_its_place_only(stack: Stack, scene: Scene) -> None:
    case_id = report(scene.reporter, category=None)
    near, far = scene.insiders[DISPATCHER], scene.outsiders[DISPATCHER]
    assert [case_id in waiting(by) for by in (near, far)] == [True, False]
    assert [by.post(f"/reports/{case_id}/ask", {"question": "?"}).status_code for by in (far, near)] == [404, 200]


def waiting(by: Person) -> list[str]:
    return [one["case_id"] for one in by.get("/reports").json()]
