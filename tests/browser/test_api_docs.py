"""The page to try the read API on."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import look_over

pytestmark = pytest.mark.browser


def test_the_docs_ask_the_api(page: Page) -> None:
    page.goto("/api/v1/docs/")
    page.locator("#product_list summary").click()
    assert look_over(page) == []
    page.fill("#product_list-page_size", "1")
    page.click("#product_list button")
    page.wait_for_url("**/api/v1/products/?**")
    assert len(json.loads(page.inner_text("body"))["results"]) == 1


def test_the_docs_ask_without_scripts(page_without_scripts: Page) -> None:
    page_without_scripts.goto("/api/v1/docs/")
    page_without_scripts.locator("#figure_list summary").click()
    page_without_scripts.click("#figure_list button")
    assert '"results"' in page_without_scripts.inner_text("body")
