"""The operators' page in a real browser, beside a running system of which something stops."""

import re
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from shared.contracts.topology import FEED, SERVICES
from shared.kernel.actor import OPERATOR, Actor
from steward.stack import Stack
from steward.token import stack_tokens
from tests.support.browser import chromium, visiting
from tests.support.http import resident
from tests.support.walk import load_district, report

pytestmark = pytest.mark.servers

PATIENCE = 90_000
"""Milliseconds; the broker gives up a frozen consumer after 20 to 30 s, and its own figures are up to 10 s late."""
CONTENT = {"text": "三单元王小丫家门口的灯不亮", "contact_name": "王小丫", "contact_phone": "13850000007"}
WIDTHS = (390, 1280)
UNHEARD = ".concerns .alarm:has-text('feed 的队列无人处理')"
AWAY = ".tile.bad:has-text('feed'):has-text('不在')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    return stack_tokens(stack).issue(Actor("operator-1", OPERATOR), timedelta(hours=1))


def sign_in(page: Page, token: str) -> None:
    page.fill("#token", token)
    page.click("button")
    page.wait_for_selector("#figures")


def wait_until_it_moves(page: Page) -> None:
    """Only the stream changes the time that is shown: whoever sees another one is connected."""
    first = page.inner_text(".now")
    page.wait_for_function("first => document.querySelector('.now').innerText !== first", arg=first, timeout=PATIENCE)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_operator_signs_in_and_sees_everything_move(stack: Stack, browser: Browser, token: str, width: int) -> None:
    load_district(stack)
    case_id = report(resident(stack), category=None, **CONTENT)
    with visiting(browser, f"{stack.addresses.gateway}/operator/", width) as visit:
        visit.complaints.clear()  # that it was refused before it had signed in
        sign_in(visit.page, token)
        visit.page.wait_for_selector(".big:text-matches('^[0-9]')", timeout=PATIENCE)
        wait_until_it_moves(visit.page)
        shown = visit.page.content()
        assert all(f"<h3>{service}</h3>" in shown for service in SERVICES)
        assert not any(secret in shown for secret in (case_id, token, CONTENT["text"], "王小丫", "13850000007"))
        assert not visit.is_scrolled_sideways()
        assert {re.sub(r"(//[^/]+).*", r"\1", asked) for asked in visit.requests} == {stack.addresses.gateway}
        assert visit.complaints == []
        assert token not in visit.page.evaluate("document.cookie")
        visit.page.click(".leave")
        visit.page.wait_for_selector("#token")


def test_a_service_that_freezes_is_told_while_one_looks(stack: Stack, browser: Browser, token: str) -> None:
    with visiting(browser, f"{stack.addresses.gateway}/operator/", 390) as visit:
        sign_in(visit.page, token)
        assert not visit.page.is_visible(UNHEARD)
        stack.kill(FEED, signal.SIGSTOP)
        try:
            visit.page.wait_for_selector(UNHEARD, timeout=PATIENCE)
            visit.page.wait_for_selector(AWAY, timeout=PATIENCE)
        finally:
            stack.kill(FEED, signal.SIGCONT)
        visit.page.wait_for_selector(UNHEARD, state="hidden", timeout=PATIENCE)
        visit.page.wait_for_selector(AWAY, state="hidden", timeout=PATIENCE)


def test_a_page_without_a_connection_says_so(stack: Stack, browser: Browser, token: str) -> None:
    with visiting(browser, f"{stack.addresses.gateway}/operator/", 1280) as visit:
        sign_in(visit.page, token)
        wait_until_it_moves(visit.page)
        stack.kill("gateway", signal.SIGKILL)
        visit.page.wait_for_selector("#stale:not([hidden])", timeout=PATIENCE)
        stack.wait_for_services()
        visit.page.wait_for_selector("#stale", state="hidden", timeout=PATIENCE)
