"""The file of the indicators' settings: exact, and refused with every problem by its line."""

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from services.evaluation.indicators.formulas import Weights
from services.evaluation.indicators.periods import Periods
from services.evaluation.indicators.settings import IndicatorSettings, read_settings
from shared.contracts.files import InvalidFile
from steward.stack.rules import SHIPPED

SHIPPED_TEXT = (SHIPPED / "indicators.csv").read_text(encoding="utf-8")


def written(folder: Path, *replaced: tuple[str, str]) -> Path:
    text = SHIPPED_TEXT
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    path = folder / "indicators.csv"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(InvalidFile) as refused:
        read_settings(path)
    return [str(problem) for problem in refused.value.problems]


def test_the_shipped_settings() -> None:
    weights = Weights(Fraction(1, 10), Fraction(1, 2), Fraction(2, 5), Fraction(9, 10))
    assert read_settings(SHIPPED / "indicators.csv") == IndicatorSettings(Periods(), weights, 5)


def test_the_boundaries_of_beijing(tmp_path: Path) -> None:
    path = written(tmp_path, ("at,24:00", "at,12:00"), ("on,31", "on,19"))
    assert read_settings(path).periods == Periods(timedelta(hours=12), 19)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("at,24:00", "at,24:01", "2: value: Must be a time from 00:01 to 24:00."),
        ("at,24:00", "at,00:00", "2: value: Must be a time from 00:01 to 24:00."),
        ("on,31", "on,32", "3: value: Must be a whole number from 1 to 31."),
        (
            "response,0.1",
            "response,0.2",
            "6: value: weight_response, weight_resolution, weight_satisfaction must be 1 in sum",
        ),
        ("basically_satisfied,0.9", "basically_satisfied,1.1", "7: value: Must be a number from 0 to 1, like 0.4."),
        ("basically_satisfied,0.9", "basically_satisfied,nan", "7: value: Must be a number from 0 to 1, like 0.4."),
        ("smallest_cell,5", "smallest_cell,0", "8: value: Must be a whole number from 1 to 1000."),
        ("smallest_cell,5", "month_closes_on,5", "8: setting: month_closes_on is already on line 3"),
        ("统计月截止日", "", "3: name_zh: Must not be empty."),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert problems(written(tmp_path, (old, new))) == [f"indicators.csv:{expected}"]


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    found = problems(written(tmp_path, ("at,24:00", "at,noon"), ("weight_response", "weight_speed")))
    assert [problem.split(":")[1] for problem in found] == ["2", "4"]


def test_no_setting_may_be_missing(tmp_path: Path) -> None:
    row = next(line for line in SHIPPED_TEXT.splitlines(keepends=True) if line.startswith("smallest_cell"))
    assert problems(written(tmp_path, (row, ""))) == ["indicators.csv:1: setting: no row is for smallest_cell"]
