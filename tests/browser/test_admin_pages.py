"""The organizers' pages pass what the public ones pass."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import look_over

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
    "demands that wait": "/admin/matchmaking/demand/?waiting=1",
    "new demand": "/admin/matchmaking/demand/add/",
    "technology contracts": "/admin/matchmaking/technologycontract/",
    "password": "/admin/password_change/",
}
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


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


FORMS = (
    "expo/exhibitor", "expo/innovation", "expo/stand", "expo/session", "matchmaking/demand", "matchmaking/deal",
    "matchmaking/termsheet",
)  # fmt: skip


@pytest.mark.parametrize("noun", FORMS)
@LANGUAGES
def test_form_and_history_of_a_record_are_open_to_everybody(office: Page, noun: str) -> None:
    office.goto(f"/admin/{noun}/")
    office.locator("#result_list tbody th a").first.click()
    office.wait_for_url("**/change/*")
    check(office)
    office.goto(office.url.partition("change/")[0] + "history/")
    check(office)


def test_the_door_of_the_organizers_is_open_to_everybody(page: Page) -> None:
    page.goto("/admin/login/")
    check(page)
    page.click("main [type=submit]")
    assert page.url.endswith("/admin/login/")


def test_a_wrong_password_is_said_beside_the_field_and_keeps_the_address(page: Page) -> None:
    page.goto("/admin/login/")
    page.fill("[name=username]", "anna@example.org")
    page.fill("[name=password]", "wrong")
    page.click("main [type=submit]")
    assert page.locator("[name=username]").input_value() == "anna@example.org"
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
