"""Finding with hands and eyes: the search boxes offer records while one types, and hits show why they are hits."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, PHONE, WIDE, barriers, wide_parts

pytestmark = pytest.mark.browser

QUICK, BOX = "#quick", "main #q"
MAGNET = "/en/innovations/heavy-rare-earth-free-ndfeb-magnet/"


def type_into(page: Page, box: str, text: str) -> None:
    """As a hand does, and until the offers are there."""
    page.locator(box).click()
    page.keyboard.type(text)
    expect(page.locator(f"{box}-list")).to_be_visible()


def pointed(page: Page, box: str) -> str:
    """The text of the option that the box points to."""
    return str(
        page.locator(box).evaluate(
            "box => document.getElementById(box.getAttribute('aria-activedescendant'))?.textContent ?? ''"
        )
    )


# ------------------------------------------------------------------ the combobox by keyboard
def test_the_offers_are_walked_through_by_keyboard(page: Page) -> None:
    page.goto("/en/")
    box = page.locator(QUICK)
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    type_into(page, QUICK, "magn")
    expect(box).to_have_attribute("aria-expanded", "true")
    options = page.locator("#quick-list [role=option]")
    texts = options.all_inner_texts()
    assert len(texts) > 2
    assert pointed(page, QUICK) == ""
    page.keyboard.press("ArrowDown")
    assert pointed(page, QUICK).strip() == texts[0].strip()
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    assert pointed(page, QUICK) == ""
    page.keyboard.press("ArrowUp")
    assert "Search for “magn”" in pointed(page, QUICK)
    page.keyboard.press("Home")
    assert pointed(page, QUICK) == ""
    assert box.evaluate("box => box.selectionStart") == 0
    page.keyboard.press("End")
    assert box.evaluate("box => box.selectionStart") == 4
    page.keyboard.press("Escape")
    expect(page.locator("#quick-list")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("magn")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#quick-list")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#quick-list")).to_be_hidden()


def test_enter_opens_what_is_pointed_to(page: Page) -> None:
    page.goto("/en/programme/")
    type_into(page, QUICK, "heavy-rare")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{MAGNET}")


def test_enter_on_the_text_itself_searches(page: Page) -> None:
    page.goto("/en/programme/")
    type_into(page, QUICK, "magnet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/search/?q=magnet")


def test_the_number_of_offers_is_said(page: Page) -> None:
    page.goto("/en/")
    type_into(page, QUICK, "heavy-rare")
    offered = page.locator("#quick-list [role=group] [role=option]").count()
    said = page.locator(".quick [role=status]")
    expect(said).to_have_text(f"{offered} suggestions")
    page.keyboard.press("Escape")
    expect(said).to_have_text("")


def test_a_pointer_opens_an_offer_and_leaving_closes_them(page: Page) -> None:
    page.goto("/en/")
    type_into(page, QUICK, "heavy-rare")
    page.locator("h1").first.click()
    expect(page.locator("#quick-list")).to_be_hidden()
    type_into(page, BOX, "heavy-rare")
    page.locator("#q-list [role=option]").first.click()
    page.wait_for_url(f"**{MAGNET}")


def test_only_the_last_question_is_answered(page: Page) -> None:
    """Fast typing asks once, not for each letter."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggestions" in request.url else None)
    page.goto("/en/")
    type_into(page, QUICK, "magnet")
    assert len(asked) <= 2
    assert asked[-1].endswith("q=magnet")


def test_a_listing_s_box_offers_its_records_and_searches_in_place(page: Page) -> None:
    page.goto("/en/innovations/?stage=mature")
    page.evaluate("window.untouched = true")
    type_into(page, BOX, "magn")
    hrefs = page.locator("#q-list [role=option]").evaluate_all("options => options.map(o => o.getAttribute('href'))")
    assert all(href.startswith("/en/innovations/") for href in hrefs)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/innovations/?*q=magn*")
    assert "stage=mature" in page.url
    assert page.evaluate("window.untouched"), "the page was loaded anew"
    expect(page.locator("#q-list")).to_be_hidden()


# ------------------------------------------------------------------ on a phone, in both languages, for everybody
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [NARROW, PHONE, WIDE])
def test_open_offers_fit_and_bar_nobody(page: Page, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("", "search/", "innovations/"):
        page.goto(f"/{language}/{path}")
        type_into(page, BOX, "磁")
        page.keyboard.press("ArrowDown")
        assert wide_parts(page) == []
        assert barriers(page) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_on_a_phone_a_link_leads_to_the_box(phone: Page, language: str) -> None:
    phone.goto(f"/{language}/innovations/")
    expect(phone.locator(QUICK)).to_be_hidden()
    phone.locator(".tool--search").click()
    phone.wait_for_url(f"**/{language}/search/")
    expect(phone.locator(BOX)).to_be_focused()


def test_the_masthead_keeps_its_height_on_a_narrow_phone(page: Page) -> None:
    page.set_viewport_size({"width": NARROW, "height": 900})
    for language in ("en", "zh-hans"):
        page.goto(f"/{language}/")
        box = page.locator(".masthead__top").bounding_box()
        assert box is not None
        assert box["height"] <= 72


@pytest.mark.parametrize("path", ["/en/", "/en/search/", "/en/innovations/"])
def test_without_scripts_the_boxes_are_plain_forms(page_without_scripts: Page, path: str) -> None:
    page = page_without_scripts
    for box in (QUICK, BOX):
        page.goto(path)
        assert page.locator(box).get_attribute("role") is None
        page.fill(box, "magnet")
        page.press(box, "Enter")
        page.wait_for_url("**q=magnet*")
        expect(page.locator(f"main a[href='{MAGNET}']").first).to_be_visible()


# ------------------------------------------------------------------ why a hit is one
@pytest.mark.parametrize(
    "path", ["innovations/?q=coating", "search/?q=coating", "news/?q=hall", "programme/?q=battery"]
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_sentence_of_a_hit_stands_with_its_card(page: Page, language: str, path: str) -> None:
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/{language}/{path}")
        found = page.locator(".found").first
        expect(found.locator("mark").first).to_be_visible()
        row = page.locator("li:has(> .found)").first.bounding_box()
        note = found.bounding_box()
        assert row is not None
        assert note is not None
        assert row["x"] <= note["x"]
        assert note["x"] + note["width"] <= row["x"] + row["width"] + 1
    assert barriers(page) == []


def test_the_sentence_below_a_card_leads_where_the_card_leads(page: Page) -> None:
    page.goto("/en/innovations/?q=coating")
    row = page.locator("li:has(> .found)").first
    address = row.locator("a").first.get_attribute("href")
    place = row.locator(".found mark").bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 2, place["y"] + 2)
    page.wait_for_url(f"**{address}")


@pytest.mark.parametrize("path", ["/en/search/", "/en/innovations/"])
def test_a_mistake_is_offered_mended(page: Page, path: str) -> None:
    page.goto(f"{path}?q=magnte")
    page.locator(".nearest a").click()
    page.wait_for_url(f"**{path}?q=magnet")
    expect(page.locator(f"main a[href='{MAGNET}']").first).to_be_visible()


def test_the_groups_are_reached_by_links_with_their_numbers(page: Page) -> None:
    page.goto("/en/search/?q=coating")
    link = page.locator("main nav .chip").last
    number = link.locator(".num").inner_text()
    link.click()
    heading = page.locator(f"{link.get_attribute('href')}")
    expect(heading).to_be_in_viewport()
    assert number in page.locator(".band", has=heading).locator(".band__head a").inner_text() or number == "1"
