"""The reference page in a browser: everything comes from here, in Chinese, and in English at a choice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from services.gateway.app import create_app
from shared.runtime.calls import Calls
from tests.support.browser import chromium, visiting
from tests.support.serving import served
from tests.support.settings import SETTINGS

DESK, PHONE = 1280, 390
"""Pixels."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    with served(create_app(SETTINGS, Calls())) as address:
        yield address


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_it_shows_every_heading_and_asks_nobody_else(browser: Browser, gateway: str, width: int) -> None:
    with visiting(browser, f"{gateway}/docs/", width) as visit:
        visit.page.locator("h1", has_text="红管家").wait_for()
        assert visit.page.get_by_text("群众上报", exact=True).first.is_visible()
        assert all(address.startswith((gateway, "data:")) for address in visit.requests)
        assert visit.complaints == []
        assert not visit.is_scrolled_sideways()


def test_the_language_is_a_choice_on_the_page(browser: Browser, gateway: str) -> None:
    with visiting(browser, f"{gateway}/docs/") as visit:
        visit.page.locator("h1", has_text="红管家").wait_for()
        visit.page.locator("#select").select_option(label="English")
        visit.page.locator("h1", has_text="Neighbourhood steward").wait_for()
        assert f"{gateway}/openapi.en.json" in visit.requests
        assert visit.page.get_by_text("Work orders", exact=True).first.is_visible()
        assert visit.complaints == []


def test_an_operation_opens_with_its_words_its_example_and_its_refusals(browser: Browser, gateway: str) -> None:
    with visiting(browser, f"{gateway}/docs/") as visit:
        visit.page.locator("h1", has_text="红管家").wait_for()
        visit.page.get_by_text("群众上报", exact=True).first.click()
        operation = visit.page.locator("#operations-群众上报-report_submit")
        operation.click()
        operation.get_by_text("位置须注明坐标系").wait_for()
        assert "小区东门污水井" in operation.inner_text()
        assert operation.get_by_text("内容有误", exact=True).is_visible()
