"""A whole story: write an innovation, hand it in, see it published, and change it under review."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import APPLICANT, PASSWORD, Witness, look_over, new_context, sign_in

pytestmark = pytest.mark.browser
DESK = "/en/work/aalborg-sensors/innovations/"
BROKER = "matchmaking_broker.en@example.org"


def in_own_window(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    context = new_context(chromium, fair_url)
    page = context.new_page()
    witness.follow(page)
    yield page
    context.close()


@pytest.fixture
def writer(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    for page in in_own_window(chromium, fair_url, witness):
        page.goto("/en/accounts/login/")
        page.fill("[name=login]", APPLICANT)
        page.fill("[name=password]", PASSWORD)
        page.click("main [type=submit]")
        page.wait_for_url(lambda url: "login" not in url)
        yield page


@pytest.fixture
def broker(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    for page in in_own_window(chromium, fair_url, witness):
        sign_in(page, BROKER)
        yield page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def check(page: Page) -> None:
    found = look_over(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)


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


def test_an_innovation_is_published_and_changed_under_review(writer: Page, broker: Page, page: Page) -> None:
    begin(writer)
    complete(writer)
    at = writer.url
    press(writer, "Hand in")
    expect(writer.get_by_text("The organizers have it now")).to_be_visible()

    broker.goto("/admin/expo/innovation/?waiting=1&q=bearings")
    broker.get_by_role("link", name="A sensor that hears bearings fail").first.click()
    decide(broker, "Publish")

    writer.goto(at)
    writer.get_by_role("link", name="As the public sees it").click()
    public = writer.url
    expect(writer.get_by_text("Three weeks before the bearing fails").first).to_be_visible()
    expect(writer.get_by_text("Aili Berg").last).to_be_visible()

    writer.goto(f"{at}edit/")
    writer.get_by_label("No, nothing").check()
    writer.get_by_label("In one sentence (English)").fill("Five weeks before the bearing fails")
    press(writer, "Propose the change")
    expect(writer.get_by_role("heading", name="This change waits for review")).to_be_visible()
    check(writer)
    page.goto(public)
    expect(page.get_by_text("Three weeks before the bearing fails").first).to_be_visible()
    writer.get_by_role("link", name="Preview", exact=True).first.click()
    expect(writer.get_by_text("Five weeks before the bearing fails").first).to_be_visible()

    broker.goto("/admin/expo/revision/?state__exact=proposed")
    broker.get_by_role("link", name="A sensor that hears bearings fail").first.click()
    expect(broker.get_by_text("Five weeks before the bearing fails")).to_be_visible()
    decide(broker, "Approve")
    page.goto(public)
    expect(page.get_by_text("Five weeks before the bearing fails").first).to_be_visible()
