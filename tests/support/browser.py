"""A page in a real browser, with all that it asks for and complains about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from shutil import which

from playwright.sync_api import Browser, Page, sync_playwright

DRAWN = """id => {
    const canvas = document.querySelector(`#${id} canvas`);
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    for (let at = 0; at < pixels.length; at += 4)
        if (pixels[at + 3] === 255) colours.add(pixels.slice(at, at + 3).join());
    return [...colours];
}"""


@dataclass
class Visit:
    """`requests` are the addresses that the page asked for, itself among them; `complaints` its errors."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def colours(self, chart: str) -> set[str]:
        """As `166,25,46`: what the chart is painted in; a blank one is painted in none."""
        return set(self.page.evaluate(DRAWN, chart))

    def is_scrolled_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's own; Playwright's downloads are not needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visiting(
    browser: Browser, url: str, width: int = 1280, headers: Mapping[str, str] | None = None
) -> Iterator[Visit]:
    with browser.new_context(
        viewport={"width": width, "height": 900}, extra_http_headers=dict(headers or {})
    ) as context:
        visit = Visit(context.new_page())
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.goto(url)
        yield visit
