"""What of a case is everybody's business: which kinds, how exactly, and under which unit's name."""

from dataclasses import replace

import pytest

from services.intake.public_requests.searching import query_of
from services.intake.public_requests.showing import Showing
from shared.contracts.catalogue import Category, Kind
from shared.contracts.publicity import coarse, is_about_a_place, is_public, named_unit
from shared.kernel.units import UnitTree
from tests.support.district import CATALOGUE, IN_THE_GRID, UNITS
from tests.support.loop import CONTACTS, intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import NOON, RESIDENT_ONE, RESIDENT_TWO, command

TREE = UnitTree(UNITS)
PATH = ("d", "s", "c", "e", "g")
SECRETS = ("示例内容", "示例路1号", "示例姓名", "13800000000", "a@example.org", str(IN_THE_GRID["lon"]))


def shown(category: str, viewer: str | None) -> dict[str, object]:
    """A report with all that can be said, as it is shown."""
    body = {
        "text": "示例内容",
        "category": category,
        "address": "示例路1号",
        "contact_name": "示例姓名",
        "contact_phone": "13800000000",
        "contact_email": "a@example.org",
        "position": {**IN_THE_GRID, "datum": "WGS-84"},
    }
    report = intake_over(InMemoryReports()).carry_out("submit", command(RESIDENT_ONE, **body), NOON)
    return Showing(CATALOGUE, TREE, CONTACTS).show(report, viewer)


def asked(**more: object) -> dict[str, object]:
    return query_of({"skip": 0, "limit": 1, **more}, CATALOGUE)


def test_all_but_disputes_are_public() -> None:
    hidden = {code for code, category in CATALOGUE.items() if not is_public(category)}
    assert hidden == {"neighbour_dispute", "legal_matter"}


def test_what_is_about_a_person_is_about_no_place() -> None:
    personal = {code for code, category in CATALOGUE.items() if is_public(category) and not is_about_a_place(category)}
    assert personal == {"care_for_old_and_young", "small_wish", "other"}
    assert not is_about_a_place(replace(CATALOGUE["small_wish"], duplicate_radius=100))


@pytest.mark.parametrize("category", [code for code in CATALOGUE if is_public(CATALOGUE[code])])
@pytest.mark.parametrize("viewer", [None, RESIDENT_TWO.subject])
def test_who_did_not_send_it_reads_nothing_of_what_was_said(category: str, viewer: str | None) -> None:
    told = str(shown(category, viewer))
    assert not [secret for secret in (*SECRETS, RESIDENT_ONE.subject) if secret in told]


def test_who_sent_it_reads_what_was_said_and_where() -> None:
    own = shown("cleaning", RESIDENT_ONE.subject)
    assert (own["text"], own["address"]) == ("示例内容", "示例路1号")
    assert own["position"] == pytest.approx(IN_THE_GRID)
    assert not {"contact_name", "contact_phone", "contact_email"} & own.keys()


def test_a_place_is_told_to_a_thousandth_of_a_degree() -> None:
    assert coarse({"lon": 119.01678, "lat": 25.39449}) == {"lon": 119.017, "lat": 25.394}


@pytest.mark.parametrize(
    ("category", "path", "unit"),
    [
        (CATALOGUE["cleaning"], PATH, "e"),
        (CATALOGUE["care_for_old_and_young"], PATH, "c"),
        (CATALOGUE["cleaning"], PATH[:2], "s"),
        (CATALOGUE["cleaning"], (), None),
        (CATALOGUE["cleaning"], ("d", "torn_down"), "d"),
    ],
)
def test_no_unit_smaller_than_an_estate_is_told(category: Category, path: tuple[str, ...], unit: str | None) -> None:
    assert named_unit(path, TREE, category) == unit


def test_whatever_is_asked_for_only_public_kinds_are_looked_for() -> None:
    around = {"lon": 119.0, "lat": 25.4, "radius": 100.0}
    for query in (
        asked(),
        asked(case_ids=["x"]),
        asked(categories=["cleaning", "neighbour_dispute"]),
        asked(around=around, statuses=["open"]),
    ):
        codes = query["category"]["$in"]  # type: ignore[index]
        assert all(CATALOGUE[code].kind is not Kind.DISPUTE for code in codes)


def test_a_search_by_place_finds_nothing_that_is_about_a_person() -> None:
    around = {"lon": 119.0, "lat": 25.4, "radius": 100.0}
    assert asked(around=around, categories=["small_wish"])["category"] == {"$in": []}
