"""No page asks the database a question that takes longer the more there is.

The work is counted, not timed: the steps SQLite's machine takes for each query of a page, with the demo alone and with
2,000 innovations, their organizations and exhibitors more. PostgreSQL has no such counter; the queries are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from expo.generating import generate
from expo.search import changes, generation, memory
from tests.fair import loaded, public_pages
from tests.steps import counted

MORE = 2_000
# A page has its fixed number of rows, which may be empty with the demo alone and full later.
PAGE_FULL = 4_000
# What may grow, by a part of the query, and why.
MAY_GROW = {
    "sitemap": "a sitemap names every real row, 5,000 a file; machines ask for it, and seldom",
    "/en/countries/": "counts the exhibitors of each country: some thousands at the most",
    'SELECT DISTINCT "expo_organization"."country"': "the countries to choose from, remembered until something changes",
}
# What should not, and still does. Take a line away with the query.
STILL_GROWS: dict[str, str] = {}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sweep,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite's machine"),
]


@pytest.fixture(scope="module")
def steps(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[Counter[str], Counter[str]]]]:
    """By page: the steps of each query with the demo alone, and with more."""
    with pytest.MonkeyPatch.context() as patch, loaded(django_db_blocker):
        patch.setattr("django.conf.settings.SEARCH_INDEX_DIR", tmp_path_factory.mktemp("index"))
        patch.setattr("django.conf.settings.KEEP_PAGES", False)
        changes.rebuild()
        pages = [*public_pages(at_most=2), "/sitemap.xml", "/sitemap-innovation.xml", "/en/news/feed/"]
        pages += [f"/en/innovations/?{query}" for query in ("q=magnet", "q=磁体", "page=2", "sort=newest", "trl=7-9")]
        pages += ["/en/sectors/airspace-services/", "/en/innovations/vacuum-furnace-door-without-water-cooling/"]
        pages += ["/en/search/suggestions/?q=ma", "/api/v1/innovations/", "/api/v1/innovations/?q=magnet"]
        before = visited(pages)
        generate(MORE, seed=1)
        changes.rebuild()
        yield {page: (before[page], after) for page, after in visited(pages).items()}
        generation.forget()


def visited(pages: list[str]) -> dict[str, Counter[str]]:
    """Each page as the first visitor after a change gets it: nothing is remembered."""
    found = {}
    for page in pages:
        memory.forget()
        with transaction.atomic(), counted() as steps:
            assert Client().get(page).status_code == 200, page
        found[page] = steps
    return found


def grown(steps: dict[str, tuple[Counter[str], Counter[str]]]) -> list[str]:
    return [
        f"{page}: {before[query]} steps, with {MORE} innovations more {after[query]}: {query}"
        for page, (before, after) in steps.items()
        for query in after
        if after[query] > 1.5 * before[query] + PAGE_FULL
    ]


def test_no_page_asks_a_question_that_grows(steps: dict[str, tuple[Counter[str], Counter[str]]]) -> None:
    known = (*MAY_GROW, *STILL_GROWS)
    assert [line for line in grown(steps) if not any(part in line for part in known)] == []


def test_what_still_grows_is_named_as_long_as_it_does(
    steps: dict[str, tuple[Counter[str], Counter[str]]],
) -> None:
    lines = grown(steps)
    assert [part for part in STILL_GROWS if not any(part in line for line in lines)] == []
