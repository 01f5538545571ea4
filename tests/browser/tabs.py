"""What a browser shows pages in, and who listens to what they complain about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, StorageState

WIDE, PHONE, NARROW = 1440, 390, 360

# What a page reports about itself: refused by the security policy, moved after it was drawn, when its largest part was.
WITNESS = """
window.__witness = {shift: 0, largest: 0};
const watch = (type, each) =>
  new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({type, buffered: true});
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) window.__witness.shift += entry.value; });
watch("largest-contentful-paint", (entry) => { window.__witness.largest = entry.startTime; });
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Witness:
    """What went wrong in the eyes of the browser."""

    host: str
    complaints: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self.heard)
        page.on("pageerror", self.broken)
        page.on("request", self.asked)

    def leave(self, page: Page) -> None:
        page.remove_listener("console", self.heard)
        page.remove_listener("pageerror", self.broken)
        page.remove_listener("request", self.asked)

    def broken(self, error: Error) -> None:
        self.complaints.append(f"script error: {error}")

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self.expected(message):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def expected(self, message: ConsoleMessage) -> bool:
        """The console notes that the page of nothing was answered with 404, as it should be."""
        return "404" in message.text and "/nothing/" in message.location["url"]

    def asked(self, request: Request) -> None:
        target = urlsplit(request.url)
        if target.scheme not in ("data", "blob", "about") and target.netloc != self.host:
            self.complaints.append(f"request leaves the host: {request.url}")


def new_context(
    chromium: Browser, base_url: str, *, width: int = WIDE, scripts: bool = True, cookies: StorageState | None = None
) -> BrowserContext:
    context = chromium.new_context(
        storage_state=cookies,
        base_url=base_url,
        locale="en-GB",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    if scripts:
        context.add_init_script(WITNESS)
    return context


class Tabs:
    """Tabs that stay open from test to test, one for each whose cookies it has; lent empty, light and wide.

    A new one is a new process that reads every style and script anew, axe above all: a third of what a look costs."""

    def __init__(self, chromium: Browser, base_url: str) -> None:
        self.chromium, self.base_url = chromium, base_url
        self.open: dict[str, Page] = {}

    @contextmanager
    def lent(self, whose: str, witness: Witness, cookies: StorageState | None = None) -> Iterator[Page]:
        page = self.open.pop(whose, None) or new_context(self.chromium, self.base_url, cookies=cookies).new_page()
        witness.follow(page)
        try:
            yield page
            assert witness.complaints == []
            witness.leave(page)
            tidy(page, cookies)
        except BaseException:
            page.context.close()
            raise
        self.open[whose] = page

    def close(self) -> None:
        for page in self.open.values():
            page.context.close()


def tidy(page: Page, cookies: StorageState | None) -> None:
    """The tab as it was when it was new."""
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto("about:blank")
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light")
    page.context.clear_cookies()
    page.context.add_cookies(cookies["cookies"] if cookies else [])
