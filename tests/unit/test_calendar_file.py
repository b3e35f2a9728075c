"""The calendar: as the State Council announced it, and as the file corrects it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.contracts.calendar import read_calendar
from shared.contracts.files import InvalidFile

SHIPPED = Path(__file__).parents[2] / "config" / "calendar.csv"
HEADER = "date,kind,name_zh,name_en"
DAY_OFF = "2026-03-06,holiday,示例放假,Sample day off"

ANNOUNCED = {
    # 国办发明电〔2023〕7号
    2024: (
        "01-01..01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-10..06-10 09-15..09-17 10-01..10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    # 国办发明电〔2024〕12号
    2025: (
        "01-01..01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    # 国办发明电〔2025〕7号
    2026: (
        "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}
"""By year: first and last day of each holiday (放假), and the weekend days that are worked (上班)."""


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "calendar.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(InvalidFile) as refused:
        read_calendar(path)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("year", ANNOUNCED)
def test_every_day_of_the_year_is_as_announced(year: int) -> None:
    holidays, made_up = (words.split() for words in ANNOUNCED[year])
    edges = [[date.fromisoformat(f"{year}-{edge}") for edge in holiday.split("..")] for holiday in holidays]
    off = {day for first, last in edges for day in span(first, last)}
    on = {date.fromisoformat(f"{year}-{day}") for day in made_up}
    calendar = read_calendar(SHIPPED)
    for day in span(date(year, 1, 1), date(year, 12, 31)):
        assert calendar.is_workday(day) is (day in on or (day.weekday() < 5 and day not in off)), day


def test_a_year_that_is_not_announced_yet_has_its_statutory_days() -> None:
    calendar = read_calendar(SHIPPED)
    new_years_eve, saturday_before_spring_festival = date(2098, 12, 31), date(2099, 1, 17)
    assert calendar.is_workday(new_years_eve)
    assert not calendar.is_workday(date(2099, 1, 1))
    assert not calendar.is_workday(saturday_before_spring_festival)
    assert not calendar.is_workday(date(2099, 10, 1))


@pytest.mark.parametrize(
    ("row", "day", "published"),
    [
        (DAY_OFF, date(2026, 3, 6), True),
        ("2026-02-28,holiday,示例停班,Sample closure", date(2026, 2, 28), True),
        ("2026-03-07,workday,示例上班,Sample workday", date(2026, 3, 7), False),
        ("2026-10-07,workday,示例上班,Sample workday", date(2026, 10, 7), False),
    ],
)
def test_a_line_overrides_what_is_published(tmp_path: Path, row: str, day: date, published: bool) -> None:
    assert read_calendar(SHIPPED).is_workday(day) is published
    assert read_calendar(written(tmp_path, row)).is_workday(day) is not published


@pytest.mark.parametrize(
    "row",
    [
        "2026-03-06,workday,示例上班,Sample workday",
        "2026-10-10,workday,国庆节调休,National Day make-up",
        "2026-03-07,holiday,示例周末,Sample weekend",
        "2026-10-01,holiday,国庆节,National Day",
    ],
)
def test_a_line_may_say_what_is_so_anyway(tmp_path: Path, row: str) -> None:
    assert read_calendar(written(tmp_path, row)) == read_calendar(written(tmp_path))


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ("2026-03-06", "2026-02-30", "date: Must be a date like 2026-10-01."),
        ("2026-03-06", "2026/3/6", "date: Must be a date like 2026-10-01."),
        ("2026-03-06", "20260306", "date: Must be a date like 2026-10-01."),
        ("2026-03-06", "", "date: Must be a date like 2026-10-01."),
        ("holiday", "half_day", "kind: Must be one of: holiday, workday."),
        ("示例放假", "", "name_zh: Must not be empty."),
        ("Sample day off", "", "name_en: Must not be empty."),
        (",holiday", "", "row: 3 cells, the header has 4"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(tmp_path: Path, good: str, bad: str, problem: str) -> None:
    assert good in DAY_OFF
    first = DAY_OFF.replace("03-06", "03-05")
    assert problems(written(tmp_path, first, DAY_OFF.replace(good, bad))) == [f"calendar.csv:3: {problem}"]


def test_every_problem_of_the_file_is_reported_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path, DAY_OFF, DAY_OFF.replace("holiday", "workday"), "soon,holiday,示例,Sample", "2026-03-09,off,示例,"
    )
    assert problems(path) == [
        "calendar.csv:3: date: 2026-03-06 is already on line 2",
        "calendar.csv:4: date: Must be a date like 2026-10-01.",
        "calendar.csv:5: kind: Must be one of: holiday, workday.",
        "calendar.csv:5: name_en: Must not be empty.",
    ]


def test_a_file_with_other_columns_or_none_at_all_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path / "calendar.csv") == ["calendar.csv:1: file: No such file or directory"]
    assert problems(written(tmp_path, header="date,kind,name_zh,name")) == [
        "calendar.csv:1: name: column is unknown",
        "calendar.csv:1: name_en: column is missing",
    ]
