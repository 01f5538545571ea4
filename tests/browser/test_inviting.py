"""A whole story: invite a colleague by mail, who signs up, writes for the organization, and is let go again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Witness, check, in_own_window, press
from tests.browser.newcomers import last_mail, sign_up

pytestmark = pytest.mark.browser
MEMBERS = "/en/work/aalborg-sensors/members/"
START = "/en/work/aalborg-sensors/"
COLLEAGUE, EMAIL = "Bo Lind", "bo@aalborg.example"


@pytest.fixture
def colleague(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    """On a phone."""
    with in_own_window(chromium, fair_url, witness, width=PHONE) as page:
        yield page


def look(page: Page) -> None:
    """Nothing bars the way; then on with the phone."""
    check(page)
    page.set_viewport_size({"width": PHONE, "height": 900})


def invite(page: Page) -> None:
    page.goto(MEMBERS)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.locator("main form[action$='/invite/'] [name=role]").select_option("editor")
    press(page, "Invite")
    expect(page.get_by_text(f"The invitation is on its way to {EMAIL}.")).to_be_visible()
    check(page)


def come_in(page: Page, folder: Path) -> None:
    """From the mail to the invitation, through signing up, and back to it."""
    link = re.search(r"http://\S+/invitations/\S+", last_mail(folder, EMAIL))
    assert link, "no link in the mail"
    page.goto(link[0])
    expect(page.get_by_role("heading", level=1, name="Aalborg Sensors")).to_be_visible()
    expect(page.get_by_text(EMAIL)).to_have_count(0)  # whoever has the link alone does not read the address
    look(page)
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    look(page)
    sign_up(page, folder, name=COLLEAGUE, email=EMAIL)
    page.wait_for_url(link[0])
    look(page)
    press(page, "Accept")
    expect(page.get_by_text("You act for “Aalborg Sensors” now.")).to_be_visible()
    look(page)


def write(page: Page, words: str) -> None:
    page.goto(f"{START}profile/")
    look(page)
    page.get_by_label("About (English)", exact=False).fill(words)
    press(page, "Save")
    expect(page.get_by_text("The profile is saved.")).to_be_visible()


def let_go(page: Page) -> None:
    page.goto(MEMBERS)
    row = page.locator(".people > li", has_text=COLLEAGUE)
    expect(row.get_by_text("editor", exact=True).first).to_be_visible()
    row.locator("summary").click()
    check(page)
    row.get_by_role("button", name="Remove").click()
    expect(page.locator(".people > li", has_text=COLLEAGUE)).to_have_count(0)


def test_a_colleague_is_invited_writes_and_is_let_go(owner: Page, colleague: Page, fair_folder: Path) -> None:
    invite(owner)
    come_in(colleague, fair_folder)
    write(colleague, "We listen to bearings since 1998.")
    colleague.goto(MEMBERS)
    expect(colleague.get_by_role("button", name="Invite")).to_have_count(0)  # an editor does not decide who belongs
    owner.goto(f"{START}profile/")
    expect(owner.get_by_text("We listen to bearings since 1998.")).to_be_visible()
    let_go(owner)
    for address in (START, MEMBERS, f"{START}profile/"):
        assert colleague.request.get(address).status == 404
    colleague.goto("/en/my/")
    expect(colleague.get_by_role("link", name="Aalborg Sensors")).to_have_count(0)
    colleague.goto("/en/my/notices/")
    expect(colleague.get_by_text("“Aalborg Sensors”").first).to_be_visible()  # and is told so
    look(colleague)
