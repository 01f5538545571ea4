"""A hit shows the sentence in which the asked words stand, when its card does not."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from expo import registry
from expo.search.highlight import snippet, snippets
from expo.search.query import SearchQuery
from expo.search.spots import Wanted, spots
from tests.factories import make_demand, make_innovation

SHOWN = ("title", "claim")


def marked_in(text: str, typed: str) -> list[str]:
    return [text[spot.start : spot.end] for spot in spots(text, Wanted.of(SearchQuery.parse(typed)))]


def told(typed: str, language: str = "en", **texts: str) -> str:
    return str(snippet(texts, Wanted.of(SearchQuery.parse(typed)), language, SHOWN))


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("It is coated, and the coatings hold.", "coating", ["coated", "coatings"]),
        ("Cities and a city", "city", ["Cities", "city"]),
        ("MAGNET and Magnetic", "magnets", ["MAGNET", "Magnetic"]),
        ("an image of a magnet", "mag", []),
        ("Nd-Fe-B powder", "ndfeb", ["Nd-Fe-B"]),
        ("NdFeB powder", "Nd-Fe-B", ["NdFeB"]),
        ("heavy-rare-earth-free", "rare earth", ["rare", "earth"]),
        ("made at TRL7 for 15kW", "trl 15 kw", ["TRL", "15", "kW"]),
        ("15-20% less", "15-20%", ["15-20"]),
        ("Café au lait", "cafe", ["Café"]),
        ("Cafe\u0301 au lait", "café", ["Cafe\u0301"]),
        ("ＮｄＦｅＢ ｐｏｗｄｅｒ", "ndfeb", ["ＮｄＦｅＢ"]),
        ("釹鐵硼磁性材料", "钕铁硼", ["釹鐵", "鐵硼"]),
        ("钕铁硼磁性材料", "釹鐵硼", ["钕铁", "铁硼"]),
        ("用于钢和不锈钢", "钢", ["钢", "钢"]),
        ("钕铁硼magnet材料", "magnet", ["magnet"]),
        ("the straße", "strasse", ["straße"]),
        ("of the earth", "the earth", ["earth"]),
        ("the company's ﬁlms", "company film", ["company", "ﬁlms"]),
        ("😀 magnet 😀", "magnet", ["magnet"]),
        ("", "magnet", []),
    ],
)
def test_the_asked_words_are_found_as_they_are_written(text: str, typed: str, marked: list[str]) -> None:
    assert marked_in(text, typed) == marked


def test_what_the_card_shows_needs_no_sentence() -> None:
    assert told("magnet", title_en="A magnet", abstract_en="The magnet is new.") == ""
    assert told("magnet", title_en="A motor", claim_en="With magnets", abstract_en="The magnet is new.") == ""
    assert "<mark>magnet</mark>" in told("magnet", title_en="A motor", abstract_en="The magnet is new.")


def test_the_sentence_with_the_most_asked_words_is_told() -> None:
    text = "Steel is cheap. It holds oil, and gas. Long text follows. " + "More and more. " * 20
    text += "Steel pipes carry oil under water."
    assert told("steel oil water", abstract_en=text) == (
        "<mark>Steel</mark> pipes carry <mark>oil</mark> under <mark>water</mark>."
    )


def test_the_page_language_comes_first_and_the_other_one_says_so() -> None:
    both = {"abstract_en": "The magnet is new.", "abstract_zh": "这种magnet是新的。"}
    assert told("magnet", "en", **both) == "The <mark>magnet</mark> is new."
    assert told("magnet", "zh-hans", **both) == "这种<mark>magnet</mark>是新的。"
    assert told("magnet", "zh-hans", title_en="A magnet", title_zh="磁体") == (
        '<span lang="en">A <mark>magnet</mark></span>'
    )
    assert told("磁体", "en", title_en="A magnet", title_zh="新磁体") == (
        '<span lang="zh-Hans">新<mark>磁体</mark></span>'
    )


@pytest.mark.parametrize("word", ["magnet", "磁体"])
def test_a_long_sentence_is_cut_between_words(word: str) -> None:
    text = "alpha beta gamma " * 40 + word + " delta epsilon" * 40
    found = told(word, abstract_en=text)
    plain = re.sub(r"</?mark>", "", found)
    assert f"<mark>{word}</mark>" in found
    assert plain.startswith("…")
    assert plain.endswith("…")
    assert len(plain) <= 165
    assert set(plain.strip("…").split()) <= {"alpha", "beta", "gamma", "delta", "epsilon", word}


def test_a_chinese_sentence_is_half_as_long() -> None:
    found = told("磁体", "zh-hans", abstract_zh="这是一段很长的中文说明" * 20 + "新型磁体" + "用于各种设备的制造" * 20)
    assert len(re.sub(r"</?mark>", "", found)) <= 85
    assert "<mark>磁体</mark>" in found


def test_markup_in_a_text_stays_text() -> None:
    found = told("magnet", abstract_en="<script>alert(1)</script> & <b>magnet</b>")
    assert found == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;<mark>magnet</mark>&lt;/b&gt;"


def test_a_synonym_is_marked_where_it_stands_for_the_word() -> None:
    wanted = Wanted.of(SearchQuery.parse("drone"), [("drone", ("无人机", "unmanned aircraft", "UAV"))])
    found = {"Two unmanned aircrafts": "unmanned aircrafts", "一架无人机起飞": "无人机", "a uav.": "uav", "guava": ""}
    for text, expected in found.items():
        assert "".join(text[spot.start : spot.end] for spot in spots(text, wanted)) == expected
    assert snippet({"title_en": "A UAV", "abstract_en": "This drone flies."}, wanted, "en", SHOWN) == ""


@pytest.mark.django_db
def test_a_page_of_hits_asks_the_database_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = [make_innovation(abstract_en=f"Number {i} is coated.") for i in range(5)]
    with django_assert_num_queries(1):
        found = snippets(registry.listings["innovation"], [row.pk for row in rows], SearchQuery.parse("coating"), "en")
    assert len(found) == 5
    assert found[rows[3].pk] == "Number 3 is <mark>coated</mark>."


@pytest.mark.django_db
def test_what_is_not_public_is_not_told() -> None:
    """Whoever asks for its key: neither a draft, nor the confidential texts of what is public."""
    query = SearchQuery.parse("coating")
    secret = make_demand(confidentiality="nda_only", problem_en="Our coating fails.", situation_zh="coating")
    open_one = make_demand(confidentiality="public", problem_en="Our coating fails.")
    found = snippets(registry.listings["demand"], [secret.pk, open_one.pk], query, "en")
    assert found == {open_one.pk: "Our <mark>coating</mark> fails."}
    hidden = make_innovation(state="draft", abstract_en="It is coated.")
    listing = registry.listings["innovation"]
    assert snippets(listing, [hidden.pk], SearchQuery.parse("coating"), "en") == {}


@pytest.mark.django_db
def test_a_listing_shows_the_sentence_below_the_card(client: Client) -> None:
    make_innovation(title_en="A wheel", title_zh="轮", abstract_en="It is coated twice.", state="published")
    make_innovation(title_en="A coating", title_zh="涂层", abstract_en="The coating lasts.", state="published")
    with override("en"):
        body = client.get(reverse("innovation-list"), {"q": "coat"}).content.decode()
    assert body.count('class="found"') == 1
    assert "It is <mark>coated</mark> twice." in body
