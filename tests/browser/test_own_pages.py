"""A whole story: write an innovation, hand it in, see it published, and change it under review."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness, check, in_own_window, press, sign_in

pytestmark = pytest.mark.browser
DESK = "/en/work/aalborg-sensors/innovations/"
BROKER = "matchmaking_broker.en@example.org"


@pytest.fixture
def broker(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    with in_own_window(chromium, fair_url, witness) as page:
        sign_in(page, BROKER)
        yield page


def begin(page: Page) -> None:
    page.goto(DESK)
    check(page)
    page.get_by_role("link", name="Write an innovation").first.click()
    page.get_by_label("No, nothing").check()
    page.get_by_label("Title (English)").fill("A sensor that hears bearings fail")
    check(page)
    press(page, "Store the draft and go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("A sensor that hears bearings fail")


def complete(page: Page) -> None:
    check(page)
    page.get_by_label("No, nothing").check()
    page.get_by_label("In one sentence (English)").fill("Three weeks before the bearing fails")
    page.get_by_label("Sector").select_option(index=1)
    page.get_by_label("Ownership confirmed").check()
    page.locator("[name=team-0-name_en]").fill("Aili Berg")
    page.locator("[name=team-0-agreed_on]").fill("2025-01-01")
    press(page, "Save")
    expect(page.get_by_role("heading", name="What you can do")).to_be_visible()
    check(page)


def decide(page: Page, act: str, words: str = "") -> None:
    page.get_by_role("button", name=act, exact=True).or_(page.get_by_role("link", name=act, exact=True)).first.click()
    if words:
        page.fill("[name=reason]", words)
        page.locator("main form [type=submit]").last.click()


def test_an_innovation_is_published_and_changed_under_review(owner: Page, broker: Page, page: Page) -> None:
    begin(owner)
    complete(owner)
    at = owner.url
    press(owner, "Hand in")
    expect(owner.get_by_text("The organizers have it now")).to_be_visible()

    broker.goto("/admin/expo/innovation/?waiting=1&q=bearings")
    broker.get_by_role("link", name="A sensor that hears bearings fail").first.click()
    decide(broker, "Publish")

    owner.goto(at)
    owner.get_by_role("link", name="As the public sees it").click()
    public = owner.url
    expect(owner.get_by_text("Three weeks before the bearing fails").first).to_be_visible()
    expect(owner.get_by_text("Aili Berg").last).to_be_visible()

    owner.goto(f"{at}edit/")
    owner.get_by_label("No, nothing").check()
    owner.get_by_label("In one sentence (English)").fill("Five weeks before the bearing fails")
    press(owner, "Propose the change")
    expect(owner.get_by_role("heading", name="This change waits for review")).to_be_visible()
    check(owner)
    page.goto(public)
    expect(page.get_by_text("Three weeks before the bearing fails").first).to_be_visible()
    owner.get_by_role("link", name="Preview", exact=True).first.click()
    expect(owner.get_by_text("Five weeks before the bearing fails").first).to_be_visible()

    broker.goto("/admin/expo/revision/?state__exact=proposed")
    broker.get_by_role("link", name="A sensor that hears bearings fail").first.click()
    expect(broker.get_by_text("Five weeks before the bearing fails")).to_be_visible()
    decide(broker, "Approve")
    page.goto(public)
    expect(page.get_by_text("Five weeks before the bearing fails").first).to_be_visible()
