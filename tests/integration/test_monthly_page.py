"""The report in a browser: charts drawn, nothing asked of anybody, on a desk, on a phone and on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from services.gateway.analysis.monthly.material import gather
from services.gateway.analysis.monthly.page import to_html
from services.gateway.analysis.monthly.report import compose
from tests.support.browser import chromium, visiting
from tests.support.indicators import PlausibleEvaluation

RED, BLUE, AMBER, GREEN = "166,25,46", "31,90,122", "201,138,27", "63,125,78"
CHARTS = {"trend": {RED, BLUE, AMBER, GREEN}, "streets": {RED}, "categories": {BLUE}}
"""With the colours of their lines and bars."""
DESK, PHONE = 1280, 390
"""Pixels."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    evaluation = PlausibleEvaluation(empty=["2026-03"], withheld=["small_wish"])
    file = tmp_path_factory.mktemp("report") / "monthly.html"
    file.write_text(to_html(compose(gather(evaluation, {}, "2026-11"))), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_it_draws_its_charts_and_asks_nobody(browser: Browser, page: str, width: int) -> None:
    with visiting(browser, page, width) as visit:
        assert all(visit.colours(chart) >= colours for chart, colours in CHARTS.items())
        assert visit.requests == [page]
        assert visit.complaints == []
        assert not visit.is_scrolled_sideways()


def test_a_chart_shows_the_figures_of_the_table_beside_it(browser: Browser, page: str) -> None:
    with visiting(browser, page) as visit:
        drawn = visit.page.evaluate(
            "echarts.getInstanceByDom(document.getElementById('trend')).getOption().series.map(one => one.data)"
        )
        column = visit.page.locator("#trend + .table tbody td:nth-child(6)").all_inner_texts()
        assert [None if text == "—" else float(text) for text in column] == drawn[0]
        assert len(drawn) == 4


def test_on_paper_it_is_a_few_pages_and_nothing_overlaps(browser: Browser, page: str) -> None:
    with visiting(browser, page) as visit:
        visit.page.emulate_media(media="print")
        charts = [visit.page.locator(f"#{chart}").bounding_box() for chart in CHARTS]
        tables = [visit.page.locator(f"#{chart} + .table").bounding_box() for chart in CHARTS]
        for chart, table in zip(charts, tables, strict=True):
            assert chart is not None
            assert table is not None
            assert chart["height"] > 100
            assert chart["y"] + chart["height"] <= table["y"]
        printed = visit.page.pdf(prefer_css_page_size=True)
        assert 3 < len(re.findall(rb"/Type\s*/Page\b", printed)) < 10


def test_it_may_not_connect_even_if_a_script_tries(browser: Browser, page: str) -> None:
    with visiting(browser, page) as visit:
        refused = visit.page.evaluate("fetch('http://127.0.0.1:1/').then(() => '', error => String(error))")
        assert "Failed to fetch" in refused
        assert any("Content Security Policy" in complaint for complaint in visit.complaints)
