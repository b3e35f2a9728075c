"""Which events the outbox's mark covers after somebody has asked to tell some again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.intake.domain import Report
from services.intake.repository import MongoReports
from shared.contracts.topology import INTAKE
from shared.kernel.actor import RESIDENT, Actor, system
from shared.runtime.clock import now
from steward.healing.republishing import Told, count, mark
from tests.support.people import SURE

pytestmark = pytest.mark.servers

NOON = now().replace(microsecond=0)
LATER = NOON + timedelta(hours=1)
"""Of the third event of every case; the first two are of noon."""


@pytest.fixture
def cases(reports: MongoReports) -> list[Report]:
    """Published, all of them."""
    return [_published(reports) for _ in range(3)]


def test_everything_of_a_case(reports: MongoReports, cases: list[Report]) -> None:
    assert mark(reports.collection, Told([cases[1].case_id]), LATER) == 1
    assert _marks(reports) == {cases[1].case_id: {"after": 0, "at": LATER, "since": LATER}}


@pytest.mark.parametrize(
    ("since", "until", "after"),
    [
        (None, None, 0),
        (NOON, None, 0),
        (LATER, None, 2),
        (NOON + timedelta(minutes=1), LATER + timedelta(minutes=1), 2),
        (None, NOON + timedelta(minutes=1), 0),
        (NOON + timedelta(minutes=1), NOON + timedelta(minutes=2), None),
        (LATER + timedelta(minutes=1), None, None),
    ],
)
def test_from_the_first_event_of_a_span_on(
    reports: MongoReports, cases: list[Report], since: datetime | None, until: datetime | None, after: int | None
) -> None:
    told = Told((), since, until)
    assert count(reports.collection, told) == mark(reports.collection, told, LATER) == (3 if after is not None else 0)
    assert {found["after"] for found in _marks(reports).values()} == ({after} if after is not None else set())


def test_what_was_unpublished_before_stays_so(reports: MongoReports, cases: list[Report]) -> None:
    reports.collection.update_one({"_id": cases[0].case_id}, {"$set": {"unpublished": {"after": 1, "at": NOON}}})
    mark(reports.collection, Told((), LATER), LATER)
    assert _marks(reports)[cases[0].case_id]["after"] == 1


def test_many_are_marked_in_pieces(reports: MongoReports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steward.healing.republishing.AT_ONCE", 4)
    published = {_published(reports).case_id for _ in range(10)}
    assert mark(reports.collection, Told(), LATER) == 10
    assert set(_marks(reports)) == published


def _published(reports: MongoReports) -> Report:
    report = reports.blank(str(uuid4()))
    report.submit(Actor("sample-resident", RESIDENT), NOON, {"category": "cleaning", "origin": str(uuid4())}, {}, SURE)
    report.record("start_service", system(INTAKE), LATER)
    assert reports.commit([report]) == set()
    reports.collection.update_one({"_id": report.case_id}, {"$unset": {"unpublished": ""}})
    return report


def _marks(reports: MongoReports) -> dict[str, Any]:
    found = reports.collection.find({"unpublished": {"$exists": True}}, {"unpublished": 1})
    return {document["_id"]: document["unpublished"] for document in found}
