"""Every page of the workspace and of a person's own account: for everybody, in both languages and both themes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from django.utils.translation import override
from playwright.sync_api import Browser, Page

from expo.permission_table import rows
from tests.browser.conftest import (
    NARROW,
    PASSWORD,
    PHONE,
    ROOT,
    STILL,
    WIDE,
    Witness,
    barriers,
    in_own_window,
    sign_in,
    wide_parts,
)

pytestmark = pytest.mark.browser
KEEPER = "keeper@example.org"
HOUSE = "/en/work/tangli-sensors/"
# Everything that can wait for somebody: a colleague, an invitation, a question each way, a draft, a change, a picture.
KEPT = f"""
from django.contrib.contenttypes.models import ContentType
from expo.enquiries import ask, confirm
from expo.models import *
from expo.people.consents import agree
from expo.people.joining import request_to_join
from expo.people.membership import invite
from expo.people.signing_in import vouch_for
from expo.visits import begin
house = Organization.objects.get(slug="tangli-sensors")
keeper, other = (User.objects.create_user(email, {PASSWORD!r}, name=name, language="en")
                 for email, name in (({KEEPER!r}, "Kaisa Koski"), ("asks@example.org", "Who Asks")))
for user in (keeper, other):
    vouch_for(user)
    agree(user)
Membership.objects.create(organization=house, user=keeper, role="owner")
request_to_join(house, user=other, message="I start next month.")
invite(house, email="new@example.org", role="editor", by=keeper)
words = dict(text="What does it cost?", language="en")
confirm(ask(house.exhibitors.get(edition__is_current=True), sender=other, name=other.name, email=other.email, **words))
elsewhere = Exhibitor.objects.public().exclude(organization=house).first()
confirm(ask(elsewhere, sender=keeper, name=keeper.name, email=keeper.email, **words))
Innovation.objects.filter(organizations=house).first().save()
Webhook.objects.create(organization=house, url="https://hooks.example.org/", events=["match.new"], created_by=keeper)
"""
STARTS = (
    HOUSE, "/en/my/", "/en/my/settings/", "/en/my/notices/", "/en/my/notices/settings/", "/en/my/enquiries/",
    "/en/my/data/", "/en/my/delete/", "/en/accounts/email/", "/en/accounts/password/change/", "/en/accounts/2fa/",
    "/en/accounts/2fa/totp/activate/", "/en/accounts/2fa/webauthn/", "/en/accounts/2fa/webauthn/add/",
    "/en/accounts/2fa/recovery-codes/generate/", "/en/accounts/sessions/", "/en/accounts/reauthenticate/",
    "/en/accounts/logout/", "/en/organizations/new/", "/en/organizations/jichuan-university/join/", "/en/visits/",
    "/en/privacy/", "/en/my/searches/new/innovation/",
    *(f"{HOUSE}{noun}/new/" for noun in ("innovations", "products", "instruments", "demands")),
)  # fmt: skip
OURS = ("/en/work/", "/en/my/", "/en/accounts/", "/en/enquiries/", "/en/visits/")
# Answered by another page, or shown only at a step that a story of its own goes through.
ELSEWHERE = {
    "account_confirm_login_code", "account_email_verification_sent", "account_set_password", "account_inactive",
    "account_login", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "enquiry-sent", "enquiry-thread", "enquiry-new", "own-act", "application-edit",
    "application-questions", "application-withdraw",
}  # fmt: skip


@pytest.fixture(scope="module")
def keeper_is_there(fair_url: str, fair_folder: Path) -> None:
    places = {"VAR_DIR": str(fair_folder), "DATABASE_URL": f"sqlite:///{fair_folder}/fair.sqlite3", "DEBUG": "1"}
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", KEPT]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **places, "FIND_REPEATED_QUERIES": "0"}, check=True)


def name_of(path: str) -> tuple[str, str]:
    """What stands at an address, one for each noun."""
    try:
        found = resolve(path)
    except Resolver404:
        return "", ""
    return found.view_name, str(found.kwargs.get("noun", ""))


def walked(page: Page) -> dict[tuple[str, str], str]:
    """One address for each page that can be reached by links."""
    known: dict[tuple[str, str], str] = {}
    waiting = list(STARTS)
    while waiting:
        path = waiting.pop(0)
        name = name_of(path)
        if name in known or not name[0]:
            continue
        answer = page.request.get(path)
        is_page = answer.status == 200 and "html" in answer.headers["content-type"]
        if not is_page or name_of(urlsplit(answer.url).path) != name:
            continue
        known[name] = path
        waiting += [link for link in re.findall(r'href="(/en/[^"#?]*)', answer.text()) if link.startswith(OURS)]
    return known


def looked_at(page: Page, path: str) -> list[str]:
    """In English by day on a wide screen, in Chinese by night on a phone; at last what sticks out of a narrow one."""
    found = []
    for language, scheme, width in (("/en/", "light", WIDE), ("/zh-hans/", "dark", PHONE)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(path.replace("/en/", language, 1))
        found += [f"{page.url}, {scheme}: {barrier}" for barrier in barriers(page)]
    page.emulate_media(color_scheme="light")
    page.evaluate(STILL)
    found += [f"{page.url}, light: {barrier}" for barrier in barriers(page, only="color-contrast")]
    page.set_viewport_size({"width": NARROW, "height": 900})
    return found + [f"{page.url}: {part}" for part in wide_parts(page)]


def test_every_page_of_the_workspace_is_open_to_everybody(
    chromium: Browser, fair_url: str, witness: Witness, keeper_is_there: None
) -> None:
    with in_own_window(chromium, fair_url, witness) as page, override("en"):
        sign_in(page, KEEPER, "/en/accounts/login/")
        pages = walked(page)
        shown = {row.name.partition("@")[0] for row in rows() if row.method == "GET" and row.answers["owner"] == "200"}
        kinds = ("work-", "own-", "application-", "my-", "notice-", "enquiry-", "account_", "mfa_")
        asked = {name for name, _noun in pages}
        assert {name for name in shown if name.startswith(kinds)} - asked - ELSEWHERE == set()
        found = []
        for path in pages.values():
            found += looked_at(page, path)
        assert not found, "\n".join(found)
