"""Cases carried through the loop, read back as indicators: the same figures as JSON, CSV, XLSX, table and report."""

import csv
from datetime import datetime
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from services.gateway.analysis.sheets import NOTHING, WITHHELD
from shared.kernel.worktime import BEIJING
from steward.cli import main
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.browser import chromium, visiting
from tests.support.http import Person, analyst, resident
from tests.support.walk import HAPPY, UNHAPPY, assigned, load_district, rate, report, serve

pytestmark = pytest.mark.servers

TITLES = 2
"""Rows of titles: Chinese and English."""
PATIENCE = 20
"""Seconds until what happened is counted."""
CASES = 6


@cache
def month() -> str:
    """In which the cases begin: the suite may run over the end of another."""
    return f"{datetime.now(BEIJING):%Y-%m}"


@pytest.fixture(scope="module")
def reader(stack: Stack) -> Person:
    """An analyst, after some cases of one category were rated, and one of another was not."""
    month()
    load_district(stack)
    by = resident(stack)
    for number in range(CASES):
        case_id = report(by)
        serve(assigned(stack, by, case_id), case_id)
        rate(by, case_id, UNHAPPY if number == 0 else HAPPY)
    reader = analyst(stack)
    before = dispatched(reader, "cleaning")
    report(by, category="cleaning")
    wait_until(lambda: dispatched(reader, "cleaning") > before, PATIENCE, "the last of them to be counted")
    wait_until(lambda: is_counted(reader), PATIENCE, "the ratings to be counted")
    return reader


def dispatched(reader: Person, category: str) -> int:
    rows = indicators(reader, by="category")["rows"]
    return int(next((row["measures"].get("dispatched", 0) for row in rows if row["of"] == category), 0))


def is_counted(reader: Person) -> bool:
    answer = indicators(reader, by="all")
    return not answer["uncounted"] and bool(answer["rows"]) and answer["rows"][0]["measures"].get("ratings", 0) >= CASES


def ask(reader: Person, path: str, **query: str) -> Any:
    answer = reader.get(f"{path}?{'&'.join(f'{name}={value}' for name, value in query.items())}")
    assert answer.status_code == 200, answer.text
    return answer


def indicators(reader: Person, **query: str) -> dict[str, Any]:
    return dict(ask(reader, "/indicators", start=month(), **query).json())


def figures(row: dict[str, Any], definitions: list[dict[str, Any]]) -> list[str | None]:
    """The row's indicators in the order of the columns."""
    return [row["indicators"][one["name"]] for one in definitions]


@pytest.mark.parametrize("by", ["category", "street", "partner_kind"])
def test_csv_and_xlsx_hold_the_figures_of_the_json(reader: Person, by: str) -> None:
    rows = indicators(reader, by=by)["rows"]
    definitions = ask(reader, "/indicators/definitions").json()
    told = [figures(row, definitions) for row in rows]
    assert rows

    lines = list(
        csv.reader(StringIO(ask(reader, "/indicators", start=month(), by=by, format="csv").content.decode("utf-8-sig")))
    )
    first = len(lines[0]) and lines[1].index(definitions[0]["name_en"] + " (%)")
    assert [[cell or None for cell in line[first : first + len(definitions)]] for line in lines[TITLES:]] == told

    book = load_workbook(BytesIO(ask(reader, "/indicators", start=month(), by=by, format="xlsx").content))
    cells = book["指标"].iter_rows(
        min_row=3 + TITLES, min_col=first + 1, max_col=first + len(definitions), values_only=True
    )
    assert [[None if cell == NOTHING else f"{cell:.2f}" for cell in row] for row in cells] == told


def test_the_terminal_shows_them_too(reader: Person, stack: Stack, tmp_path: Path) -> None:
    home = ["--home", str(stack.home.folder)]
    shown = CliRunner().invoke(main, ["indicators", "--by", "category", "--start", month(), *home])
    assert shown.exit_code == 0, shown.output
    for row in indicators(reader, by="category")["rows"]:
        assert row["name_zh"] in shown.output
    made = CliRunner().invoke(
        main, ["report", "--month", month(), "--format", "xlsx", "--output", str(tmp_path / "a.xlsx"), *home]
    )
    assert made.exit_code == 0, made.output
    assert load_workbook(tmp_path / "a.xlsx").sheetnames[0] == "汇总"


def test_a_question_that_cannot_be_answered_is_told_as_such(stack: Stack) -> None:
    home = ["--home", str(stack.home.folder)]
    refused = CliRunner().invoke(main, ["indicators", "--start", "2026-13", *home])
    assert refused.exit_code == 1
    assert "422" in refused.output
    assert CliRunner().invoke(main, ["indicators", "--format", "xlsx", *home]).exit_code == 2
    assert CliRunner().invoke(main, ["report", "--month", "November", *home]).exit_code == 1


@pytest.mark.parametrize(
    "path", ["/indicators?start=2026-11", "/indicators/definitions", "/reports/monthly?month=2026-11"]
)
def test_only_analysts_read_them(stack: Stack, path: str) -> None:
    assert resident(stack).get(path).status_code == 403


def test_the_report_in_a_browser_is_what_evaluation_counted(reader: Person) -> None:
    whole = indicators(reader, by="all", publish="true")["rows"][0]
    url = f"{reader.gateway}/reports/monthly?month={month()}"
    with chromium() as browser, visiting(browser, url, headers={"Authorization": f"Bearer {reader.token}"}) as visit:
        card = visit.page.locator(".card", has_text="completion").or_(
            visit.page.locator(".card", has_text="Completion")
        )
        assert (whole["indicators"]["completion"] or WITHHELD.value) in card.inner_text()
        assert visit.requests == [url]
        assert visit.complaints == []
        trend = visit.page.evaluate(
            "echarts.getInstanceByDom(document.getElementById('trend')).getOption().xAxis[0].data"
        )
        assert trend[-1] == month()
    answer = ask(reader, "/reports/monthly", month=month())
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
