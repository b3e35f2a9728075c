"""Two taps of a courier: the table of what there is to choose, and the report that a choice makes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.intake.domain import Report
from services.intake.quick import shown
from services.intake.quick_file import COLUMNS, MOST, read_quick
from shared.contracts.files import InvalidFile
from shared.kernel.actor import Actor
from shared.kernel.errors import Forbidden, Invalid, KeyReused
from tests.support.district import CATALOGUE, INTAKE_RULEBOOK
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import HEAD, NOON, RESIDENT_ONE, a_steward, command

SPOT = {"lon": 119.021051, "lat": 25.397065, "datum": "GCJ-02"}
LAMP = INTAKE_RULEBOOK.quick["lamp"]
GOOD = "lamp,street_lights,路灯不亮,A street lamp is out,lamp"


@pytest.fixture
def reports() -> InMemoryReports:
    return InMemoryReports()


def tap(
    reports: InMemoryReports, choice: str = "lamp", by: Actor = RESIDENT_ONE, key: str | None = None, **rules: Any
) -> Report:
    rulebook = replace(INTAKE_RULEBOOK, **rules)
    return intake_over(reports, rulebook).carry_out("quick", command(by, key=key, choice=choice, position=SPOT), NOON)


def problems(folder: Path, *rows: str) -> list[str]:
    file = folder / "quick.csv"
    file.write_text("\n".join([",".join(COLUMNS), *rows]))
    with pytest.raises(InvalidFile) as error:
        read_quick(file, CATALOGUE)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("choice", INTAKE_RULEBOOK.quick)
def test_a_choice_and_a_position_make_a_report_of_the_courier(reports: InMemoryReports, choice: str) -> None:
    report, meant = tap(reports, choice), INTAKE_RULEBOOK.quick[choice]
    kept = {name: report.facts[name] for name in ("reporter", "category", "channel")}
    assert kept == {"reporter": RESIDENT_ONE.subject, "category": meant.category, "channel": "courier"}
    assert report.private["text"] == f"{meant.label_zh} {meant.label_en}"
    assert "position" in report.facts
    assert report.history[0].verb == "submit"


@pytest.mark.parametrize("choice", INTAKE_RULEBOOK.quick)
def test_what_the_project_ships_is_offered_and_asks_nothing_back(reports: InMemoryReports, choice: str) -> None:
    assert INTAKE_RULEBOOK.quick[choice] in shown(INTAKE_RULEBOOK.quick, CATALOGUE)
    assert tap(reports, choice).state == "accepted"


def test_the_same_tap_again_makes_no_second_report_even_where_the_choice_has_gone(reports: InMemoryReports) -> None:
    first, again, later = (tap(reports, key="one", quick=quick) for quick in ({"lamp": LAMP}, {"lamp": LAMP}, {}))
    assert first.case_id == again.case_id == later.case_id
    assert len(reports.all()) == 1


def test_a_key_that_was_used_for_another_choice_is_refused(reports: InMemoryReports) -> None:
    tap(reports, key="one")
    with pytest.raises(KeyReused):
        tap(reports, "rubbish", key="one")


def test_two_couriers_who_see_the_same_are_seen_to(reports: InMemoryReports) -> None:
    first = tap(reports)
    second = tap(reports, by=replace(RESIDENT_ONE, subject="sample-other"))
    assert second.facts["possible_duplicates"] == [first.case_id]
    assert second.state == "submitted"


def test_a_choice_that_there_is_not_is_refused_with_what_to_do(reports: InMemoryReports) -> None:
    with pytest.raises(Invalid) as refusal:
        tap(reports, "graffiti")
    assert refusal.value.errors == {"choice": ["There is no choice 'graffiti': GET /quick lists them."]}
    assert reports.all() == []


@pytest.mark.parametrize("by", [HEAD, a_steward("sample-worker")])
def test_workers_have_a_way_of_their_own(reports: InMemoryReports, by: Actor) -> None:
    with pytest.raises(Forbidden):
        tap(reports, by=by)
    assert reports.all() == []


def test_what_is_not_offered_any_more_is_not_shown_and_not_taken(reports: InMemoryReports) -> None:
    catalogue = {**CATALOGUE, LAMP.category: replace(CATALOGUE[LAMP.category], offered=False)}
    assert [choice.code for choice in shown({"lamp": LAMP}, catalogue)] == []
    with pytest.raises(Invalid, match="No longer offered"):
        tap(reports, catalogue=catalogue)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (GOOD, "quick.csv:3: code: lamp is already on line 2"),
        ("Lamp,street_lights,灯,Lamp,lamp", "quick.csv:3: code: Must be lower case letters, digits and _."),
        ("a,no_such,灯,Lamp,lamp", "quick.csv:3: category: no_such is not in the catalogue"),
        ("a,street_lights,,Lamp,lamp", "quick.csv:3: label_zh: Must not be empty."),
        ("a,street_lights,灯,,lamp", "quick.csv:3: label_en: Must not be empty."),
        ("a,street_lights,灯,Lamp,../x", "quick.csv:3: icon: Must be lower case letters, digits and _."),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: str, problem: str) -> None:
    assert problems(tmp_path, GOOD, row) == [problem]


def test_a_handful_is_no_more_than_a_dozen(tmp_path: Path) -> None:
    rows = [GOOD.replace("lamp", f"lamp_{number}", 1) for number in range(MOST + 1)]
    assert problems(tmp_path, *rows) == [f"quick.csv:{MOST + 2}: row: is one of more than {MOST}"]
