"""What is kept for somebody: searches that tell of what is new, and the programs that an organization lets in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ENTERPRISE, Witness, check, in_own_window, press, sign_in

pytestmark = pytest.mark.browser
PROGRAMS = "/en/work/tangli-sensors/programs/"


@pytest.fixture
def enterprise(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    with in_own_window(chromium, fair_url, witness) as page:
        sign_in(page, ENTERPRISE, "/en/accounts/login/")
        yield page


def saved(page: Page, name: str) -> Locator:
    """The row of a saved search, opened for changing."""
    row = page.locator("main .people > li", has_text=name)
    if not row.locator("details").get_attribute("open"):
        row.locator("summary").click()
    return row


def test_a_search_is_saved_renamed_turned_off_and_removed(enterprise: Page) -> None:
    page = enterprise
    page.goto("/en/innovations/?q=magnet")
    page.get_by_role("link", name="Save this search").click()
    check(page)
    page.get_by_label("Name").fill("Magnets")
    press(page, "Save the search")
    page.goto("/en/my/searches/")
    check(page)
    row = saved(page, "Magnets")
    row.get_by_role("textbox", name="Name").fill("All magnets")
    row.get_by_role("button", name="Rename").click()
    row = saved(page, "All magnets")
    row.get_by_role("button", name="Stop telling me").click()
    expect(page.locator("main .people > li").get_by_text("not told")).to_be_visible()
    page.get_by_role("link", name="All magnets").click()
    expect(page).to_have_url(re.compile(r"/en/innovations/\?q=magnet"))
    page.goto("/en/my/searches/")
    saved(page, "All magnets").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("“All magnets” is removed.")).to_be_visible()
    check(page)
    press(page, "Put it back")
    expect(page.get_by_role("link", name="All magnets")).to_be_visible()


def make_a_token(page: Page) -> str:
    page.goto(PROGRAMS)
    page.get_by_text("Make a token", exact=True).click()
    page.get_by_label("What it is for").fill("Stock list")
    press(page, "Make the token")
    expect(page.get_by_role("heading", name="Your new token “Stock list”")).to_be_visible()
    check(page)
    return page.locator(".account-key code").inner_text()


def add_a_webhook(page: Page) -> str:
    page.get_by_text("Add a webhook", exact=True).click()
    page.get_by_label("Address").fill("https://hooks.example.org/fair")
    page.locator("form[action$='/webhooks/new/'] [type=checkbox]").first.check()
    press(page, "Add it")
    expect(page.get_by_role("heading", name="The secret that signs what we send")).to_be_visible()
    check(page)
    return page.locator(".account-key code").inner_text()


def test_a_token_and_a_secret_are_shown_once_and_deliveries_are_listed(enterprise: Page) -> None:
    page = enterprise
    token = make_a_token(page)
    answer = page.request.get("/api/v1/introductions/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 200
    page.goto(PROGRAMS)
    expect(page.get_by_text("Stock list", exact=True)).to_be_visible()
    expect(page.get_by_text(token)).to_have_count(0)
    secret = add_a_webhook(page)
    assert len(secret) > 20
    page.goto(PROGRAMS)
    page.get_by_role("link", name="https://hooks.example.org/fair").click()
    expect(page.get_by_text(secret)).to_have_count(0)
    expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
    press(page, "Send a test")
    expect(page.get_by_role("row").filter(has=page.locator("time"))).to_have_count(1)
    check(page)
