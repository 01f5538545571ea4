"""How somebody without an account comes in: by the form, and by the code that waits in the outbox."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import press

NEW_PASSWORD = "otter piano cobalt"
LAST = 'SELECT text FROM expo_outboxmail WHERE "to" = ? ORDER BY id DESC LIMIT 1'


def last_mail(folder: Path, address: str) -> str:
    """The words of the latest mail to an address. No worker runs here, so that none has left."""
    with closing(sqlite3.connect(f"file:{folder}/fair.sqlite3?mode=ro", uri=True)) as database:
        row = database.execute(LAST, [address]).fetchone()
    assert row, f"no mail to {address}"
    return str(row[0])


def sign_up(page: Page, folder: Path, *, name: str, email: str) -> None:
    """Fill in the form that is open, and prove the address by the code of the mail."""
    for field, words in {"name": name, "email": email, "password1": NEW_PASSWORD}.items():
        page.locator(f"main [name={field}]").fill(words)
    page.locator("main [name=privacy]").check()
    press(page, "Sign up")
    expect(page.get_by_text(email)).to_be_visible()
    code = re.search(r"^([A-Z0-9-]{6,9})$", last_mail(folder, email), re.MULTILINE)
    assert code, "no code in the mail"
    page.locator("main [name=code]").fill(code[1])
    page.locator("main form [type=submit]:not([formnovalidate])").first.click()
