"""While somebody types, records whose title begins so are offered, by noun; with an index and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from expo.models import Innovation
from expo.search.everywhere import everywhere, found_everywhere
from expo.search.suggestions import MOST, OF_A_NOUN, suggestions
from expo.search.surface import title_words, typed_pieces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indexed_fair")]
ADDRESS = "/en/search/suggestions/"


@pytest.fixture
def _without_index(indexed_fair: None, settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "none"


def titles(typed: str) -> list[str]:
    return [str(row.title) for group in suggestions(typed, everywhere()) for row in group.rows]


def test_titles_are_kept_as_they_are_written() -> None:
    words = title_words("Nd-Fe-B magnets\n钕铁硼")
    assert [word for word in words if word != "\x1f"] == ["nd", "fe", "b", "magnets", "^nd", "钕", "铁", "硼", "^钕"]
    assert typed_pieces("釹鐵 Mag") == [("钕", "铁"), ("mag",)]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("heavy", "Heavy-rare-earth-free NdFeB magnet"),
        ("HEAVY-ra", "Heavy-rare-earth-free NdFeB magnet"),
        ("magn", "Heavy-rare-earth-free NdFeB magnet"),
        ("ndfeb mag", "Heavy-rare-earth-free NdFeB magnet"),
        ("钕", "Heavy-rare-earth-free NdFeB magnet"),
        ("釹鐵", "Heavy-rare-earth-free NdFeB magnet"),
        ("nvtie", "Heavy-rare-earth-free NdFeB magnet"),
        ("nv tie peng", "Heavy-rare-earth-free NdFeB magnet"),
    ],
)
def test_what_is_typed_so_far_finds_the_title(typed: str, title: str) -> None:
    assert title in titles(typed)


@pytest.mark.parametrize("typed", ["", " ", "-", '"', "zzzz", "heavy ", "\x00", "😀", "a" * 500, "钕钕钕钕"])
def test_odd_beginnings_find_little_and_break_nothing(typed: str, client: Client) -> None:
    assert len(titles(typed)) <= MOST
    assert client.get(ADDRESS, {"q": typed}).status_code == 200


def test_a_word_is_whole_once_a_space_follows() -> None:
    assert "Heavy-rare-earth-free NdFeB magnet" in titles("magne")
    assert "Heavy-rare-earth-free NdFeB magnet" not in titles("magne ")


def test_those_that_begin_with_it_come_first() -> None:
    groups = suggestions("mag", everywhere())
    begins = [all(str(row.title).lower().startswith("mag") for row in group.rows) for group in groups]
    assert begins == sorted(begins, reverse=True)
    assert begins[0]


def test_there_are_few_and_of_every_noun() -> None:
    groups = suggestions("m", everywhere())
    assert sum(len(group.rows) for group in groups) == MOST
    assert max(len(group.rows) for group in groups) <= OF_A_NOUN
    assert len(groups) > 2


def test_a_title_of_the_other_language_stands_beside_the_page_s() -> None:
    found = {str(row.title): str(row.other) for group in suggestions("钕铁", everywhere()) for row in group.rows}
    assert "钕铁硼" in found["Heavy-rare-earth-free NdFeB magnet"]
    with override("zh-hans"):
        assert not any(row.other for group in suggestions("钕铁", everywhere()) for row in group.rows)


def test_a_record_taken_back_is_offered_no_more() -> None:
    """At once: the index may be seconds behind."""
    assert "Heavy-rare-earth-free NdFeB magnet" in titles("heavy")
    Innovation.objects.filter(slug="heavy-rare-earth-free-ndfeb-magnet").update(state="withdrawn")
    assert "Heavy-rare-earth-free NdFeB magnet" not in titles("heavy")


def test_the_answer_is_a_fragment_without_a_session(client: Client) -> None:
    response = client.get(ADDRESS, {"q": "magn"})
    body = response.content.decode()
    assert 'role="option"' in body
    assert 'href="/en/innovations/heavy-rare-earth-free-ndfeb-magnet/"' in body
    assert 'href="/en/search/?q=magn"' in body
    assert "<html" not in body
    assert response["Cache-Control"] == "no-cache"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_markup_that_is_typed_stays_text(client: Client) -> None:
    body = client.get(ADDRESS, {"q": '<b>"&'}).content.decode()
    assert "<b>" not in body
    assert "&lt;b&gt;" in body


def test_a_listing_s_box_offers_its_own_noun(client: Client) -> None:
    body = client.get(ADDRESS, {"q": "m", "noun": "product"}).content.decode()
    assert "/en/products/" in body
    assert "/en/innovations/" not in body
    assert "/en/innovations/" in client.get(ADDRESS, {"q": "m", "noun": "nothing"}).content.decode()


def test_it_asks_the_database_once_a_noun(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(len(suggestions("mag", everywhere()))):
        suggestions("mag", everywhere())


@pytest.mark.usefixtures("_without_index")
def test_without_an_index_the_database_answers() -> None:
    assert "Heavy-rare-earth-free NdFeB magnet" in titles("heavy-ra")
    assert len(titles("m")) <= MOST


# ------------------------------------------------------------------ the search page
def test_groups_of_the_menu_stand_first_and_every_group_counts() -> None:
    result = found_everywhere("magnet")
    assert result.total == sum(group.total for group in result.groups)
    assert all(0 < len(group.keys) <= 4 for group in result.groups)
    in_menu = [bool(group.listing.menu) for group in result.groups]
    assert in_menu == sorted(in_menu, reverse=True)
    assert {True, False} == set(in_menu)
    assert not result.relaxed


def test_with_few_hits_in_all_any_word_will_do(client: Client) -> None:
    assert found_everywhere("radiotherapy zzzz").relaxed
    body = client.get(reverse("search"), {"q": "radiotherapy zzzz"}).content.decode()
    assert "Few have all of your words" in body


def test_the_start_says_what_can_be_searched(client: Client) -> None:
    body = client.get(reverse("search")).content.decode()
    assert "What can be searched" in body
    assert "autofocus" in body
    places = {place.listing.noun: place.total for place in found_everywhere("  ").places}
    assert places["innovation"] == Innovation.objects.public().count()


@pytest.mark.usefixtures("_without_index")
def test_the_search_page_answers_without_an_index() -> None:
    result = found_everywhere("magnet")
    assert result.groups
    assert result.nearest is None
    assert all(place.total is None for place in found_everywhere("").places)
