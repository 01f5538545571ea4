"""What the pages do under a mouse and under a keyboard, with scripts and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FOCUS_IS_SEEN, count, focused, travel

pytestmark = pytest.mark.browser

LIST = "/en/innovations/"
MATURE = "#f-stage-mature"


def choose_mature(page: Page) -> int:
    """Choose a stage; returns the number that stood beside it."""
    label = page.locator("label", has=page.locator(MATURE))
    promised = int(label.locator(".count").inner_text())
    page.check(MATURE)
    page.wait_for_url("**stage=mature*")
    return promised


# ------------------------------------------------------------------ filters
def test_a_filter_changes_the_list_in_place(page: Page) -> None:
    page.goto(LIST)
    before = count(page)
    page.evaluate("window.untouched = true")
    promised = choose_mature(page)
    expect(page.locator(".chip--on")).to_have_count(1)
    assert count(page) == promised
    assert promised < before
    assert page.evaluate("window.untouched"), "the page was loaded anew"
    expect(page.locator(MATURE)).to_be_checked()
    expect(page.locator(MATURE)).to_be_focused()


def test_back_brings_the_former_list(page: Page) -> None:
    page.goto(LIST)
    before = count(page)
    choose_mature(page)
    expect(page.locator(".chip--on")).to_have_count(1)
    travel(page, -1)
    expect(page.locator(".chip--on")).to_have_count(0)
    assert page.url.endswith(LIST)
    assert count(page) == before
    expect(page.locator(MATURE)).not_to_be_checked()
    travel(page, 1)
    expect(page.locator(".chip--on")).to_have_count(1)
    expect(page.locator(MATURE)).to_be_checked()


def test_a_chip_takes_its_filter_away(page: Page) -> None:
    page.goto(f"{LIST}?stage=mature&mode=exclusive")
    both = count(page)
    page.evaluate("window.untouched = true")
    page.locator(".chip--on").first.click()
    expect(page.locator(".chip--on")).to_have_count(1)
    assert count(page) > both
    assert page.evaluate("window.untouched")
    assert "stage=mature" not in page.url or "mode=exclusive" not in page.url


def test_clearing_takes_all_filters_away(page: Page) -> None:
    page.goto(f"{LIST}?stage=mature&mode=exclusive&q=film")
    page.locator(".chips__clear").click()
    expect(page.locator(".chip--on")).to_have_count(0)
    assert page.url.endswith(LIST)
    expect(page.locator("#q")).to_have_value("")
    choose_mature(page)
    assert "q=" not in page.url


def test_a_text_taken_away_does_not_come_back(page: Page) -> None:
    page.goto(LIST)
    page.fill("#q", "film")
    page.locator("#q").press("Enter")
    page.wait_for_url("**q=film*")
    page.locator(".chip--on", has_text="film").click()
    expect(page.locator(".chip--on")).to_have_count(0)
    expect(page.locator("#q")).to_have_value("")
    choose_mature(page)
    assert page.url.endswith(f"{LIST}?stage=mature")
    travel(page, -1)
    travel(page, -1)
    expect(page.locator(".chip--on")).to_contain_text("film")
    expect(page.locator("#q")).to_have_value("film")


def test_the_number_found_is_said_where_it_is_heard(page: Page) -> None:
    page.goto(LIST)
    said = page.locator("[role=status]#count-said")
    expect(said).to_have_text("")
    page.evaluate("document.getElementById('count-said').untouched = true")
    choose_mature(page)
    expect(said).to_have_text(re.compile(r"^\d+ innovations"))
    assert int(re.sub(r"\D.*", "", said.inner_text())) == count(page)
    assert page.evaluate("document.getElementById('count-said').untouched"), "the region was replaced"


def test_an_order_is_chosen_in_place_and_kept_in_the_address(page: Page) -> None:
    page.goto(LIST)
    page.select_option("#sort", "mature")
    page.wait_for_url("**sort=mature*")
    expect(page.locator("#sort")).to_have_value("mature")


def test_the_next_page_keeps_the_filters(page: Page) -> None:
    page.goto(f"{LIST}?stage=mature")
    page.locator("[rel=next]:visible").click()
    page.wait_for_url("**page=2*")
    assert "stage=mature" in page.url


def test_a_list_without_results_says_which_filter_to_drop(page: Page) -> None:
    page.goto("/en/exhibitors/?zone=A&zone=B&q=glass&kind=investor")
    offers = page.locator(".empty a")
    expect(offers.first).to_be_visible()
    offers.first.click()
    page.wait_for_load_state()
    assert "/exhibitors/" in page.url


def test_filters_work_without_scripts(page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto(LIST)
    before = count(page)
    page.check(MATURE)
    page.locator(".facets__apply button").click()
    assert "stage=mature" in page.url
    assert count(page) < before
    page.locator(".chip--on").click()
    assert count(page) == before


def test_search_and_menu_work_without_scripts(page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto("/en/")
    page.fill("main [name=q]", "magnet")
    page.locator("main [role=search] button").click()
    assert page.url.endswith("/en/search/?q=magnet")
    expect(page.locator("main a[href*=heavy-rare-earth-free]").first).to_be_visible()
    page.locator("#nav a").first.click()
    assert page.url.endswith("/en/exhibitors/")


def test_filters_open_on_a_phone_and_stay_open(phone: Page) -> None:
    phone.goto(LIST)
    expect(phone.locator(MATURE)).to_be_hidden()
    phone.locator("#facets > summary").click()
    expect(phone.locator(MATURE)).to_be_visible()
    phone.check(MATURE)
    phone.wait_for_url("**stage=mature*")
    expect(phone.locator(".chip--on")).to_have_count(1)
    expect(phone.locator(MATURE)).to_be_visible()


# ------------------------------------------------------------------ keyboard
def test_the_skip_link_comes_first_and_leads_to_the_matter(page: Page) -> None:
    page.goto("/en/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_is_always_seen(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(LIST)
    unseen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if not page.evaluate(FOCUS_IS_SEEN):
            unseen.append(focused(page))
    assert unseen == []


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(phone: Page) -> None:
    phone.goto("/en/")
    menu = phone.locator(".tool--menu")
    for _ in range(8):
        phone.keyboard.press("Tab")
        if menu.evaluate("button => button === document.activeElement"):
            break
    expect(menu).to_be_focused()
    expect(phone.locator("#nav a").first).to_be_hidden()
    phone.keyboard.press("Enter")
    expect(phone.locator("#nav a").first).to_be_visible()
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.closest('#nav') !== null"), focused(phone)
    phone.keyboard.press("Escape")
    expect(phone.locator("#nav a").first).to_be_hidden()
    expect(menu).to_be_focused()


def test_every_stand_of_the_plan_is_reached_by_keyboard_and_leads_to_its_exhibitor(page: Page) -> None:
    page.goto("/en/halls/hall-1/")
    stands = page.locator("a.plan__stand")
    assert stands.count() >= 15
    names = stands.evaluate_all("stands => stands.map(stand => stand.getAttribute('aria-label'))")
    assert all(re.match(r"[A-Z]\d+, .+", name) for name in names)
    reached: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.matches('a.plan__stand') ? document.activeElement.id : ''")
        if here:
            reached.append(here)
        elif reached:
            break
    assert len(reached) == stands.count()
    page.locator(f"#{reached[0]}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/exhibitors/*/")
    assert page.locator("h1").inner_text() in names[0]


# ------------------------------------------------------------------ theme and language
def test_the_theme_is_remembered(page: Page) -> None:
    page.goto("/en/")
    light = str(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    page.locator(".tools [data-theme-switch]").click()
    expect(page.locator("body")).not_to_have_css("background-color", light)
    for path in ("/en/", "/zh-hans/exhibitors/"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.locator("body")).not_to_have_css("background-color", light)
    page.locator(".tools [data-theme-switch]").click()
    page.reload()
    expect(page.locator("body")).to_have_css("background-color", light)


def test_the_language_changes_and_the_page_stays(page: Page) -> None:
    page.goto(f"{LIST}?stage=mature&mode=exclusive")
    before = count(page)
    page.locator(".tools [hreflang=zh-hans]").click()
    page.wait_for_url("**/zh-hans/innovations/?stage=mature&mode=exclusive")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    assert count(page) == before
    page.locator(".tools [hreflang=en]").click()
    page.wait_for_url("**/en/innovations/?stage=mature&mode=exclusive")


def test_the_language_switch_keeps_a_filter_chosen_in_place(page: Page) -> None:
    page.goto(LIST)
    choose_mature(page)
    expect(page.locator(".chip--on")).to_have_count(1)
    page.locator(".tools [hreflang=zh-hans]").click()
    page.wait_for_url("**/zh-hans/innovations/*")
    assert page.url.endswith("?stage=mature")


# ------------------------------------------------------------------ finding
@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("magnet", "heavy-rare-earth-free-ndfeb-magnet"), ("GiaStar", "heavy-rare-earth-free-ndfeb-magnet"),
        ("钕铁硼", "heavy-rare-earth-free-ndfeb-magnet"), ("e-Flash", "e-flash-radiotherapy-device"),
        ("放射治疗", "e-flash-radiotherapy-device"), ("humanoid robots", "humanoid-robots-at-work"),
        ("人形机器人", "humanoid-robots-at-work"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_landmarks_are_found_in_both_languages(page: Page, language: str, query: str, slug: str) -> None:
    page.goto(f"/{language}/search/")
    page.fill("main [name=q]", query)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator(f"main a[href='/{language}/innovations/{slug}/']").first).to_be_visible()


def test_now_and_next_are_told_for_a_moment_of_the_fair(page: Page) -> None:
    page.goto("/en/programme/?at=2025-09-26T10:20")
    section = page.locator("section", has=page.locator("#now-next"))
    expect(section).to_contain_text("Opening of the")
    expect(section.locator("li")).not_to_have_count(0)
    expect(page.locator("#at")).to_have_value("2025-09-26T10:20")
