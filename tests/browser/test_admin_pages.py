"""The organizers' pages pass what the public ones pass."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NO_ROLE, PHONE, ROLES, look_over, sign_in, wide_parts

pytestmark = pytest.mark.browser

# From the list of a noun the first row is followed to its form, and from there to its history.
PAGES = {
    "start": "/admin/",
    "readiness": "/admin/readiness/",
    "move of a stand": "/admin/stands/move/",
    "exhibitors": "/admin/expo/exhibitor/",
    "waiting exhibitors": "/admin/expo/exhibitor/?state__exact=submitted",
    "innovations": "/admin/expo/innovation/",
    "stands": "/admin/expo/stand/",
    "new announcement": "/admin/expo/announcement/add/",
    "log": "/admin/expo/transition/",
    "accounts": "/admin/expo/user/",
    "new demand": "/admin/matchmaking/demand/add/",
    "password": "/admin/password_change/",
    "import and export": "/admin/exchange/",
}
NOUNS = (
    "expo/innovationplatform", "expo/instrument", "expo/country", "expo/partnercity",
    "matchmaking/demand", "matchmaking/deal", "matchmaking/termsheet", "matchmaking/technologycontract",
)  # fmt: skip
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


# Fields that a form asks for more than once: of two answers one is lost.
ASKED_TWICE = """() => {
  const many = "[type=radio], [type=checkbox], [name^='_']";
  const fields = [...document.querySelectorAll(`#content-main form[id$="_form"] [name]:not(${many})`)];
  const names = fields.map((field) => field.name);
  return names.filter((name, place) => names.indexOf(name) !== place);
}"""
SAID_BEFORE = "(words) => getComputedStyle(document.querySelector(words), '::before').content"


def check(page: Page) -> None:
    found = look_over(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", PAGES)
@LANGUAGES
def test_page_of_the_organizers_is_open_to_everybody(office: Page, name: str, language: str) -> None:
    response = office.goto(PAGES[name])
    assert response is not None
    assert response.status == 200
    assert office.locator("html").get_attribute("lang") == language
    check(office)


@pytest.mark.parametrize("noun", ["exhibitor", "innovation", "stand", "session"])
@LANGUAGES
def test_form_and_history_of_a_record_are_open_to_everybody(office: Page, noun: str) -> None:
    office.goto(f"/admin/expo/{noun}/")
    office.locator("#result_list tbody th a").first.click()
    office.wait_for_url("**/change/*")
    check(office)
    office.goto(office.url.partition("change/")[0] + "history/")
    check(office)


@pytest.mark.parametrize("noun", NOUNS)
@LANGUAGES
def test_list_form_and_history_of_a_noun_are_open_to_everybody(office: Page, noun: str) -> None:
    office.goto(f"/admin/{noun}/")
    check(office)
    office.locator("#result_list tbody th a").first.click()
    office.wait_for_url("**/change/*")
    check(office)
    assert office.evaluate(ASKED_TWICE) == []
    response = office.goto(office.url.partition("change/")[0] + "history/")
    assert response is not None
    assert response.status == 200
    assert wide_parts(office) == []


@LANGUAGES
def test_a_change_is_in_the_history_and_can_be_looked_at(office: Page, language: str) -> None:
    office.goto("/admin/expo/country/?code__exact=UY")
    office.locator("#result_list tbody th a").first.click()
    for words in ("Before.", f"Wool, water, wind, and a sentence as long as sentences become ({language})"):
        office.fill("[name=about_en]", words)
        with office.expect_navigation():
            office.locator("[name=_continue]").first.click()
    office.locator(".object-tools a[href*='/history/']").click()
    expect(office.locator("#change-history tbody tr").first).to_contain_text(f"({language})")
    check(office)
    office.locator("#change-history tbody th a").first.click()
    office.wait_for_url("**/history/*/")
    check(office)


@pytest.mark.parametrize("language", ["en"])
def test_rows_below_a_record_say_on_a_phone_what_they_ask_for(office: Page) -> None:
    office.set_viewport_size({"width": PHONE, "height": 900})
    office.goto("/admin/matchmaking/deal/?code__exact=gzawqytrcy")
    office.locator("#result_list tbody th a").first.click()
    cell = office.locator("#parties-0 td.field-role")
    expect(cell).to_be_visible()
    office.wait_for_function("document.querySelector('#parties-0 td.field-role').dataset.label")
    assert office.evaluate(SAID_BEFORE, "#parties-0 td.field-role") == '"Role"'
    assert office.evaluate(SAID_BEFORE, "#parties-0 td.field-is_named") != "none"


@pytest.mark.parametrize("role", [*ROLES, NO_ROLE])
@LANGUAGES
def test_the_start_page_of_a_role_is_open_to_everybody(page: Page, role: str, language: str) -> None:
    sign_in(page, f"{role}.{language}@example.org")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert page.locator(".page-head .badge").count() == (0 if role == NO_ROLE else 1)
    check(page)


def test_the_door_of_the_organizers_is_open_to_everybody(page: Page) -> None:
    page.goto("/admin/login/")
    check(page)
    page.click("main [type=submit]")
    assert "/accounts/login/" in page.url


def test_a_wrong_password_is_said_beside_the_field_and_keeps_the_address(page: Page) -> None:
    page.goto("/admin/login/")
    page.fill("[name=login]", "anna@example.org")
    page.fill("[name=password]", "wrong")
    page.click("main [type=submit]")
    assert page.locator("[name=login]").input_value() == "anna@example.org"
    assert page.locator("[role=alert]").count() >= 1
    check(page)


@LANGUAGES
def test_a_rejected_form_is_open_to_everybody(office: Page) -> None:
    office.goto("/admin/expo/announcement/add/")
    office.locator("[name=_save]").first.click()
    office.wait_for_load_state()
    assert office.url.endswith("/add/")
    expect(office.locator("[role=alert], .errornote").first).to_be_visible()
    check(office)


# ------------------------------------------------------------------ what cannot be undone
def ask_to_cancel(page: Page, code: str) -> None:
    page.goto(f"/admin/matchmaking/deal/?code__exact={code}")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".object-tools a[href$='/act/cancel/']").click()
    page.wait_for_url("**/act/cancel/")


@LANGUAGES
def test_an_end_is_asked_about_and_not_reached_without_a_tick(office: Page) -> None:
    ask_to_cancel(office, "33khvczdb4")
    expect(office.locator("main .msg--wait")).to_be_visible()
    expect(office.locator(".touched li")).not_to_have_count(0)
    check(office)
    office.fill("[name=reason]", "Nobody came to the second talk.")
    office.locator("main [name=apply]").click()
    expect(office.locator("main [role=alert]").first).to_be_visible()
    expect(office.locator("[name=understood]")).not_to_be_checked()
    expect(office.locator("[name=reason]")).to_have_value("Nobody came to the second talk.")
    check(office)
    ask_to_cancel(office, "33khvczdb4")  # still offered: nothing was done


@pytest.mark.parametrize("language", ["en"])
def test_an_end_is_reached_by_keyboard_with_a_reason_and_a_tick(office: Page) -> None:
    ask_to_cancel(office, "caxtbx27dg")
    office.locator("[name=reason]").focus()
    office.keyboard.type("Nobody came to the second talk.")
    office.keyboard.press("Tab")
    expect(office.locator("[name=understood]")).to_be_focused()
    office.keyboard.press("Space")
    office.keyboard.press("Tab")
    expect(office.locator("main [name=apply]")).to_be_focused()
    office.keyboard.press("Enter")
    office.wait_for_url("**/change/")
    expect(office.locator(".messages [role=status]")).to_be_visible()
    expect(office.locator(".moves li").first).to_contain_text("Nobody came to the second talk.")
    expect(office.locator(".object-tools a[href$='/act/cancel/']")).to_have_count(0)


# ------------------------------------------------------------------ import
@LANGUAGES
def test_a_table_is_looked_at_before_it_is_imported(office: Page, language: str) -> None:
    """Of the exported rows one kind is changed and another spoiled: both are shown, and nothing is written."""
    office.goto("/admin/exchange/demand/")
    check(office)
    table = office.request.get("/admin/exchange/demand/export.csv").body()
    table = table.replace(b"Dry seal for a fast piston", b"Dry seal for a faster piston").replace(b"process", b"proces")
    office.locator("[name=file]").set_input_files({"name": "demands.csv", "mimeType": "text/csv", "buffer": table})
    office.check("[name=classified][value=no]")
    office.locator("main form [type=submit]").click()
    office.wait_for_url("**/exchange/runs/*/")
    expect(office.locator(".exchange-progress")).to_have_count(0)
    expect(office.locator("#rows, main table").first).to_be_visible()
    check(office)
    office.goto("/admin/matchmaking/demand/?q=piston")
    expect(office.locator("#result_list")).not_to_contain_text("faster")
