"""The index gives what the database gives, and finds what people type."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from expo import registry
from expo.models import Holding, Innovation
from expo.search import generation, index
from expo.search.answers import asked_of
from expo.search.counting import number_of
from expo.search.engine import Asked, Engine
from expo.search.facets import AskedFacet
from expo.search.page import ListingPage
from expo.search.query import SearchQuery
from expo.search.schema import indexed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indexed_fair")]
NOUNS = [listing.noun for listing in indexed()]


def engine() -> Engine:
    opened = generation.opened()
    assert opened is not None
    return Engine(opened)


def titles(noun: str, typed: str) -> list[str]:
    found = engine().page(Asked(noun, SearchQuery.parse(typed)), offset=0, limit=50)
    rows = registry.listings[noun].model._base_manager.in_bulk(found.keys)
    return [str(rows[key]) for key in found.keys]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_order_is_the_databases(noun: str) -> None:
    listing = registry.listings[noun]
    for name in listing.filterset.SORTS:
        filterset = listing.filterset(QueryDict(f"sort={name}"), listing.queryset())
        found = engine().page(asked_of(listing, filterset), offset=0, limit=1000)
        assert found.keys == list(filterset.rows().values_list("pk", flat=True)), name


@pytest.mark.parametrize("noun", NOUNS)
def test_every_count_is_the_databases(noun: str) -> None:
    """Without a choice, and with the first value of each facet chosen."""
    listing = registry.listings[noun]
    plain = listing.filterset(QueryDict(), listing.queryset())
    queries = [""]
    queries += [f"{name}={facet.loaded[0].value}" for name, facet in plain.facet_filters().items() if facet.loaded]
    for query in queries:
        filterset = listing.filterset(QueryDict(query), listing.queryset())
        names = [name for name, facet in filterset.facet_filters().items() if not isinstance(facet, AskedFacet)]
        counted = engine().counts(asked_of(listing, filterset), names)
        for name in names:
            expected = filterset.facet_filters()[name].count(filterset.rows(without=name))
            assert counted[name] == {value: n for value, n in expected.items() if n}, (query, name)
        assert engine().page(asked_of(listing, filterset), offset=0, limit=1).total == filterset.rows().count()


@pytest.mark.parametrize(
    "query", ["price_min=100", "price_max=5000", "price_min=10&price_max=100000&sort=price", "price_min=0.01"]
)
def test_a_range_of_prices_is_the_databases(query: str) -> None:
    listing = registry.listings["product"]
    filterset = listing.filterset(QueryDict(query), listing.queryset())
    found = engine().page(asked_of(listing, filterset), offset=0, limit=1000)
    assert sorted(found.keys) == sorted(filterset.rows().values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("magnets", "Heavy-rare-earth-free NdFeB magnet"),
        ("稀土", "Heavy-rare-earth-free NdFeB magnet"),
        ("changhong", "e-Flash radiotherapy device"),
        ("Nd-Fe-B", "Heavy-rare-earth-free NdFeB magnet"),
        ("ndfeb", "Heavy-rare-earth-free NdFeB magnet"),
        ('"heavy rare earth"', "Heavy-rare-earth-free NdFeB magnet"),
        ("釹鐵硼", "Heavy-rare-earth-free NdFeB magnet"),
    ],
)
def test_what_people_type_finds_it(typed: str, title: str) -> None:
    assert title in titles("innovation", typed)


def test_a_word_left_out_is_in_no_hit() -> None:
    with_it, without = titles("innovation", "magnet"), titles("innovation", "magnet -dysprosium")
    assert set(without) < set(with_it)
    assert not [title for title in without if "dysprosium" in title]


def test_under_five_hits_any_word_will_do_and_the_page_says_so(client: Client) -> None:
    body = client.get(reverse("innovation-list"), {"q": "radiotherapy device"}).content.decode()
    assert "Few have all of your words" in body
    assert "e-Flash radiotherapy device" in body


def test_a_text_is_answered_by_relevance_unless_another_order_is_chosen() -> None:
    listing = registry.listings["innovation"]
    best = ListingPage(listing, QueryDict("q=magnet"), "/")
    assert best.sort == "relevance"
    newest = ListingPage(listing, QueryDict("q=magnet&sort=title"), "/")
    assert [row.slug for row in newest.rows] == sorted(row.slug for row in newest.rows)
    assert {row.pk for row in newest.rows} == {row.pk for row in best.rows}


def test_pages_follow_each_other_without_gap_or_double() -> None:
    listing = registry.listings["innovation"]
    seen: list[int] = []
    for number in range(1, 6):
        page = ListingPage(listing, QueryDict(f"page={number}"), "/")
        seen += [row.pk for row in page.rows]
    assert seen[: page.total] == list(
        listing.filterset(QueryDict(), listing.queryset()).rows().values_list("pk", flat=True)
    )


@pytest.mark.parametrize(
    "typed", ["", "x" * 10_000, "🧲", '" OR 1=1 --', '"', "-", "a", "磁", "\u202eabc", "NULL", "*"]
)
def test_no_text_breaks_a_page(client: Client, typed: str) -> None:
    assert client.get(reverse("innovation-list"), {"q": typed}).status_code == 200
    assert client.get(reverse("search"), {"q": typed}).status_code == 200


def test_what_was_taken_back_a_moment_ago_is_not_shown() -> None:
    listing = registry.listings["innovation"]
    first = ListingPage(listing, QueryDict(), "/").rows[0]
    Innovation.objects.filter(pk=first.pk).update(state="withdrawn")
    assert first.pk not in [row.pk for row in ListingPage(listing, QueryDict(), "/").rows]


def test_without_an_index_the_database_answers(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "none"
    page = ListingPage(registry.listings["innovation"], QueryDict("q=magnet"), "/")
    assert page.total > 0
    assert not page.answers.relaxed


def test_a_phrase_ends_with_its_column() -> None:
    row = Innovation.objects.published().first()
    assert row is not None
    Innovation.objects.filter(pk=row.pk).update(claim_en="It holds a kumquat", abstract_en="Papaya is what it cuts.")
    index.write([("innovation", row.pk)])
    assert titles("innovation", '"a kumquat"') == [str(row)]
    assert titles("innovation", '"kumquat papaya"') == []


def test_small_words_are_found_too() -> None:
    row = Innovation.objects.published().first()
    assert row is not None
    Innovation.objects.filter(pk=row.pk).update(claim_en="State of the art for the IT of a kumquat", title_en="Kumquat")
    index.write([("innovation", row.pk)])
    row.refresh_from_db()
    assert titles("innovation", "state-of-the-art kumquat") == [str(row)]
    assert str(row) in titles("innovation", "IT")


def test_of_organizations_only_the_chosen_one_is_counted() -> None:
    listing = registry.listings["innovation"]
    row = Holding.objects.filter(innovation__in=listing.queryset()).select_related("organization").first()
    assert row is not None
    filterset = listing.filterset(QueryDict(f"organization={row.organization.slug}"), listing.queryset())
    counted = engine().counts(asked_of(listing, filterset), ["organization"])
    assert counted == {"organization": {row.organization.slug: filterset.rows().count()}}


def test_counts_of_everything_follow_a_change() -> None:
    everything = Asked("innovation", SearchQuery())
    row = Innovation.objects.published().exclude(stage="mature").first()
    assert row is not None
    before = engine().counts(everything, ["stage"])["stage"]
    Innovation.objects.filter(pk=row.pk).update(stage="mature")
    index.write([("innovation", row.pk)])
    after = engine().counts(everything, ["stage"])["stage"]
    assert after["mature"] == before.get("mature", 0) + 1


@pytest.mark.parametrize("typed", ["航天电子", "医疗设备", "电磁材料研究", "高温超导磁体电机", "radiotherapy device"])
def test_any_word_will_do_within_a_facet_as_without_it(typed: str) -> None:
    query, asked = SearchQuery.parse(typed), engine()

    def keys(**facets: list[str]) -> set[int]:
        return set(asked._page(Asked("innovation", query, facets=facets), True, 0, 1000).keys)

    stages = list(asked.counts(Asked("innovation", SearchQuery()), ["stage"])["stage"])
    within = [keys(stage=[stage]) for stage in stages]
    assert set().union(*within) == keys()
    assert sum(map(len, within)) == len(keys())


@pytest.mark.parametrize("least", [1, 2, 3, 4, 5])
def test_enough_of_some_terms_is_the_same_by_every_way(least: int) -> None:
    asked = engine()
    queries = [asked.term(character) for character in "电子材料能"]
    plain = asked.t.Query.boolean_query([(asked.t.Occur.Should, query) for query in queries], least)
    ways = (asked.any_of(queries, least), asked.any_of(asked.nested(queries, least)))
    numbers = {number_of(asked, query) for query in (plain, *ways)}
    assert len(numbers) == 1
