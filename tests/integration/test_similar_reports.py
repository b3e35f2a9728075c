"""Looking for similar reports on the real store: by the index, as far and as long as asked, and no further."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.intake.domain import Report
from services.intake.reception.duplicates import Area
from services.intake.repository import MongoReports, nearest
from tests.support.people import HEAD, NOON, RESIDENT_ONE, SURE, UNSURE

pytestmark = pytest.mark.servers

LON, LAT = 119.0025, 25.405
METRE = 1 / 111_320
"""Degrees of latitude."""
AREA = Area(LON, LAT, 200, frozenset({"overflowing_sewage", "blocked_pipes"}), NOON - timedelta(days=3))


def reported(
    reports: MongoReports, metres: float = 0, category: str = "overflowing_sewage", days: int = 0, state: str = ""
) -> str:
    report: Report = reports.blank(str(uuid4()))
    point = {"type": "Point", "coordinates": [LON, LAT + metres * METRE]}
    facts = {"category": category, "origin": str(uuid4()), "point": point}
    report.submit(RESIDENT_ONE, NOON - timedelta(days=days), facts, {"text": "示例"}, UNSURE if state else SURE)
    if state == "withdrawn":
        report.withdraw(RESIDENT_ONE, NOON)
    if state == "merged":
        report.merge(HEAD, NOON, "another")
    assert reports.commit([report]) == set()
    return report.case_id


def test_the_nearest_come_first_and_the_far_the_old_the_other_and_the_over_never(reports: MongoReports) -> None:
    far = reported(reports, metres=150, category="blocked_pipes")
    near = reported(reports, metres=20)
    reported(reports, metres=210)
    reported(reports, days=4)
    reported(reports, category="cleaning")
    for state in ("withdrawn", "merged"):
        reported(reports, state=state)
    found = reports.near(AREA, 5)
    assert [report.case_id for _, report in found] == [near, far]
    assert [metres for metres, _ in found] == pytest.approx([20, 150], rel=0.01)
    assert [(report.private, report.history) for _, report in found] == [({"text": "示例"}, [])] * 2
    assert [report.case_id for _, report in reports.near(AREA, 1)] == [near]


def test_the_index_of_place_and_category_serves_it(reports: MongoReports) -> None:
    for metres in range(0, 4000, 20):
        reported(reports, metres=metres, category="cleaning")
    reported(reports, metres=50)
    explained = reports.collection.database.command(
        "explain",
        {"aggregate": "reports", "pipeline": [nearest(AREA)], "cursor": {}},
        verbosity="executionStats",
    )
    cursor = explained["stages"][0]["$geoNearCursor"] if "stages" in explained else explained
    assert "category_1_point_2dsphere_reported_at_1" in str(cursor["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in str(cursor["queryPlanner"]["winningPlan"])
    assert cursor["executionStats"]["totalDocsExamined"] <= 5


def test_parents_that_ended_are_found_until_nobody_follows(reports: MongoReports) -> None:
    parent: Report = reports.blank(str(uuid4()))
    parent.submit(RESIDENT_ONE, NOON, {"origin": str(uuid4())}, {"text": "示例"}, UNSURE)
    parent.follow("child", "sample-resident-2", NOON)
    reports.commit([parent])
    assert list(reports.ended_parents()) == []
    parent = _again(reports, parent.case_id)
    parent.withdraw(RESIDENT_ONE, NOON)
    reports.commit([parent])
    assert list(reports.ended_parents()) == [parent.case_id]
    parent = _again(reports, parent.case_id)
    parent.unfollow("child", NOON)
    reports.commit([parent])
    assert list(reports.ended_parents()) == []


def _again(reports: MongoReports, case_id: str) -> Report:
    report = reports.load(case_id)
    assert report is not None
    return report
