"""Demands and deals under a mouse and under a keyboard, on a phone, and without scripts."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FOCUS_IS_SEEN, NARROW, STILL, count, focused, travel

pytestmark = pytest.mark.browser

DEAL = "/en/deals/gzawqytrcy/"
BOXES = {"demands": "#f-state-published", "deals": "#f-structure-bundle_equity"}
LISTS = pytest.mark.parametrize("noun", BOXES)


def choose(page: Page, noun: str) -> int:
    """Tick a filter of the list; returns the number that stood beside it."""
    label = page.locator("label", has=page.locator(BOXES[noun]))
    promised = int(label.locator(".count").inner_text())
    page.check(BOXES[noun])
    return promised


# ------------------------------------------------------------------ filters
@LISTS
def test_a_filter_changes_the_list_in_place_and_back_undoes_it(page: Page, noun: str) -> None:
    page.goto(f"/en/{noun}/")
    before = count(page)
    page.evaluate("window.untouched = true")
    promised = choose(page, noun)
    expect(page.locator(".chip--on")).to_have_count(1)
    assert count(page) == promised
    assert 0 < promised < before
    assert page.evaluate("window.untouched"), "the page was loaded anew"
    assert "=" in page.url
    expect(page.locator(BOXES[noun])).to_be_focused()
    expect(page.locator("[role=status]#count-said")).to_have_text(re.compile(rf"^{promised} {noun}"))
    travel(page, -1)
    expect(page.locator(".chip--on")).to_have_count(0)
    expect(page.locator(BOXES[noun])).not_to_be_checked()
    assert page.url.endswith(f"/en/{noun}/")
    assert count(page) == before


@LISTS
def test_filters_work_without_scripts(page_without_scripts: Page, noun: str) -> None:
    page = page_without_scripts
    page.goto(f"/en/{noun}/")
    before = count(page)
    promised = choose(page, noun)
    page.locator(".facets__apply button").click()
    assert count(page) == promised < before
    page.locator(".chip--on").click()
    assert count(page) == before


def test_a_budget_is_typed_in_place_and_taken_away_by_its_chip(page: Page) -> None:
    page.goto("/en/demands/")
    before = count(page)
    page.fill("#f-budget_min", "2000000")
    page.locator("#f-budget_min").press("Enter")
    page.wait_for_url("**budget_min=2000000*")
    chip = page.locator(".chip--on")
    expect(chip).to_have_count(1)
    assert 0 < count(page) < before
    chip.click()
    expect(chip).to_have_count(0)
    expect(page.locator("#f-budget_min")).to_have_value("")
    assert count(page) == before


# ------------------------------------------------------------------ the deal page
# What of the bar's letters and of the table's cells cannot be read: cut off, too small, over each other, out of their
# part of the bar.
UNREADABLE = """() => {
  const found = [];
  const boxOf = (el) => el.getBoundingClientRect();
  const all = (words) => [...document.querySelectorAll(words)].filter((el) => boxOf(el).width > 0);
  const complain = (why, ...els) => found.push(`${why}: ${els.map((el) => el.textContent).join(" / ")}`);
  const within = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1;
  const overlap = (a, b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const parts = all(".cap__bar > rect").map(boxOf);
  const letters = all(".cap__bar > text");
  const cells = all(".cap__table :is(tbody, tfoot) :is(th, td)");
  for (const el of [...all(".cap__bar text"), ...cells]) {
    if (!within(boxOf(el), { left: 0, right: innerWidth })) complain("cut off", el);
    if (parseFloat(getComputedStyle(el).fontSize) < 12) complain("too small", el);
  }
  for (const el of cells) if (el.scrollWidth > el.clientWidth + 1) complain("too long", el);
  for (const el of letters) if (!parts.some((part) => within(boxOf(el), part))) complain("out of its part", el);
  for (const group of [letters, cells])
    for (const [i, a] of group.entries())
      for (const b of group.slice(i + 1)) if (overlap(boxOf(a), boxOf(b))) complain("over each other", a, b);
  return found;
}"""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_cap_table_is_read_on_the_narrowest_phone(page: Page, language: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 800})
    for code in ("gzawqytrcy", "6gjddrp5zu", "7txnjxnkqp"):
        page.goto(f"/{language}/deals/{code}/")
        page.evaluate(STILL)
        assert page.evaluate(UNREADABLE) == [], code
        rows = page.locator(".cap__table tbody tr")
        shares = [re.sub(r"[^\d.]", "", words) for words in rows.locator("td:last-child").all_inner_texts()]
        assert len(shares) >= 3
        assert sum(round(float(share) * 100) for share in shares) == 10_000, "the parts are the whole"
        bar = page.locator(".cap__bar").first.get_attribute("aria-label") or ""
        assert re.findall(r"\d+\.\d\d", bar) == shares, "the bar says what the table says"
        for row in rows.all():
            expect(row.locator("th")).to_be_visible()
            expect(row.locator("td").nth(1)).to_have_text(re.compile(r"\d"))


WHERE = """() => {
  const el = document.activeElement;
  const links = [...document.querySelectorAll("main a[href], main button, main summary")];
  return [links.indexOf(el), el.getBoundingClientRect().top + scrollY];
}"""


def test_the_deal_page_is_walked_through_by_keyboard_from_top_to_bottom(phone: Page) -> None:
    """In one column, where what stands below comes later; every stop is seen, none is left out."""
    phone.goto(DEAL)
    links = phone.locator("main :is(a[href], button, summary):visible").count()
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.locator("main")).to_be_focused()
    walked, tops = [], []
    for _ in range(links):
        phone.keyboard.press("Tab")
        assert phone.evaluate(FOCUS_IS_SEEN), focused(phone)
        number, top = phone.evaluate(WHERE)
        walked.append(number)
        tops.append(round(top))
    assert walked == list(range(links))
    assert all(above <= below + 24 for above, below in pairwise(tops)), tops
    phone.keyboard.press("Tab")
    assert not phone.evaluate("document.activeElement.closest('main') !== null"), "a trap"


def test_the_deal_page_leads_to_who_owns_what_and_on_from_there(page: Page) -> None:
    page.goto(DEAL)
    page.locator(".leg--equity a[href='#cap']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cap")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.querySelector('#cap').compareDocumentPosition(document.activeElement)"
        " & Node.DOCUMENT_POSITION_FOLLOWING"
    ), focused(page)
    page.locator("main a[href*='/innovations/']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/innovations/*/")


# ------------------------------------------------------------------ where visitors meet them
def test_the_way_to_demands_deals_contracts_and_the_feed_is_shown(page: Page) -> None:
    page.goto("/en/")
    expect(page.locator("main a[href^='/en/demands/']").first).to_be_visible()
    expect(page.locator("main a[href^='/en/deals/']").first).to_be_visible()
    page.goto("/en/figures/")
    expect(page.locator("table:has(> caption:text('by year and type'))")).not_to_have_count(0)
    page.goto("/en/news/")
    feed = page.locator("main a[href$='/news/feed/']")
    expect(feed).to_be_visible()
    answer = page.request.get(str(feed.get_attribute("href")))
    assert answer.ok
    assert "xml" in answer.headers["content-type"]


@pytest.mark.parametrize("path", ["demands/d-wba2wsfqxj/", "deals/33khvczdb4/"])
def test_what_is_told_in_part_leads_nowhere_that_tells_more(page: Page, fair_url: str, path: str) -> None:
    """Every link of a demand without details or of a teaser opens: none points at what is hidden."""
    page.goto(f"/en/{path}")
    links = set(page.locator("main a[href]").evaluate_all("links => links.map(link => link.href.split('#')[0])"))
    inside = sorted(link for link in links if link.startswith(fair_url))
    assert inside
    assert {link: status for link in inside if (status := page.request.get(link).status) >= 400} == {}
