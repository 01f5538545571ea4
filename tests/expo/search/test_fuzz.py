"""Nothing anybody types or links to breaks a page: HTML answers 200, the API 200, 400 or 410."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expo import registry
from expo.search import generation

pytestmark = [pytest.mark.django_db, pytest.mark.sweep, pytest.mark.usefixtures("whole_fair")]
BOUNDED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
NASTY = (
    "", "m", "磁", "磁体", "magnet", '" OR 1=1 --', "'; DROP TABLE expo_innovation; --", '"unbalanced', '""', "-", "--",
    "-magnet", 'patent:"', "stand:A101", "code:", "code:x", "field:value", "\U0001f9f2\U0001f681",
    "\u0645\u063a\u0646\u0627\u0637\u064a\u0633 \u062f\u0627\u0626\u0645", "\u202edellor", "\x00nul\x07", "%", "%%%",
    "_", "a" * 10_000, "磁" * 5_000, "the of and", "AND OR NOT", "*", "mag*", "magnet~2", "(magnet", "[1 TO 2]", "{x}",
    "\\", "Nd-Fe-B", "15-20%", "TRL 7", "1e309", "-0", "NaN", "Ⅷ", "ﬁeld", "ß", "９", "ａｂｃ", "a\u0301" * 50,
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=60), st.lists(st.sampled_from(NASTY), max_size=4).map(" ".join)
)
NUMBERS = ("0", "-1", "1", "999999999999999999999", "1e9", "NaN", "Infinity", "1.5", "١", "", "x", "10 ** 9")
NOUNS = list(registry.listings)


def parameters(noun: str) -> list[str]:
    names = list(registry.listings[noun].filterset.base_filters)
    return [
        *names,
        "page",
        "at",
        "unknown",
        "item",
        "cursor",
        "fields",
        "lang",
        "facets",
        "page_size",
        "q[]",
        "sort",
        "",
    ]


VALUES = st.one_of(
    TEXTS, st.sampled_from(NUMBERS), st.sampled_from(["none", "A", "7-9", "newest", "relevance", "title", "en", "*"])
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, str]:
    noun = draw(st.sampled_from(NOUNS))
    pairs = draw(st.lists(st.tuples(st.sampled_from(parameters(noun)), VALUES), max_size=6))
    return noun, urlencode([("q", draw(TEXTS)), *pairs])


@pytest.fixture(params=[True, False], ids=["index", "database"])
def client(request: pytest.FixtureRequest, folder: Path, client: Client) -> Iterator[Client]:
    with override_settings(
        SEARCH_INDEX_DIR=folder if request.param else folder / "none", API_REQUESTS_PER_MINUTE=10**6
    ):
        generation.beat()
        yield client


@BOUNDED
@given(question=questions())
def test_every_address_of_a_listing_gives_a_page(client: Client, question: tuple[str, str]) -> None:
    noun, query = question
    address = reverse(registry.listings[noun].url_name)
    for headers in ({}, {"HX-Request": "true"}):
        assert client.get(f"{address}?{query}", headers=headers).status_code == 200


@BOUNDED
@given(text=TEXTS, noun=st.sampled_from([*NOUNS, "nonsense", ""]))
def test_every_text_gives_a_search_page_and_suggestions(client: Client, text: str, noun: str) -> None:
    assert client.get(reverse("search"), {"q": text}).status_code == 200
    assert client.get(reverse("search-suggestions"), {"q": text, "noun": noun}).status_code == 200


@BOUNDED
@given(question=questions())
def test_the_api_understands_or_names_what_it_does_not(client: Client, question: tuple[str, str]) -> None:
    noun, query = question
    word = reverse(registry.listings[noun].url_name).split("/")[2]
    answer = client.get(f"/api/v1/{word}/?{query}")
    assert answer.status_code in (200, 400, 410)
    if answer.status_code == 400:
        assert all(error["parameter"] is not None and error["message"] for error in answer.json()["errors"])


@BOUNDED
@given(items=st.lists(st.one_of(TEXTS, st.sampled_from(["x", "magnet-without-heavy-rare-earths"])), max_size=8))
@pytest.mark.parametrize("noun", ["innovation", "product"])
def test_every_choice_of_records_gives_a_comparison(client: Client, noun: str, items: list[str]) -> None:
    assert client.get(reverse(f"{noun}-compare"), {"item": items, "only": items}).status_code == 200


def test_a_page_beyond_the_last_one_is_the_first_one(client: Client) -> None:
    for page in (10**9, -1, 0, "x", "1e3"):
        answer = client.get(reverse("innovation-list"), {"page": page})
        assert answer.status_code == 200
        assert f"page={page}" in answer.content.decode()
