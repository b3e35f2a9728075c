"""隐藏: what others should not read of a report is for its reporter and the staff alone, and that is on record."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.handlers import Intake
from services.intake.public_requests.searching import visible_to
from shared.contracts.positions import WGS84
from shared.kernel.errors import Forbidden
from tests.support.district import IN_THE_GRID
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, command

HERE = {**IN_THE_GRID, "datum": WGS84}
SEWER = {"text": "东门污水井又满了，流到路上", "category": "blocked_pipes", "position": HERE}
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


@pytest.fixture
def intake(reports: InMemoryReports) -> Intake:
    return intake_over(reports)


@pytest.fixture
def case_id(intake: Intake) -> str:
    return intake.carry_out("submit", command(RESIDENT_ONE, **SEWER), NOON).case_id


def similar(intake: Intake) -> list[str]:
    asked: dict[str, Any] = {**SEWER, "subject": ""}
    return [found.report.case_id for found in intake.similar(asked, LATER)]


def test_what_is_hidden_is_shown_to_nobody_as_similar_until_it_is_shown_again(intake: Intake, case_id: str) -> None:
    assert similar(intake) == [case_id]
    intake.carry_out("hide", command(HEAD, case_id, reason="写有他人电话"), LATER)
    assert similar(intake) == []
    intake.carry_out("unhide", command(HEAD, case_id), LATER)
    assert similar(intake) == [case_id]


def test_dispatchers_still_see_it_as_a_possible_duplicate(intake: Intake, case_id: str) -> None:
    intake.carry_out("hide", command(HEAD, case_id, reason="写有他人电话"), LATER)
    again = intake.carry_out("submit", command(RESIDENT_TWO, **SEWER), LATER)
    assert again.facts["possible_duplicates"] == [case_id]


def test_who_hid_it_when_and_why_is_on_record_and_the_words_stay(intake: Intake, case_id: str) -> None:
    hidden = intake.carry_out("hide", command(HEAD, case_id, reason="写有他人电话"), LATER)
    event = hidden.history[-1]
    assert (event.type, event.by, event.at) == ("ReportHidden", HEAD, LATER)
    assert (hidden.private["hidden_because"], hidden.private["text"]) == ("写有他人电话", SEWER["text"])
    assert "写有他人电话" not in str(event.facts)
    assert hidden.snapshot()["hidden_at"] == LATER


def test_hidden_twice_is_hidden_once_and_shown_twice_is_shown_once(intake: Intake, case_id: str) -> None:
    for verb, body in (("hide", {"reason": "r"}), ("unhide", {})):
        first = intake.carry_out(verb, command(HEAD, case_id, **body), LATER)
        again = intake.carry_out(verb, command(HEAD, case_id, **body), LATER)
        assert again.version == first.version


def test_residents_hide_nothing(intake: Intake, case_id: str) -> None:
    with pytest.raises(Forbidden):
        intake.carry_out("hide", command(RESIDENT_ONE, case_id, reason="r"), LATER)


def test_of_the_public_its_reporter_alone_finds_it() -> None:
    assert visible_to(None) == {"hidden_at": None}
    assert visible_to("o-1") == {"$or": [{"hidden_at": None}, {"reporter": "o-1"}]}
