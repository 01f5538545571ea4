"""Where nothing is found, the word that was perhaps meant is offered, and never searched for unasked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from expo import registry
from expo.search import generation
from expo.search.engine import Asked, Engine
from expo.search.nearest import distance, nearest
from expo.search.query import SearchQuery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indexed_fair")]


def meant(typed: str, noun: str = "innovation") -> str:
    opened = generation.opened()
    assert opened is not None
    engine = Engine(opened)

    def has_hits(text: str) -> bool:
        return engine.page(Asked(noun, SearchQuery.parse(text)), offset=0, limit=1).total > 0

    found = nearest(typed, engine, [registry.listings[noun]], has_hits)
    return found.text if found else ""


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("magnet", "magnet", 0), ("magnte", "magnet", 1), ("magnt", "magnet", 1), ("magnett", "magnet", 1),
        ("magnot", "magnet", 1), ("mgante", "magnet", 2), ("agnet", "magnet", 1), ("", "ab", 2),
        ("kitten", "sitting", 3),
    ],
)  # fmt: skip
def test_a_swap_is_one_mistake(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == apart


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("magnte", "magnet"),
        ("Magnte", "magnet"),
        ("dysprosum", "dysprosium"),
        ("dyspprosum", "dysprosium"),
        ("magnet", ""),
        ("mgante", ""),  # two mistakes in a short word
        ("zzzzzz", ""),
        ("xyz", ""),
        ("钕铁朋", ""),
        ("-magnte", ""),
        ("patent:magnte", ""),
    ],
)
def test_the_nearest_word_of_the_records_is_offered(typed: str, offered: str) -> None:
    assert meant(typed) == offered


def test_a_word_that_only_another_noun_has_is_not_offered_here() -> None:
    assert meant("magnte", "innovation")
    assert meant("magnte", "country") == ""


def test_a_listing_without_hits_offers_a_link_that_keeps_the_filters(client: Client) -> None:
    body = client.get(reverse("innovation-list"), {"q": "magnte", "stage": "mature"}).content.decode()
    assert "0 innovations" in body
    assert 'Did you mean <a href="/en/innovations/?q=magnet&amp;stage=mature">magnet</a>?' in body.replace(
        "?stage=mature&amp;q=magnet", "?q=magnet&amp;stage=mature"
    )


def test_nothing_is_offered_where_the_filters_leave_nothing_of_it(client: Client) -> None:
    body = client.get(reverse("innovation-list"), {"q": "magnte", "stage": "early", "trl": "1-3"}).content.decode()
    assert "Did you mean" not in body


def test_the_search_page_offers_it_too_and_shows_no_hits(client: Client) -> None:
    body = client.get(reverse("search"), {"q": "magnte"}).content.decode()
    assert 'Did you mean <a href="/en/search/?q=magnet">magnet</a>?' in body
    assert "<article" not in body
