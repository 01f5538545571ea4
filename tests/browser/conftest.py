"""A real server with the whole fair, and a real Chromium that looks at it."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.browser.tabs import NARROW, PHONE, WIDE, Tabs, Witness, new_context

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "correct horse battery"
ORGANIZERS = {"en": "anna@example.org", "zh-hans": "heping@example.org"}
ROLES = ("organizer", "exhibition_manager", "matchmaking_broker", "publicity")
NO_ROLE = "no_role"
APPLICANT = "applicant@example.org"  # owns an organization that has not applied yet
ENTERPRISE, TEAM = "needs@example.org", "offers@example.org"  # two who are to meet

# One account for each role and language, and one of staff without a role; one hash for all, since making it is slow.
STAFF = f"""
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
password = make_password({PASSWORD!r})
for role in {(*ROLES, NO_ROLE)!r}:
    for language in {(*ORGANIZERS,)!r}:
        email = f"{{role}}.{{language}}@example.org"
        user = User.objects.create(email=email, password=password, name=role, language=language, is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
from expo.models import Membership, Organization
applicant = User.objects.create(email={APPLICANT!r}, password=password, name="Aili Berg", language="en")
names = {{"name_en": "Aalborg Sensors", "name_zh": "奥尔堡传感"}}
house = Organization.objects.create(slug="aalborg-sensors", country="DK", **names)
Membership.objects.create(organization=house, user=applicant, role="owner")
for email, name, slug in (
    ({ENTERPRISE!r}, "Tang Rui", "tangli-sensors"), ({TEAM!r}, "Shen Qing", "qingfeng-university-of-technology")
):
    user = User.objects.create(email=email, password=password, name=name, language="en")
    Membership.objects.create(organization=Organization.objects.get(slug=slug), user=user, role="owner")
from expo.people.consents import agree
from expo.people.signing_in import vouch_for
for user in User.objects.all():
    vouch_for(user)
    agree(user)
"""

# A change of theme or width may run down the page as transitions, each level starting the next, and what is measured
# meanwhile lies between two layouts: wait for three frames without any.
STILL = """async () => {
  await document.fonts.ready;
  for (let quiet = 0, frames = 0; quiet < 3 && frames < 60; frames++) {
    await new Promise(requestAnimationFrame);
    quiet = document.getAnimations().length ? 0 : quiet + 1;
  }
}"""


MISSING = f"Browser tests need {CHROMIUM}, which is not installed."


@pytest.fixture(scope="package", autouse=True)
def _chromium_is_installed() -> None:
    if not CHROMIUM.exists():
        pytest.skip(MISSING)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that is seen without being asked for."""
    if not CHROMIUM.exists() and any(
        MISSING in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])
    ):
        terminalreporter.write_line(MISSING)


# ------------------------------------------------------------------ the server
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], seconds: int = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  our own server
                return
        except URLError:
            assert server.poll() is None, f"the server ended with {server.returncode}"
            time.sleep(0.1)
    raise TimeoutError(f"{address} did not answer within {seconds} s")


@pytest.fixture(scope="package")
def fair_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the served fair keeps what is its own; its mails wait in the outbox there."""
    return tmp_path_factory.mktemp("fair")


@pytest.fixture(scope="package")
def fair_url(fair_folder: Path) -> Iterator[str]:
    """Where the fair is served as visitors meet it: by its own process, from its own database file."""
    var, port = fair_folder, free_port()
    environment = {
        **os.environ,
        "DEBUG": "0",  # with it on, Django shows its own page instead of ours where there is nothing
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "VAR_DIR": str(var),
        "STATIC_ROOT": str(var / "static"),
        "DATABASE_URL": f"sqlite:///{var}/fair.sqlite3",
        "FIND_REPEATED_QUERIES": "0",
        "STAFF_NEEDS_TWO_FACTORS": "0",
    }
    accounts = "; ".join(
        f"User.objects.create_superuser({email!r}, {PASSWORD!r}, name='Organizer', language={language!r})"
        for language, email in ORGANIZERS.items()
    )
    shell = ["shell", "-v0", "-c", f"from expo.models import User; {accounts}\n{STAFF}"]
    words_of = (["collectstatic", "-v0", "--noinput"], ["migrate", "-v0"], ["load_demo"], shell, ["rebuild_index"])
    for words in (*words_of, ["run_matching"]):
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
        )
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-ws", "--log-level", "warning", "expo.wsgi:application"]
    with (var / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(15)


# ------------------------------------------------------------------ the browser
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    # The package's own scope ends the event loop with its last test: Django refuses a database beside a running loop.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, fair_url: str) -> Iterator[BrowserContext]:
    context = new_context(chromium, fair_url)
    yield context
    context.close()


@pytest.fixture
def witness(fair_url: str) -> Witness:
    return Witness(urlsplit(fair_url).netloc)


@pytest.fixture
def page(context: BrowserContext, witness: Witness) -> Iterator[Page]:
    """A visitor's page. Whatever it complained about fails the test at the end."""
    page = context.new_page()
    witness.follow(page)
    yield page
    assert witness.complaints == []


@contextmanager
def in_own_window(chromium: Browser, fair_url: str, witness: Witness, **options: Any) -> Iterator[Page]:
    """A page with cookies of its own beside others; whatever it complained about fails the test at the end."""
    context = new_context(chromium, fair_url, **options)
    page = context.new_page()
    witness.follow(page)
    yield page
    context.close()
    assert witness.complaints == []


@pytest.fixture
def phone(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    with in_own_window(chromium, fair_url, witness, width=PHONE) as page:
        yield page


@pytest.fixture
def page_without_scripts(chromium: Browser, fair_url: str) -> Iterator[Page]:
    context = new_context(chromium, fair_url, scripts=False)
    yield context.new_page()
    context.close()


def sign_in(page: Page, email: str, door: str = "/admin/login/") -> None:
    page.goto(door)
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url(lambda url: "login" not in url)


@pytest.fixture(scope="package")
def passes(chromium: Browser, fair_url: str) -> dict[str, StorageState]:
    """The cookies of one organizer for each language, signed in once."""
    found = {}
    for language, email in ORGANIZERS.items():
        context = new_context(chromium, fair_url)
        sign_in(context.new_page(), email)
        found[language] = context.storage_state()
        context.close()
    return found


@pytest.fixture(scope="package")
def tabs(chromium: Browser, fair_url: str) -> Iterator[Tabs]:
    tabs = Tabs(chromium, fair_url)
    yield tabs
    tabs.close()


@pytest.fixture
def tab(tabs: Tabs, witness: Witness) -> Iterator[Page]:
    """A visitor's page, for tests that only look; whatever it complained about fails the test at the end."""
    with tabs.lent("visitor", witness) as page:
        yield page


@pytest.fixture
def office(tabs: Tabs, witness: Witness, passes: dict[str, StorageState], language: str) -> Iterator[Page]:
    """An organizer's page, in the `language` the test asks for."""
    with tabs.lent(f"organizer, {language}", witness, passes[language]) as page:
        yield page


@pytest.fixture
def owner(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    """The page of who owns the organization that has not applied yet."""
    with in_own_window(chromium, fair_url, witness) as page:
        sign_in(page, APPLICANT, "/en/accounts/login/")
        yield page


# ------------------------------------------------------------------ what hands and eyes do
# On the screen, with an outline of two pixels or more on itself or on the card, row or label it stands for.
FOCUS_IS_SEEN = """() => {
  const outlined = (el) => {
    const style = el ? getComputedStyle(el) : null;
    return style !== null && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const el = document.activeElement;
  const box = el.getBoundingClientRect();
  const shown = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  return shown && [el, el.parentElement, el.closest("article, li, label")].some(outlined);
}"""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement?.outerHTML.slice(0, 120) ?? ''"))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def travel(page: Page, steps: int) -> None:
    """Back or forward; the page that htmx swapped in is then loaded anew, and this waits until it is."""
    with page.expect_event("load"):
        page.evaluate("steps => history.go(steps)", steps)


def count(page: Page) -> int:
    """How many records a list says it found."""
    return int(re.sub(r"\D", "", page.locator("#listing .results-bar strong").inner_text()))


# ------------------------------------------------------------------ what every page must pass
# Without preload: axe would copy imported stylesheets into the page, which the security policy rightly refuses.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}


def barriers(page: Page, *, only: str = "") -> list[str]:
    """What axe-core finds, one line for each rule, with the first of the parts it concerns; `only` names one rule."""
    options = AXE_OPTIONS | ({"runOnly": [only]} if only else {})
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(f"axe.run({json.dumps(options)}).then((report) => report.violations)")
    lines = []
    for rule in found:
        node = rule["nodes"][0]
        why = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
        lines.append(f"{rule['id']} ({len(rule['nodes'])}×): {node['html'][:120]} {why[0] if why else rule['help']}")
    return lines


WIDE_PARTS = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const clipped = (el) => {
    for (let p = el.parentElement; p && p !== document.body; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== "visible") return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")]
    .filter((el) => el.getBoundingClientRect().right > page.clientWidth + 1 && !clipped(el));
  return [`${page.scrollWidth} > ${page.clientWidth}`, ...wide.slice(0, 3).map((el) => el.outerHTML.slice(0, 120))];
}"""


def wide_parts(page: Page) -> list[str]:
    """What makes the page scroll sideways; nothing where it fits."""
    return list(page.evaluate(WIDE_PARTS))


def look_over(page: Page) -> list[str]:
    """The page at three widths and in both themes: nothing sticks out, nothing bars the way."""
    found = []
    for width in (NARROW, PHONE, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(STILL)
        found += [f"at {width} px: {part}" for part in wide_parts(page)]
    found += [f"light, {WIDE} px: {barrier}" for barrier in barriers(page)]
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.evaluate(STILL)
    found += [f"dark, {PHONE} px: {barrier}" for barrier in barriers(page)]
    return found


def check(page: Page) -> None:
    """Nothing is found, and the story goes on in a wide window."""
    found = look_over(page)
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)
