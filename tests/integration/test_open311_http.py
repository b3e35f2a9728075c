"""GeoReport v2 on all the real processes: what a program of another city reports, and what it reads of the rest."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from click.testing import CliRunner
from georeport import GeoReport

from shared.kernel.actor import RESIDENT
from steward.cli import main
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.http import PATIENCE, Person, dispatcher, resident
from tests.support.open311.city import ENGLISH, City, new_client
from tests.support.open311.referee import FORMATS
from tests.support.walk import DONE, INSIDE, assigned, load_district, report, serve, some_words, wait_for_invitation

pytestmark = pytest.mark.servers

LAT, LONG = 25.394321, 119.016789
HERE = {"lat": LAT, "long": LONG}
RUBBISH = {"service_code": "rubbish_heap", **HERE}


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


@pytest.fixture(scope="module")
def client(district: Stack) -> tuple[str, str]:
    return new_client(district)


@pytest.fixture(scope="module")
def key(client: tuple[str, str]) -> str:
    return client[1]


@pytest.fixture
def city(district: Stack, key: str) -> City:
    return City(district, key)


@pytest.fixture
def public(district: Stack) -> City:
    return City(district)


def sent(city: City, **form: Any) -> str:
    """The id of a new request of rubbish, unless told otherwise."""
    (made,) = city.post("requests", **{**RUBBISH, "description": some_words(), **form})
    return str(made["service_request_id"])


def shifted(**by: float) -> str:
    return (datetime.now(UTC) + timedelta(**by)).isoformat()


@pytest.mark.parametrize("extension", FORMATS)
def test_a_client_from_elsewhere_reads_all_that_there_is(district: Stack, city: City, extension: str) -> None:
    case_id, other = sent(city), sent(city)
    client = GeoReport(f"{district.addresses.gateway}/open311/v2", output_format=extension)
    codes = [service["service_code"] for service in client.get_service_list()]
    assert {"rubbish_heap", "street_lights"} <= {*codes}
    assert client.get_service_definition("street_lights")["service_code"] == "street_lights"
    assert client.get_service_request(case_id)["service_request_id"] == case_id
    found = client.get_service_requests(service_request_id=f"{case_id},{other}")
    assert {each["service_request_id"] for each in found} == {case_id, other}
    some = client.get_service_requests(
        service_code="rubbish_heap", start_date=shifted(days=-1), end_date=shifted(days=1), status="open"
    )
    assert {case_id, other} <= {each["service_request_id"] for each in some}


def test_what_may_be_reported_is_listed_and_a_dispute_is_not(district: Stack, public: City) -> None:
    services = {service["service_code"]: service for service in public.get("services")}
    assert services["street_lights"]["metadata"] == "true"
    assert services["rubbish_heap"]["metadata"] == "false"
    assert not {"neighbour_dispute", "legal_matter"} & services.keys()
    assert services["street_lights"]["service_name"] == "路灯"
    english = {service["service_code"]: service for service in City(district, base=ENGLISH).get("services")}
    assert english["street_lights"]["service_name"] == "Street lights"


def test_a_service_says_what_it_asks(public: City) -> None:
    asked = public.get("services/street_lights")["attributes"]
    assert [attribute["order"] for attribute in asked] == ["1", "2", "3", "4"]
    assert {option["key"] for option in asked[0]["values"]} == {"off", "flickering", "day", "damaged"}
    assert public.get("services/rubbish_heap")["attributes"] in ([], None)
    for unknown in ("neighbour_dispute", "nonsense"):
        assert public.get(f"services/{unknown}", 404)[0]["code"] == "404"


@pytest.mark.parametrize("extension", FORMATS)
def test_from_a_post_by_its_token_to_the_request(district: Stack, key: str, public: City, extension: str) -> None:
    city, once, words = City(district, key, extension), str(uuid4()), some_words()
    form = {**RUBBISH, "description": words, "account_id": "示例账号", "media_url": "https://example.org/1.jpg"}
    answer = city.send("requests", once, **form)
    (made,) = city.read("requests", answer, 201)
    (redeemed,) = public.get(f"tokens/{answer.headers['Open311-Token']}")
    assert redeemed["service_request_id"] == made["service_request_id"]
    assert made["account_id"] == "示例账号"
    found = city.request(made["service_request_id"])
    assert (found["description"], found["media_url"], found["status"]) == (words, form["media_url"], "open")
    assert (float(found["lat"]), float(found["long"])) == (LAT, LONG)
    assert requests.get(district.addresses.gateway + answer.headers["Location"], timeout=30).status_code == 200
    assert city.send("requests", once, **form).content == answer.content
    assert public.get(f"tokens/{uuid4().hex}", 404)


def test_others_are_told_where_and_what_and_neither_the_words_nor_the_very_spot(city: City, public: City) -> None:
    case_id = sent(city, address_string="示例路1号", phone="13800000000", email="a@example.org", last_name="示例")
    theirs, ours = public.request(case_id), city.request(case_id)
    assert theirs["description"] is None
    assert (float(theirs["lat"]), float(theirs["long"])) == (round(LAT, 3), round(LONG, 3))
    assert theirs["extended_attributes"]["is_exact"] == "false"
    assert (theirs["service_code"], theirs["status"]) == ("rubbish_heap", "open")
    assert theirs["address_id"] is not None
    assert ours["address"] == "示例路1号"
    assert ours["extended_attributes"]["is_exact"] == "true"
    told = str(theirs) + str(public.get("requests")) + str(public.get("servicerequestupdates"))
    for secret in ("示例路", "13800000000", "a@example.org", str(LAT), str(LONG)):
        assert secret not in told


def test_another_city_reads_no_more_than_anybody(district: Stack, city: City, public: City) -> None:
    case_id = sent(city)
    wait_until(lambda: bool(public.request(case_id)["agency_responsible"]), PATIENCE, "nobody serves it")
    assert City(district, new_client(district)[1]).request(case_id) == public.request(case_id)


def test_what_is_about_a_person_has_no_place(district: Stack, city: City, public: City) -> None:
    me = resident(district)
    levels = {unit["code"]: unit["level"] for unit in dispatcher(district).get("/units").json()}
    assert levels[public.request(report(me))["address_id"]] == "estate"
    cared = [report(me, category=code) for code in ("care_for_old_and_young", "small_wish", "other")]
    for case_id in cared:
        found = public.request(case_id)
        assert (found["lat"], found["long"], found["description"]) == (None, None, None)
        assert levels[found["address_id"]] == "community"
    at = {"lat": INSIDE["lat"], "long": INSIDE["lon"], "radius": 5000}
    assert not {*cared} & {*public.listed(**at)}
    assert {*cared} <= {*public.listed(service_code="care_for_old_and_young,small_wish,other")}


def test_what_is_merged_is_closed_and_told_of_what_it_follows(district: Stack, city: City, public: City) -> None:
    words = some_words()
    parent, child = sent(city, description=words), sent(city, description=words)
    answer = dispatcher(district).post(f"/reports/{child}/merge", {"into": parent})
    assert answer.status_code == 200, answer.text
    wait_until(lambda: public.request(parent)["agency_responsible"], 20, "nobody serves it")
    found = public.request(child)
    assert (found["status"], found["extended_attributes"]["extended_status"]) == ("closed", "duplicate")
    assert found["agency_responsible"] == public.request(parent)["agency_responsible"]


def test_a_dispute_is_shown_to_nobody(district: Stack, public: City) -> None:
    me = resident(district)
    case_id = report(me, category="neighbour_dispute")
    assert public.get(f"requests/{case_id}", 404)[0]["code"] == "404"
    assert case_id not in public.listed()
    assert case_id not in str(public.get("servicerequestupdates"))
    assert public.get("requests", 404, service_code="neighbour_dispute")


def test_what_waits_for_a_category_may_become_a_dispute_and_is_not_shown(district: Stack, public: City) -> None:
    case_id = report(resident(district), category=None)
    assert public.get(f"requests/{case_id}", 404)
    assert case_id not in public.listed()


def test_requests_are_found_by_kind_time_state_and_place(city: City, public: City) -> None:
    lamp = {"service_code": "street_lights", "attribute[fault]": "off"}
    near, lit = sent(city, lat=25.3901), sent(city, lat=25.3902, **lamp)
    for query, found in (
        ({"service_code": "street_lights"}, {lit}),
        ({"service_code": "street_lights,rubbish_heap"}, {near, lit}),
        ({"status": "open"}, {near, lit}),
        ({"status": "closed"}, set()),
        ({"status": "open,closed"}, {near, lit}),
        ({"start_date": shifted(minutes=-5)}, {near, lit}),
        ({"end_date": shifted(days=-1)}, set()),
        ({"start_date": shifted(minutes=5)}, set()),
        ({"updated_after": shifted(minutes=-5)}, {near, lit}),
        ({"updated_before": shifted(minutes=-5)}, set()),
        ({"lat": 25.39, "long": LONG, "radius": 100}, {near, lit}),
        ({"lat": 25.38, "long": LONG, "radius": 100}, set()),
        ({"service_request_id": f"{near},{lit}", "status": "closed"}, {near, lit}),
    ):
        assert {near, lit} & {*public.listed(**query)} == found, query
    assert public.listed()[:2] == [lit, near]
    assert public.get("requests", 404, service_request_id=str(uuid4()))
    assert public.listed(service_request_id=f"{near},{uuid4()}") == [near]


def test_the_pages_are_one_list(district: Stack, city: City, public: City) -> None:
    some = [sent(city) for _ in range(3)]
    assert public.listed(page=1, page_size=2) + public.listed(page=2, page_size=1) == [some[2], some[1], some[1]]
    address = f"{district.addresses.gateway}/open311/v2/requests.json?page_size=2"
    following = requests.get(address, timeout=30).links["next"]["url"]
    found = requests.get(district.addresses.gateway + following, timeout=30).json()
    assert found[0]["service_request_id"] == some[0]


def test_a_place_may_be_words_or_a_unit(district: Stack, city: City) -> None:
    unit = next(unit for unit in dispatcher(district).get("/units").json() if unit["level"] == "estate")
    words = sent(city, lat="", long="", address_string="示例路2号")
    assert city.request(words)["address"] == "示例路2号"
    in_unit = sent(city, lat="", long="", address_id=unit["code"])
    assert city.request(in_unit)["address"] == unit["name_zh"]


def test_a_request_that_will_not_do_is_refused_with_all_that_is_wrong(city: City) -> None:
    good = {**RUBBISH, "description": "示例"}
    for form, status, about in (
        ({}, 400, ["service_code"]),
        ({"service_code": "nonsense", **HERE}, 404, ["service_code"]),
        ({"service_code": "neighbour_dispute", **HERE}, 404, ["service_code"]),
        ({"service_code": "rubbish_heap"}, 400, ["lat"]),
        ({**good, "lat": ""}, 400, ["lat"]),
        ({**good, "lat": "91", "email": "x", "media_url": "ftp://x"}, 400, ["email", "lat", "media_url"]),
        ({**good, "phone": "x"}, 400, ["phone"]),
        ({**good, "description": "x" * 5001}, 400, ["description"]),
        ({"service_code": "rubbish_heap", "address_id": "nowhere"}, 404, ["address_id"]),
        ({**good, "service_code": "street_lights"}, 400, ["attribute[fault]"]),
        ({**good, "attribute[colour]": "red"}, 400, ["attribute[colour]"]),
    ):
        assert city.about("requests", status, **form) == about, form


def test_answers_to_what_the_service_asks_come_with_the_case(
    district: Stack, client: tuple[str, str], city: City
) -> None:
    case_id = sent(city, **{"service_code": "disorderly_parking", "attribute[blocks][]": ["ramp", "entrance"]})
    Person(district, RESIDENT, f"o-{client[0]}").wait_for(case_id, lambda case: case["order"])
    seen = dispatcher(district).case(case_id)["report"]
    assert seen["attributes"] == {"blocks": ["ramp", "entrance"]}
    assert seen["channel"] == "open311"


def test_a_key_that_is_none_opens_nothing(district: Stack, city: City) -> None:
    client_id, key = new_client(district)
    CliRunner().invoke(main, ["clients", "revoke", client_id, "--home", str(district.home.folder)])
    for wrong in (key, "nonsense"):
        stranger = City(district, wrong)
        assert stranger.post("requests", 403, **RUBBISH)[0]["code"] == "403"
        assert stranger.get("requests", 403)[0]["code"] == "403"
        assert stranger.post("servicerequestupdates", 403)[0]["code"] == "403"


def test_the_same_key_for_something_else_is_refused(city: City) -> None:
    once = str(uuid4())
    city.post("requests", key=once, **RUBBISH, description="示例一")
    assert city.post("requests", 400, key=once, **RUBBISH, description="示例二")


def test_from_a_request_to_its_public_answer(
    district: Stack, client: tuple[str, str], city: City, public: City
) -> None:
    case_id = sent(city)
    me = Person(district, RESIDENT, f"o-{client[0]}")
    holder = assigned(district, me, case_id)
    assert public.request(case_id)["agency_responsible"]
    assert public.request(case_id)["expected_datetime"]
    serve(holder, case_id)
    me.wait_for(case_id, lambda case: case["report"]["state"] == "served")
    found = public.request(case_id)
    assert (found["status"], found["status_notes"]) == ("open", DONE["answer"])
    rated = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}
    wait_for_invitation(me, case_id)
    assert me.post(f"/evaluations/{case_id}/rate", rated).status_code == 200
    me.wait_for(case_id, lambda case: case["report"]["state"] == "closed")
    closed = public.request(case_id)
    assert (closed["status"], closed["status_notes"]) == ("closed", DONE["answer"])
    since = public.get("servicerequestupdates", start_date=closed["requested_datetime"])
    told = [each for each in since if each["service_request_id"] == case_id]
    assert [each["status"] for each in told] == ["open", "action_scheduled", "in_progress", "in_progress", "fixed"]
    assert case_id in public.listed(status="closed", updated_after=shifted(minutes=-5))


def test_a_client_adds_what_it_is_asked_for_and_nothing_else(district: Stack, city: City) -> None:
    case_id = sent(city, service_code="other")
    refused = city.post("servicerequestupdates", 400, service_request_id=case_id, description="示例")
    assert refused[0]["code"] == "409"
    head = dispatcher(district)
    waiting = _asked(head, city)
    assert "哪一栋" in city.request(waiting)["status_notes"]
    for form, about in (
        ({"status": "CLOSED"}, ["status"]),
        ({"status": "sold"}, ["status"]),
        ({"description": ""}, ["description"]),
        ({"service_request_id": ""}, ["service_request_id"]),
    ):
        given = {"service_request_id": waiting, "description": "示例", **form}
        assert city.about("servicerequestupdates", 400, **given) == about
    words = some_words()
    (made,) = city.post("servicerequestupdates", service_request_id=waiting, description=words, status="OPEN")
    assert made["update_id"].startswith(waiting)
    assert head.case(waiting)["report"]["information"] == [words]
    other = City(district, new_client(district)[1])
    assert other.post("servicerequestupdates", 404, service_request_id=waiting, description="示例")


def _asked(head: Person, city: City) -> str:
    """A request that waited for a dispatcher, who asks for more."""
    words = some_words()
    sent(city, description=words)
    case_id = sent(city, description=words)  # like the one before: it waits for a person
    answer = head.post(f"/reports/{case_id}/ask", {"question": "请问是哪一栋？"})
    assert answer.status_code == 200, answer.text
    return case_id
