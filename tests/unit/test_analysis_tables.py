"""Tables as CSV, XLSX and text: figures stay figures, text never becomes a formula, and nothing is no zero."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from services.gateway.analysis.csv_table import guarded, to_csv
from services.gateway.analysis.figures import cells
from services.gateway.analysis.indicator_table import indicator_table
from services.gateway.analysis.sheets import WITHHELD, Cell, Column, Kind, Sheet, Table, shown
from services.gateway.analysis.workbook import to_xlsx
from tests.support.indicators import DEFINITIONS, PlausibleEvaluation

TABLE = Table(
    "示例",
    "Sample",
    (
        Column("name", "名称", "name"),
        Column("count", "件数", "count", Kind.COUNT),
        Column("rate", "率", "rate", Kind.PERCENT),
    ),
    (
        {"name": "=HYPERLINK(1)", "count": -3, "rate": Decimal("98.95")},
        {"name": "东门", "count": 0, "rate": None},
        {"name": "西门", "count": WITHHELD, "rate": WITHHELD},
    ),
)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "东门", "1-1", "a=b", " =1"])
def test_every_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_csv_begins_with_a_mark_and_two_rows_of_titles_and_keeps_negative_numbers() -> None:
    content = to_csv(TABLE)
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content) == [
        ["名称", "件数", "率（%）"],
        ["name", "count", "rate (%)"],
        ["'=HYPERLINK(1)", "-3", "98.95"],
        ["东门", "0", ""],
        ["西门", "＊", "＊"],
    ]


def test_a_workbook_holds_numbers_as_numbers_and_formulas_as_text() -> None:
    book = load_workbook(BytesIO(to_xlsx("示例 & 标题", [Sheet("示例", (TABLE,))])))
    page = book["示例"]
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        ["名称", "件数", "率（%）"],
        ["name", "count", "rate (%)"],
        ["=HYPERLINK(1)", -3, 98.95],
        ["东门", 0, "—"],
        ["西门", "＊", "＊"],
    ]
    assert page["A5"].data_type == "s"
    assert page["C5"].number_format == "0.00"


def test_a_sheet_is_ready_for_the_printer() -> None:
    page = load_workbook(BytesIO(to_xlsx("示例", [Sheet("示例", (TABLE,))])))["示例"]
    assert page.freeze_panes == "A5"
    assert page.print_title_rows == "$3:$4"
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert "&P" in page.oddFooter.center.text
    assert page.oddHeader.center.text == "示例"
    assert page.column_dimensions["A"].width > page.column_dimensions["B"].width > 8


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        (None, Kind.PERCENT, "—"),
        (WITHHELD, Kind.COUNT, "＊"),
        (1234567, Kind.COUNT, "1,234,567"),
        (Decimal("0.50"), Kind.PERCENT, "0.50"),
        (Decimal("1.25"), Kind.POINTS, "+1.25"),
        (Decimal("-1.25"), Kind.POINTS, "−1.25"),
        (Decimal("0.00"), Kind.POINTS, "0.00"),
        ("-", Kind.TEXT, "-"),
    ],
)
def test_a_cell_is_shown_as_people_read_it(cell: Cell, kind: Kind, text: str) -> None:
    assert shown(cell, kind) == text


def test_of_a_row_that_is_not_published_every_figure_is_withheld() -> None:
    figures = {"measures": {"accepted": None}, "indicators": {"completion": None}, "suppressed": True}
    assert cells(figures)["accepted"] is WITHHELD
    assert cells(figures)["completion"] is WITHHELD


def test_what_was_never_counted_is_zero_and_what_cannot_be_divided_is_nothing() -> None:
    figures = {"measures": {}, "indicators": {"completion": None, "response": "98.95"}, "suppressed": False}
    assert cells(figures)["accepted"] == 0
    assert cells(figures)["completion"] is None
    assert cells(figures)["response"] == Decimal("98.95")


def test_the_table_of_indicators_has_a_column_for_each_and_the_unit_of_each() -> None:
    query = {"by": "category", "start": "2026-10", "end": "2026-11"}
    answer = PlausibleEvaluation().call("evaluation", "get_indicators", by={}, query=query)
    table = indicator_table(answer, DEFINITIONS)
    kinds = {column.name: column.kind for column in table.columns}
    assert {one["name"] for one in DEFINITIONS} < kinds.keys()
    assert (kinds["satisfaction"], kinds["handling_p90"], kinds["accepted"]) == (Kind.PERCENT, Kind.HOURS, Kind.COUNT)
    assert {row["period"] for row in table.rows} == {"2026-10", "2026-11"}
