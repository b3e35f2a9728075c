"""The report of a month: who is first, what is compared with what, and what stands where there is nothing."""

import re
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from services.gateway.analysis.monthly.charts import charts
from services.gateway.analysis.monthly.comparing import change
from services.gateway.analysis.monthly.material import gather
from services.gateway.analysis.monthly.months import earlier, spoken, trend_of
from services.gateway.analysis.monthly.page import policy, to_html
from services.gateway.analysis.monthly.ranking import ranked
from services.gateway.analysis.monthly.report import MonthlyReport, compose
from services.gateway.analysis.sheets import WITHHELD, Cell, Kind
from services.gateway.analysis.workbook import to_xlsx
from tests.support.indicators import PlausibleEvaluation

MONTH = "2026-11"


def report_of(*, empty: tuple[str, ...] = (), withheld: tuple[str, ...] = ()) -> MonthlyReport:
    return compose(gather(PlausibleEvaluation(empty, withheld), {}, MONTH))


@pytest.mark.parametrize(
    ("month", "count", "before"),
    [("2026-11", 1, "2026-10"), ("2026-01", 1, "2025-12"), ("2026-11", 12, "2025-11"), ("2026-03", 15, "2024-12")],
)
def test_months_are_counted_back_over_the_turn_of_the_year(month: str, count: int, before: str) -> None:
    assert earlier(month, count) == before


def test_a_trend_is_twelve_months_and_ends_with_this_one() -> None:
    assert trend_of("2026-02")[0] == "2025-03"
    assert trend_of("2026-02")[-1] == "2026-02"
    assert len(set(trend_of("2026-02"))) == 12


def test_a_month_is_spoken_without_a_leading_zero() -> None:
    assert spoken("2026-03") == "2026年3月"


@pytest.mark.parametrize(
    ("now", "before", "kind", "expected"),
    [
        (Decimal("98.95"), Decimal("97.70"), Kind.PERCENT, Decimal("1.25")),
        (Decimal("2.50"), Decimal("3.00"), Kind.HOURS, Decimal("-0.50")),
        (110, 100, Kind.COUNT, Decimal("10.00")),
        (1, 3, Kind.COUNT, Decimal("-66.67")),
        (801, 800, Kind.COUNT, Decimal("0.13")),
        (5, 0, Kind.COUNT, None),
        (None, Decimal("97.70"), Kind.PERCENT, None),
        (Decimal("97.70"), None, Kind.PERCENT, None),
        (WITHHELD, 3, Kind.COUNT, None),
        (3, WITHHELD, Kind.COUNT, None),
    ],
)
def test_rates_are_compared_in_points_and_numbers_in_per_cent(
    now: Cell, before: Cell, kind: Kind, expected: Decimal | None
) -> None:
    assert change(now, before, kind) == expected


def test_equals_share_a_place_and_the_next_one_is_left_empty() -> None:
    figures = {
        "a": Decimal("90.00"),
        "b": Decimal("95.00"),
        "c": Decimal("90.0"),
        "d": None,
        "e": Decimal("80"),
        "f": WITHHELD,
    }
    rows = ranked([{"of": of, "composite": figure} for of, figure in figures.items()], "composite")
    assert [(row["of"], row["rank"]) for row in rows] == [
        ("b", 1),
        ("a", 2),
        ("c", 2),
        ("e", 4),
        ("d", None),
        ("f", None),
    ]


def test_the_month_is_beside_the_one_before_and_the_same_of_the_year_before() -> None:
    whole = gather(PlausibleEvaluation(), {}, MONTH).whole()
    rates = {row["name_en"]: row for row in report_of().headlines[1].rows}["completion"]
    now, before, year_before = (
        Decimal(whole[month]["indicators"]["completion"]) for month in (MONTH, "2026-10", "2025-11")
    )
    assert (rates["now"], rates["before"], rates["year_before"]) == (now, before, year_before)
    assert (rates["on_month"], rates["on_year"]) == (now - before, now - year_before)


def test_a_month_without_a_case_has_dashes_and_no_point_in_the_chart() -> None:
    report = report_of(empty=("2026-03", MONTH))
    assert {row["now"] for table in report.headlines for row in table.rows} == {None}
    drawn = charts(report)["trend"]
    assert drawn["series"][0]["values"][drawn["labels"].index("2026-03")] is None
    assert '<td class="percent">—</td>' in to_html(report)
    assert report.streets.rows == []


def test_figures_without_exemptions_stand_beside_those_with_them_where_they_differ() -> None:
    columns = {column.name for column in report_of().categories.columns}
    assert "serving_in_time_before" in columns
    assert "composite_before" in columns


def test_what_is_too_small_is_neither_shown_nor_drawn_nor_ranked() -> None:
    report = report_of(withheld=("small_wish",))
    wish = next(row for row in report.categories.rows if row["of"] == "small_wish")
    assert wish["accepted"] is wish["composite"] is WITHHELD
    assert wish["rank"] is None
    drawn = charts(report)["categories"]
    assert drawn["series"][0]["values"][drawn["labels"].index(wish["name_zh"])] is None


def test_the_page_is_made_of_nothing_from_elsewhere_and_forbids_it() -> None:
    page = to_html(report_of())
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"https?://|\ssrc=|@import|url\(", own)
    assert "default-src 'none'" in policy()
    assert "connect-src" not in policy()
    assert unescape(re.search(r'Security-Policy" content="([^"]+)"', page)[1]) == policy()


def test_names_cannot_break_out_of_the_page() -> None:
    class Hostile(PlausibleEvaluation):
        def _row(self, *args: object, **kwargs: object) -> dict[str, object]:
            return super()._row(*args, **kwargs) | {"name_zh": "</script><b>示例"}

    page = to_html(compose(gather(Hostile(), {}, MONTH)))
    assert "<b>示例" not in page
    assert page.count("</script>") == 3


def test_the_workbook_has_a_sheet_for_each_part() -> None:
    report = report_of()
    book = load_workbook(BytesIO(to_xlsx(report.title, report.sheets)))
    assert book.sheetnames == ["汇总", "街道", "社区", "类别", "合伙人", "趋势", "指标说明"]
    assert book["社区"].max_row == 4 + len(report.communities.rows)
    assert {page["A1"].value for page in book} == {"2026年11月红管家运行月报"}


def test_the_boundaries_of_the_month_are_told_in_beijing_time() -> None:
    assert report_of().boundaries == "2026-10-19 12:00 — 2026-11-19 12:00"
