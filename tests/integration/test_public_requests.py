"""Looking for what the public may see on the real store: by its indexes, and around what is shown."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.intake.domain import Report
from services.intake.public_requests.inquiries import TOLD
from services.intake.public_requests.searching import happened, query_of
from services.intake.repository import MongoReports
from tests.support.district import CATALOGUE
from tests.support.people import NOON, RESIDENT_ONE, SURE

pytestmark = pytest.mark.servers

LON, LAT = 119.0, 25.4
METRE = 1 / 111_320
"""Degrees of latitude."""


def reported(reports: MongoReports, metres: float = 0, category: str = "cleaning", days: int = 0) -> str:
    report: Report = reports.blank(str(uuid4()))
    position = {"lon": LON, "lat": LAT + metres * METRE}
    point = {"type": "Point", "coordinates": [*position.values()]}
    facts = {"category": category, "origin": str(uuid4()), "position": position, "point": point}
    report.submit(RESIDENT_ONE, NOON - timedelta(days=days), facts, {"text": "示例"}, SURE)
    assert reports.commit([report]) == set()
    return report.case_id


def found(reports: MongoReports, **asked: Any) -> list[str]:
    return [report.case_id for report in reports.found(query_of(asked, CATALOGUE), 0, 10, private=False)]


def around(metres: float, radius: float = 100) -> dict[str, float]:
    return {"lon": LON, "lat": LAT + metres * METRE, "radius": radius}


def test_the_latest_come_first_and_disputes_never(reports: MongoReports) -> None:
    old, new = reported(reports, days=2), reported(reports)
    dispute = reported(reports, category="neighbour_dispute")
    assert found(reports) == [new, old]
    assert found(reports, case_ids=[old, dispute]) == [old]
    assert found(reports, since=NOON - timedelta(days=1)) == [new]
    assert found(reports, until=NOON - timedelta(days=1)) == [old]
    assert found(reports, statuses=["closed"]) == []


def test_what_changed_is_found_by_its_last_event(reports: MongoReports) -> None:
    case_id, other = reported(reports, days=5), reported(reports, days=5)
    report = reports.load(case_id)
    assert report is not None
    report.withdraw(RESIDENT_ONE, NOON)
    assert reports.commit([report]) == set()
    assert found(reports, updated_since=NOON - timedelta(days=1)) == [case_id]
    assert found(reports, updated_until=NOON - timedelta(days=1)) == [other]
    assert {*found(reports, updated_since=NOON - timedelta(days=6), updated_until=NOON)} == {case_id, other}


def test_a_search_around_a_point_compares_with_what_is_shown(reports: MongoReports) -> None:
    """Two that are shown at one spot are found by the same searches, however far apart they are."""
    here, there = reported(reports, metres=-50), reported(reports, metres=50)
    for metres in range(-300, 301, 7):
        assert {*found(reports, around=around(metres))} in (set(), {here, there}), metres
    assert {*found(reports, around=around(0, radius=1))} == {here, there}
    assert found(reports, around=around(120)) == []
    assert reported(reports, category="small_wish") not in found(reports, around=around(0))


def test_nothing_private_is_read_for_who_may_not_see_it(reports: MongoReports) -> None:
    reported(reports)
    (public,) = reports.found(query_of({}, CATALOGUE), 0, 10, private=False)
    (own,) = reports.found(query_of({}, CATALOGUE), 0, 10, private=True)
    assert (public.private, own.private) == ({}, {"text": "示例"})
    assert len(public.history) == 1


def test_events_come_one_by_one_in_their_order_and_with_nothing_private(reports: MongoReports) -> None:
    first, second = reported(reports, days=1), reported(reports)
    reported(reports, category="neighbour_dispute")
    span = (NOON - timedelta(days=2), NOON)
    events = reports.events(["cleaning"], *span, TOLD, 0, 10)
    assert [(event["case_id"], event["verb"]) for event in events] == [
        *((first, verb) for verb in ("submit", "accept")),
        *((second, verb) for verb in ("submit", "accept")),
    ]
    assert events[0].keys() == {"case_id", "served_as", "sequence", "verb", "state", "at"}
    assert reports.events(["cleaning"], *span, TOLD, 1, 2) == events[1:3]


@pytest.mark.parametrize("index", ["reported_at_-1__id_-1", "history.at_1"])
def test_it_is_found_by_an_index(reports: MongoReports, index: str) -> None:
    for days in range(200):
        reported(reports, days=days)
    if index.startswith("reported"):
        plan = reports.collection.find(query_of({}, CATALOGUE)).sort([("reported_at", -1), ("_id", -1)]).explain()
    else:
        stages = happened(["cleaning"], NOON, NOON, TOLD)
        asked = {"aggregate": reports.collection.name, "pipeline": stages, "cursor": {}}
        plan = reports.collection.database.command("explain", asked)
    assert index in _index_names(plan)


def _index_names(plan: Any) -> set[str]:
    if isinstance(plan, Mapping):
        inner = {name for value in plan.values() for name in _index_names(value)}
        return inner | ({str(plan["indexName"])} if "indexName" in plan else set())
    return {name for value in plan for name in _index_names(value)} if isinstance(plan, list) else set()
