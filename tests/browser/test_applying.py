"""A whole story: apply, get it back, mend it, be accepted with a stand, and be seen in the zone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness, check, in_own_window, press, sign_in

pytestmark = pytest.mark.browser
DESK = "/en/work/aalborg-sensors/exhibiting/"
MANAGER = "exhibition_manager.en@example.org"


@pytest.fixture
def manager(chromium: Browser, fair_url: str, witness: Witness) -> Iterator[Page]:
    with in_own_window(chromium, fair_url, witness) as page:
        sign_in(page, MANAGER)
        yield page


def write_the_form(page: Page) -> None:
    page.goto(DESK)
    check(page)
    press(page, "Apply to exhibit")
    expect(page.get_by_role("heading", name="Application to exhibit")).to_be_visible()
    page.get_by_label("In one sentence (English)").fill("A sensor that hears bearings fail")
    press(page, "Save the draft")  # with gaps
    expect(page.get_by_role("heading", name="Still missing")).to_be_visible()
    check(page)
    page.get_by_role("link", name="what visitors see at your stand").click()
    page.get_by_label("What it shows (English)").fill("A pump, a bearing and a microphone")
    page.get_by_label("Zone wished").select_option(label="B Low-altitude economy")
    page.get_by_label("Area wanted").fill("9")
    page.get_by_label("Products on show").fill("Two sensors")
    check(page)
    press(page, "Save and go on to the questions")


def answer_the_questions(page: Page) -> None:
    power = page.get_by_label("How much power, at which voltage?")
    expect(power).to_be_hidden()
    page.get_by_label("yes", exact=True).check()
    power.fill("4 kW, 380 V")  # it shows at once
    page.get_by_label("Buyers").check()
    check(page)
    press(page, "Save the answers")
    press(page, "Hand in")
    expect(page.get_by_text("This waits for the organizers")).to_be_visible()


def ask_back(page: Page) -> None:
    page.goto("/admin/expo/exhibitor/?waiting=1&q=aalborg")
    page.locator("#result_list").get_by_role("link", name="Aalborg Sensors").first.click()
    expect(page.get_by_text("4 kW, 380 V")).to_be_visible()
    page.get_by_role("link", name="Return …").click()
    page.get_by_label("Why").fill("Say how loud the pump is.")
    press(page, "Return")


def mend_and_hand_in_again(page: Page) -> None:
    page.reload()
    expect(page.get_by_text("Say how loud the pump is.").first).to_be_visible()
    page.get_by_role("link", name="Go on writing").click()
    page.get_by_label("Products on show").fill("Two sensors, and a pump of 60 dB")
    press(page, "Save the draft")
    press(page, "Hand in again")


def accept_with_a_stand(page: Page) -> str:
    page.get_by_role("link", name="Accept …").click()
    check(page)
    page.get_by_label("Zone").select_option(label="B Low-altitude economy")
    stands = page.get_by_label("Stand", exact=False).locator("optgroup[label^='B '] option")
    label = stands.first.inner_text()
    page.get_by_label("Stand", exact=False).select_option(label=label)
    press(page, "Accept")
    return label.split()[0]


def test_an_application_goes_from_the_form_to_the_floor(owner: Page, manager: Page) -> None:
    write_the_form(owner)
    answer_the_questions(owner)
    ask_back(manager)
    mend_and_hand_in_again(owner)
    manager.reload()
    stand = accept_with_a_stand(manager)
    owner.reload()
    expect(owner.get_by_text("You exhibit")).to_be_visible()
    expect(owner.get_by_text(f"Stand {stand} given")).to_be_visible()
    check(owner)
    owner.get_by_role("link", name="Edit your entry").click()
    expect(owner.get_by_label("Area wanted")).to_be_disabled()
    check(owner)
    owner.goto("/en/zones/low-altitude-economy/")
    owner.get_by_role("link", name="Aalborg Sensors").first.click()
    expect(owner.get_by_role("heading", level=1, name="Aalborg Sensors")).to_be_visible()
    leave(owner)


def leave(page: Page) -> None:
    """So that the fair is as it was for the other tests; and the stand is free again."""
    page.goto(f"{DESK}13/withdraw/")
    check(page)
    page.get_by_label("I understand").check()
    press(page, "Withdraw")
    expect(page.get_by_text("Withdrawn. The organizers are told.")).to_be_visible()
