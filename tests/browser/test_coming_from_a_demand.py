"""A whole story: a stranger reads what somebody needs, comes in, and writes for the organization that can help."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, TEAM, Witness, check, in_own_window, press, sign_in

pytestmark = pytest.mark.browser
DEMAND = "/en/demands/sintered-magnet-without-heavy-rare-earths/"
ANSWER = "Grain-boundary diffusion without dysprosium"
WORDS = "We make blocks of this kind, and can show them."


@pytest.fixture
def stranger(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    """On a phone."""
    with in_own_window(chromium, fair_url, witness, width=PHONE) as page:
        yield page


def come_in(page: Page) -> None:
    """Through signing in, whose other door leads back as well."""
    page.goto(DEMAND)
    page.get_by_role("link", name="We can help").click()
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    address = page.get_by_role("main").get_by_role("link", name="Sign up").get_attribute("href")
    assert "introductions" in str(address)
    sign_in(page, TEAM, page.url)


def write(page: Page) -> None:
    expect(page.get_by_role("heading", level=1, name="Say that you would like to meet")).to_be_visible()
    expect(page.get_by_text("to Huixi Drive Systems")).to_be_visible()
    check(page)
    page.get_by_label("Which of yours answers it").select_option(label=ANSWER)
    page.get_by_label("Message").fill(WORDS)
    press(page, "Send")
    expect(page.get_by_text("It is on its way.")).to_be_visible()
    expect(page.get_by_text("Why you could fit together")).to_be_visible()
    check(page)


def test_a_stranger_comes_in_from_a_demand_and_writes_to_who_needs_it(stranger: Page) -> None:
    come_in(stranger)
    write(stranger)
    stranger.goto(DEMAND)
    check(stranger)
    stranger.get_by_role("link", name="You are in contact since").click()
    expect(stranger.get_by_text(WORDS)).to_be_visible()
    stranger.goto(DEMAND)
    stranger.get_by_role("link", name="About something else of ours").click()
    expect(stranger.get_by_role("heading", name="You are in contact already")).to_be_visible()
    check(stranger)
