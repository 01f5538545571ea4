"""A whole story from both sides: a demand finds its answer and sees why, declines one, meets another, and what is
confidential opens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ENTERPRISE, TEAM, Witness, check, in_own_window, press, sign_in

pytestmark = pytest.mark.browser
MATCHES = "/en/work/tangli-sensors/matches/demand/magnet-ring-without-heavy-rare-earths/?least=0"
THEIRS = "/en/work/qingfeng-university-of-technology/introductions/"
SECRET = "Drelbimont"


@pytest.fixture
def enterprise(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    with in_own_window(chromium, fair_url, witness) as page:
        sign_in(page, ENTERPRISE, "/en/accounts/login/")
        yield page


@pytest.fixture
def team(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    with in_own_window(chromium, fair_url, witness) as page:
        sign_in(page, TEAM, "/en/accounts/login/")
        yield page


def the_answer_stands_first_with_its_reasons(page: Page) -> None:
    page.goto(MATCHES)
    check(page)
    first = page.locator("li.match").first
    expect(first.get_by_role("heading", level=2)).to_contain_text("Heavy-rare-earth-free NdFeB magnet")
    expect(first).to_contain_text("you ask for at least 10 % less; they state 15 to 20 % less")
    expect(first).to_contain_text("They name no way of working")
    page.goto(MATCHES.replace("/en/", "/zh-hans/"))
    first = page.locator("li.match").first
    expect(first.get_by_role("heading", level=2)).to_contain_text("无重稀土钕铁硼磁性材料")
    expect(first).to_contain_text("15")
    page.goto(MATCHES)


def decline_one(page: Page) -> None:
    powder = page.locator("li.match").filter(has_text="Regenerated NdFeB powder")
    powder.locator("details.decline summary").click()
    powder.get_by_label("Why not?").select_option(label="does not meet the requirement")
    powder.get_by_role("button", name="Send the reason").click()
    expect(page.locator("li.match").filter(has_text="Regenerated NdFeB powder")).to_have_count(0)


def write_to_another(page: Page) -> None:
    page.goto(MATCHES)
    other = page.locator("li.match").filter(has_text="Grain-boundary diffusion")
    other.get_by_role("link", name="Interested").click()
    check(page)
    page.get_by_role("textbox").last.fill("We would like to see a magnet of yours in our flow sensor.")
    press(page, "Send")
    expect(page.get_by_text("We would like to see a magnet of yours")).to_be_visible()
    check(page)


def accept_to_meet(page: Page) -> None:
    page.goto(THEIRS)
    check(page)
    page.get_by_role("link", name="Neodymium magnet without heavy rare earths").first.click()
    expect(page.get_by_text("We would like to see a magnet of yours")).to_be_visible()
    check(page)
    press(page, "Yes, let us meet")
    expect(page.get_by_text("You are in touch").first).to_be_visible()


def accept_the_agreement(page: Page, name: str) -> None:
    page.get_by_role("link", name="Read and accept the agreement").click()
    check(page)
    page.get_by_label("name").first.fill(name)
    page.locator("main form input[type=checkbox]").check()
    press(page, "Accept the agreement")


def read_what_opened(page: Page) -> None:
    page.get_by_role("link", name="Read what they opened").click()
    expect(page.get_by_text(SECRET)).to_be_visible()
    check(page)


def wish_for_the_same(enterprise: Page, team: Page) -> None:
    """Each side by itself; whoever comes second reads that both do."""
    row = {page: page.get_by_role("listitem").filter(has_text="meeting at the fair") for page in (enterprise, team)}
    row[team].get_by_role("button").click()
    enterprise.go_back()
    enterprise.reload()
    expect(row[enterprise].get_by_role("button")).to_contain_text("We wish for it too")
    row[enterprise].get_by_role("button").click()
    expect(row[enterprise]).to_contain_text("both sides wish for it")
    check(enterprise)
    row[enterprise].get_by_role("button").click()
    expect(row[enterprise]).to_contain_text("You: not yet")
    team.reload()
    expect(row[team]).to_contain_text("Tangli Sensors Co., Ltd.: not yet")
    team.get_by_role("link", name="All introductions").click()
    team.get_by_role("link", name="Who has read what is confidential of ours").click()
    expect(team.get_by_role("table")).to_contain_text("Tangli Sensors Co., Ltd., Tang Rui")
    check(team)


def test_a_demand_finds_its_answer_and_two_meet_under_an_agreement(enterprise: Page, team: Page) -> None:
    the_answer_stands_first_with_its_reasons(enterprise)
    decline_one(enterprise)
    write_to_another(enterprise)
    accept_to_meet(team)
    accept_the_agreement(team, "Shen Qing")
    enterprise.reload()
    expect(enterprise.get_by_text(SECRET)).to_have_count(0)
    accept_the_agreement(enterprise, "Tang Rui")
    read_what_opened(enterprise)
    team.goto(THEIRS + "?show=touch")
    team.get_by_role("link", name="Neodymium magnet without heavy rare earths").first.click()
    readings = team.get_by_role("table", name="Readings of confidential texts")
    expect(readings).to_contain_text("Tang Rui, Tangli Sensors")
    check(team)
    wish_for_the_same(enterprise, team)
