"""A visitor's whole way: mark things as a stranger, sign in, keep the list, print it and share it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PASSWORD, look_over, new_context

pytestmark = pytest.mark.browser
VISITOR = "organizer.en@example.org"


def mark(page: Page, listing: str, number: int) -> str:
    """Mark a thing of a listing from its page, and say what it is called."""
    page.goto(listing)
    page.locator(".card__title a").nth(number).click()
    title = page.locator("h1").inner_text()
    page.get_by_role("link", name="Add to my list").click()
    page.get_by_role("button", name="Add to my visit list").click()
    assert page.url.endswith("/en/visits/")
    return title


def titles(page: Page) -> list[str]:
    return page.locator(".visits__what > a").all_inner_texts()


def test_what_a_stranger_marked_is_kept_on_signing_in_printed_and_shared(
    page: Page, chromium: Browser, fair_url: str
) -> None:
    marked = {mark(page, "/en/exhibitors/", 0), mark(page, "/en/products/", 1), mark(page, "/en/innovations/", 2)}
    assert set(titles(page)) == marked
    order = titles(page)
    page.locator("summary", has_text="Add a note").first.click()
    page.locator("[name=note]").first.fill("Ask for a sample")
    page.get_by_role("button", name="Save").first.click()
    page.locator("main").get_by_role("link", name="sign in").click()
    page.fill("[name=login]", VISITOR)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form [type=submit]:not([formnovalidate])").first.click()
    page.wait_for_load_state()
    agree = page.locator("main [type=checkbox]")
    if agree.count():
        agree.first.check()
        page.locator("main [type=submit]").first.click()
    page.goto("/en/visits/")
    assert titles(page) == order
    assert page.get_by_text("Ask for a sample").first.is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".visits__do, .btn").locator("visible=true").count()
    assert page.locator(".visits__line").first.is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Make a link").click()
    shared = page.locator(".visits__link a").get_attribute("href")
    assert shared
    other = new_context(chromium, fair_url)
    reader = other.new_page()
    reader.goto(shared)
    assert titles(reader) == order
    assert not reader.get_by_text("Ask for a sample").count()
    other.close()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_and_the_question_bar_nobody_and_fit(page: Page, language: str) -> None:
    page.goto(f"/{language}/exhibitors/")
    page.locator(".card__title a").first.click()
    asking = page.locator(".btn--main").first.get_attribute("href")
    page.locator(f"a[href^='/{language}/visits/add/']").click()
    assert look_over(page) == []
    page.locator("main [type=submit]").click()
    assert look_over(page) == []
    assert asking
    page.goto(asking)
    assert look_over(page) == []


def test_the_list_needs_no_script(page_without_scripts: Page) -> None:
    page = page_without_scripts
    title = mark(page, "/en/exhibitors/", 1)
    page.locator(".visits button", has_text="Remove").click()
    assert titles(page) == []
    page.get_by_role("button", name="Put it back").click()
    assert titles(page) == [title]
