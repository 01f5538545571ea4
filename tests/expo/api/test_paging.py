"""A cursor walks over every row exactly once, whatever is equal and whatever changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from expo.models import Product
from expo.search import index
from tests.expo.api.conftest import Ask
from tests.factories import make_organization, make_product, make_sector

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["database", "index"])
def shelf(request: pytest.FixtureRequest) -> list[str]:
    """Twenty-three products that no order tells apart but by their slug."""
    firm, field = make_organization(), make_sector()
    rows = [make_product(organization=firm, sector=field, price=5, title_en="Same thing") for _i in range(23)]
    if request.param == "index":
        index.rebuild()
    return [row.slug for row in rows]


def pages(ask: Ask, path: str, **query: Any) -> Iterator[list[str]]:
    url: str | None = path
    while url:
        told = ask(url, **query)
        url, query = told["next"], {}
        yield [row["slug"] for row in told["results"]]


@pytest.mark.parametrize("query", [{}, {"sort": "price"}, {"sort": "newest"}, {"q": "same"}, {"price_min": "1"}])
def test_a_cursor_walks_over_every_row_exactly_once(ask: Ask, shelf: list[str], query: dict[str, str]) -> None:
    walked = [slug for page in pages(ask, "products/", page_size=5, **query) for slug in page]
    assert len(walked) == len(shelf)
    assert set(walked) == set(shelf)


def test_the_newest_come_first(ask: Ask, shelf: list[str]) -> None:
    assert [slug for page in pages(ask, "products/", page_size=10) for slug in page] == shelf[::-1]


def test_a_walk_is_not_disturbed_by_what_is_added_and_taken_away(ask: Ask, shelf: list[str]) -> None:
    walk = pages(ask, "products/", page_size=10)
    seen = next(walk)
    make_product()
    Product.objects.filter(slug=seen[0]).update(state="paused")
    if index.state():
        index.rebuild()
    assert seen + [slug for page in walk for slug in page] == shelf[::-1]


def test_an_order_that_has_changed_is_not_continued(ask: Ask, shelf: list[str]) -> None:
    told = ask("products/", sort="price", page_size=5)
    if index.state() is None:
        return
    index.rebuild()
    assert ask(told["next"], status=410)["errors"][0]["parameter"] == "cursor"


def test_a_cursor_belongs_to_its_question(ask: Ask, shelf: list[str]) -> None:
    cursor = ask("products/", page_size=5)["next"].partition("cursor=")[2].replace("%3A", ":")
    assert ask("products/", page_size=3, cursor=cursor)["count"] == 23
    for other in ({"sort": "price"}, {"q": "same"}, {"price_min": "1"}):
        assert ask("products/", status=400, cursor=cursor, **other)["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize("cursor", ["1", "x:y", "W3RydWUsIiIsMCwxXQ:forged", "\N{SNOWMAN}", "🦀" * 300])
def test_a_made_up_cursor_is_refused(ask: Ask, cursor: str) -> None:
    assert ask("products/", status=400, cursor=cursor)["errors"][0]["parameter"] == "cursor"
