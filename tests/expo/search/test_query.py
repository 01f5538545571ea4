"""What somebody typed, understood."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expo.search.query import SearchQuery


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", SearchQuery()),
        ("  ", SearchQuery()),
        ("magnet motor", SearchQuery("magnet motor")),
        ('"heavy rare earth" magnet', SearchQuery("magnet", phrases=("heavy rare earth",))),
        ("“重稀土” 磁体", SearchQuery("磁体", phrases=("重稀土",))),
        ('magnet "open end', SearchQuery("magnet", phrases=("open end",))),
        ("magnet -dysprosium", SearchQuery("magnet", without=("dysprosium",))),
        ('magnet -"rare earth"', SearchQuery("magnet", without=("rare earth",))),
        ("Nd-Fe-B", SearchQuery("Nd-Fe-B")),
        ("patent:201610410030.9", SearchQuery(codes=(("patent", "201610410030.9"),))),
        ("ratio:7", SearchQuery("ratio:7")),
        ('- -- ""', SearchQuery()),
        ('" OR 1=1 --', SearchQuery(phrases=(" OR 1=1 --",))),
    ],
)
def test_a_text_is_understood(typed: str, expected: SearchQuery) -> None:
    assert SearchQuery.parse(typed) == expected


def test_a_run_of_han_needs_six_in_ten_of_its_pairs() -> None:
    (need,) = SearchQuery.parse("无重稀土磁体").needs
    assert (len(need.terms), need.least) == (5, 3)


def test_one_character_needs_itself() -> None:
    (need,) = SearchQuery.parse("磁").needs
    assert (need.terms, need.least) == (("磁",), 1)


def test_a_code_needs_all_its_parts_or_the_whole() -> None:
    (need,) = SearchQuery.parse("Nd-Fe-B").needs
    assert (need.terms, need.least, need.whole) == (("nd", "fe", "b"), 3, "ndfeb")


def test_stop_words_ask_for_nothing_unless_they_are_all_there_is() -> None:
    assert [need.raw for need in SearchQuery.parse("the magnet").needs] == ["magnet"]
    assert [need.raw for need in SearchQuery.parse("the").needs] == ["the"]


@given(st.text(max_size=600))
def test_any_text_is_a_query_that_can_be_kept(typed: str) -> None:
    query = SearchQuery.parse(typed)
    assert SearchQuery.from_dict(json.loads(json.dumps(query.to_dict()))) == query
    assert len(query.terms) < 200
