"""Text to terms, the same for what is stored and what is asked for: pure, no database, no settings.

Han runs become single characters and pairs; Latin words become their English stems; codes keep their parts and are
written together too, so that `Nd-Fe-B`, `NdFeB` and `nd fe b` meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import add
from typing import Any, Literal

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
HAN_RUN = re.compile(f"[{HAN}]+")
RUN = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+(?:[-./'’+][^\W_{HAN}]+)*%?)", re.UNICODE)
# Most characters have no mark that could be taken off: ASCII, Greek letters, signs, Han, wide forms.
MARKED = re.compile("[^\x00-\xbf\u03b1-\u03c9\u2010-\u206f\u3000-\u3029\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")
PARTS = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+", re.UNICODE)
STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "has",
        "have",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "this",
        "to",
        "was",
        "were",
        "which",
        "with",
    ]
)
MAX_WORD = 64  # what is longer is no word anybody types

Kind = Literal["han", "word"]


@dataclass(frozen=True)
class Run:
    """A stretch of one script in normalized text; `start` and `end` are positions in the original text."""

    kind: Kind
    text: str
    start: int
    end: int


@cache
def _simplified() -> dict[int, str]:
    """Traditional characters to simplified ones, a table for `str.translate`; some 3,000 pairs, made once."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    table = {}
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)):
        for code in range(first, last + 1):
            character = chr(code)
            plain = convert(character)
            if plain != character and len(plain) == 1:
                table[code] = plain
    return table


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, _simplified()))}]")


def fold(text: str) -> str:
    """One form for all ways of writing: compatibility forms, case, accents of Latin letters, simplified characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if text.isascii():
        return text
    if MARKED.search(text):
        bare = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        text = unicodedata.normalize("NFC", "".join(bare))
    return text.translate(_simplified()) if _traditional().search(text) else text


def runs(text: str) -> Iterator[tuple[Kind, str]]:
    """The stretches of one script in folded text, in order."""
    for han, word in RUN.findall(text):
        if han:
            yield "han", han
        else:
            yield "word", word[:MAX_WORD]


@lru_cache(maxsize=8)  # a text is asked for its terms, then for its positions, then for its pinyin
def _stretches(text: str) -> list[tuple[str, str]]:
    """(Han run, word) of a text in order, one of the two empty."""
    return RUN.findall(fold(text))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The English stem of a word of letters; other words as they are."""
    return _stemmer().stemWord(word) if word.isascii() and word.isalpha() else word


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def word_terms(word: str) -> tuple[tuple[str, ...], str]:
    """(parts, whole) of a word: `nd-fe-b` gives ((nd, fe, b), ndfeb); a plain word has its stem and no whole."""
    word = word.removesuffix("%").replace("'s", "").replace("’s", "")
    parts = PARTS.findall(word)
    if len(parts) == 1:
        return (stem(parts[0]),), ""
    whole = "".join(character for character in word if character.isalnum())
    return tuple(stem(part) for part in parts), whole


@lru_cache(maxsize=50_000)
def _kept_terms(word: str) -> tuple[str, ...]:
    """What is stored of a word: its parts but for stop words, then the whole."""
    parts, whole = word_terms(word)
    return (*(part for part in parts if part not in STOP_WORDS), *([whole] if whole else []))


def terms(text: str) -> list[str]:
    """All terms of a text to be stored, with repetitions: how often one occurs is what ranking counts.

    Of a Han run single characters, then pairs."""
    found: list[str] = []
    for han, word in _stretches(text):
        if han:
            found += han
            found += map(add, han, han[1:])
        else:
            found += _kept_terms(word[:MAX_WORD])
    return found


def positions(text: str) -> list[str]:
    """The terms in reading order, for phrases: characters and stems, one a place."""
    found: list[str] = []
    for han, word in _stretches(text):
        found += han or word_terms(word[:MAX_WORD])[0]
    return found


def pairs_of(text: str) -> list[str]:
    """The pairs of neighboring Han characters, which `terms` stores too."""
    return [pair for han, _word in _stretches(text) for pair in map(add, han, han[1:])]


PINYIN_WINDOW = 4  # characters; longer names are found by a part of them


def pinyin_terms(text: str) -> list[str]:
    """Han runs as people without a Chinese keyboard type them: every stretch of 2 to 4 characters, `changhong`."""
    found: dict[str, None] = {}
    for han, _word in _stretches(text):
        syllables = [syllable for word in _chinese_words(han) for syllable in _syllables(word)]
        for size in range(2, PINYIN_WINDOW + 1):
            for i in range(len(syllables) - size + 1):
                found["".join(syllables[i : i + size])] = None
    return list(found)


def _chinese_words(run: str) -> list[str]:
    """As pypinyin divides it: what a character sounds like depends on its word."""
    from pypinyin.seg.simpleseg import seg

    return list(seg(run)) if run else []


@lru_cache(maxsize=50_000)
def _syllables(word: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(word))
