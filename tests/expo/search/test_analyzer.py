"""The same terms for what is stored and for what is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expo.search.analyzer import fold, pinyin_terms, positions, terms, word_terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Magnets", ["magnet"]),
        ("magnetic MAGNETS", ["magnet", "magnet"]),
        ("the magnet of a motor", ["magnet", "motor"]),
        ("\uff2d\uff41\uff47\uff4e\uff45\uff54", ["magnet"]),
        ("café", ["cafe"]),
        ("磁", ["磁"]),
        ("磁体", ["磁", "体", "磁体"]),
        ("無人機", ["无", "人", "机", "无人", "人机"]),
        ("NdFeB磁体", ["ndfeb", "磁", "体", "磁体"]),
        ("Nd-Fe-B", ["nd", "fe", "b", "ndfeb"]),
        ("15-20%", ["15", "20", "1520"]),
        ("TRL 7", ["trl", "7"]),
        ("TRL7", ["trl", "7", "trl7"]),
        ("ZL201610410030.9", ["zl", "201610410030.9", "zl2016104100309"]),
        ("8.0 g/cm³", ["8.0", "g", "cm", "3", "gcm3"]),
        ("don't", ["don", "t", "dont"]),
        ("!?… —", []),
    ],
)
def test_a_text_gives_these_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(("a", "b"), [("無人機", "无人机"), ("ＡＢＣ", "abc"), ("Ⅳ", "iv"), ("é", "e"), ("ß", "ss")])
def test_two_ways_of_writing_fold_into_one(a: str, b: str) -> None:
    assert fold(a) == fold(b)


def test_a_name_is_found_by_its_pinyin() -> None:
    assert "changhong" in pinyin_terms("四川长虹电器")
    assert pinyin_terms("Changhong") == []


def test_positions_follow_the_text() -> None:
    assert positions("无人机 drones") == ["无", "人", "机", "drone"]


def test_a_plain_word_has_no_whole() -> None:
    assert word_terms("magnets") == (("magnet",), "")


@given(st.text(max_size=300))
def test_any_text_gives_terms_that_are_written_without_spaces(text: str) -> None:
    assert all(term and not term.isspace() and " " not in term for term in terms(text))
