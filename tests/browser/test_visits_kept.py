"""A stranger's visit list goes with signing up, and reads well on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.newcomers import sign_up
from tests.browser.test_visits import mark, titles

pytestmark = pytest.mark.browser
NOT_ON_PAPER = (".nav", ".messages", ".tools", ".search", ".skip", ".colophon nav")
EMAIL = "mei@visitors.example"


def halls(page: Page) -> list[str]:
    return page.locator("main section:has(.visits) > h2").all_inner_texts()


def stands(page: Page, hall: int) -> list[str]:
    """The signs of each line of a hall."""
    return page.locator("main section:has(.visits)").nth(hall).locator(".visits__where").all_inner_texts()


def by_foot(page: Page) -> list[str]:
    """The exhibitors in the order in which one walks past them."""
    rows = page.request.get("/api/v1/exhibitors/?sort=walk&page_size=100").json()["results"]
    return [row["organization_name_en"] for row in rows]


def is_on_paper(page: Page) -> None:
    """Only the list: no way to elsewhere, a line for notes beside each, nothing cut off at the side of A4."""
    for hidden in (*NOT_ON_PAPER, "#share", ".visits__do", ".btn", ".no-print"):
        assert not page.locator(hidden).locator("visible=true").count(), hidden
    lines = page.locator(".visits > li")
    assert page.locator(".visits__line").locator("visible=true").count() == lines.count()
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 without its margins, at 96 dots an inch
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate("getComputedStyle(document.querySelector('.visits > li')).breakInside") == "avoid"
    size = "rows => rows.map((el) => parseFloat(getComputedStyle(el).fontSize))"
    sizes = page.locator(".visits__what").evaluate_all(size)
    assert min(sizes) >= 12


def test_what_a_stranger_marked_is_kept_through_signing_up_and_printed(page: Page, fair_folder: Path) -> None:
    marked = {mark(page, "/en/exhibitors/", number) for number in (0, 4, 8, 11)}
    marked |= {mark(page, "/en/innovations/", 3), mark(page, "/en/products/", 5)}
    assert set(titles(page)) == marked
    placed = page.locator("main section:has(.visits)", has_not_text="Without a stand").locator(".visits__what > a")
    on_the_way = [name for name in by_foot(page) if name in placed.all_inner_texts()]
    assert len(on_the_way) > 1
    assert [title for title in placed.all_inner_texts() if title in on_the_way] == on_the_way
    order, places = titles(page), [stands(page, number) for number in range(len(halls(page)))]
    page.locator("summary", has_text="Add a note").first.click()
    page.locator("[name=note]").first.fill("Ask for a sample")
    page.get_by_role("button", name="Save").first.click()
    page.locator("main").get_by_role("link", name="Sign up").click()
    sign_up(page, fair_folder, name="Mei Tang", email=EMAIL)
    expect(page.get_by_role("link", name="Sign up")).to_have_count(0)
    page.goto("/en/visits/")
    assert titles(page) == order
    expect(page.get_by_text("The list is kept in this browser alone.")).to_have_count(0)
    page.emulate_media(media="print")
    is_on_paper(page)
    assert titles(page) == order
    assert [stands(page, number) for number in range(len(halls(page)))] == places
    assert page.get_by_text("Ask for a sample").locator("visible=true").count()
    assert len(set(halls(page))) == len(halls(page))  # each hall once: nobody walks back
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000
