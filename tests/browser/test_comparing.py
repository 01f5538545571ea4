"""Ticking cards of a list and seeing them side by side, with the script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import count, look_over

pytestmark = pytest.mark.browser
LIST = "/en/innovations/"
TICKS = ".compare-pick input"


def tick(page: Page, *numbers: int) -> list[str]:
    """Tick cards by their place on the page; gives their slugs."""
    boxes = [page.locator(TICKS).nth(number) for number in numbers]
    for box in boxes:
        box.check()
    return [box.get_attribute("value") or "" for box in boxes]


def test_ticks_stay_while_the_list_changes_and_lead_to_the_comparison(page: Page) -> None:
    page.goto(LIST)
    everything = count(page)
    asked: list[str] = []
    page.on("request", lambda request: "favicon" in request.url or asked.append(request.url))
    chosen = tick(page, 0, 3)
    page.wait_for_timeout(200)
    assert asked == []  # a tick changes no filter
    expect(page.locator("#compare [type=submit]")).to_have_text("Compare (2)")
    page.get_by_label("University").check()
    expect(page.locator("#listing .results-bar strong")).not_to_have_text(f"{everything} innovations")
    expect(page.locator("#compare [type=submit]")).to_have_text("Compare (2)")
    chosen += [slug for slug in tick(page, 4) if slug not in chosen]
    page.locator("#compare [type=submit]").click()
    page.wait_for_url("**/compare/?**")
    for slug in chosen:
        assert f"item={slug}" in page.url
    assert page.locator(".compare__table thead a:not(.compare__remove)").count() == len(chosen)
    with page.expect_navigation():
        page.locator(".compare__table .compare__remove").first.click()
    page.goto(LIST)
    expect(page.locator("#compare [type=submit]")).to_have_text(f"Compare ({len(chosen) - 1})")


def test_a_fifth_is_not_ticked_and_the_page_says_why(page: Page) -> None:
    page.goto(LIST)
    tick(page, 0, 1, 2, 3)
    fifth = page.locator(TICKS).nth(4)
    fifth.click()
    expect(fifth).not_to_be_checked()
    expect(page.locator(".compare-bar__full")).to_contain_text("Untick one first")
    page.get_by_role("button", name="Untick all").click()
    assert page.locator(f"{TICKS}:checked").count() == 0


def test_without_scripts_the_button_takes_what_is_ticked_on_this_page(page_without_scripts: Page) -> None:
    page_without_scripts.goto(LIST)
    chosen = tick(page_without_scripts, 0, 1)
    page_without_scripts.locator("#compare [type=submit]").click()
    assert page_without_scripts.url.endswith("/compare/?" + "&".join(f"item={slug}" for slug in chosen))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("noun", ["innovation", "product"])
def test_the_comparison_bars_nobody_and_fits(page: Page, noun: str, language: str) -> None:
    page.goto(f"/{language}/{noun}s/")
    chosen = [page.locator(TICKS).nth(number).get_attribute("value") for number in range(4)]
    page.goto(f"/{language}/{noun}s/compare/?{'&'.join(f'item={slug}' for slug in chosen)}")
    assert look_over(page) == []


def test_a_list_with_ticks_bars_nobody_and_fits(page: Page) -> None:
    page.goto(LIST)
    tick(page, 0, 1)
    assert look_over(page) == []
