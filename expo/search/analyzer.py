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
from typing import Any, Literal

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
HAN_RUN = re.compile(f"[{HAN}]+")
# A word: letters and digits, with the signs that hold a code or a number together.
WORD = re.compile(r"[^\W_]+(?:[-./'’+][^\W_]+)*%?", re.UNICODE)
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


def fold(text: str) -> str:
    """One form for all ways of writing: compatibility forms, case, accents of Latin letters, simplified characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if not text.isascii():
        bare = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        text = unicodedata.normalize("NFC", "".join(bare)).translate(_simplified())
    return text


def runs(text: str) -> Iterator[tuple[Kind, str]]:
    """The stretches of one script in folded text, in order."""
    position = 0
    for match in HAN_RUN.finditer(text):
        yield from _words(text[position : match.start()])
        yield "han", match.group()
        position = match.end()
    yield from _words(text[position:])


def _words(text: str) -> Iterator[tuple[Kind, str]]:
    for match in WORD.finditer(text):
        yield "word", match.group()[:MAX_WORD]


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


def han_terms(run: str) -> list[str]:
    """Single characters and pairs."""
    return [*run, *(run[i : i + 2] for i in range(len(run) - 1))]


def terms(text: str) -> list[str]:
    """All terms of a text to be stored, with repetitions: how often one occurs is what ranking counts."""
    found: list[str] = []
    for kind, run in runs(fold(text)):
        if kind == "han":
            found += han_terms(run)
            continue
        parts, whole = word_terms(run)
        found += [part for part in parts if part not in STOP_WORDS]
        if whole:
            found.append(whole)
    return found


def positions(text: str) -> list[str]:
    """The terms in reading order, for phrases: characters and stems, one a place."""
    found: list[str] = []
    for kind, run in runs(fold(text)):
        found += list(run) if kind == "han" else list(word_terms(run)[0])
    return found


PINYIN_WINDOW = 4  # characters; longer names are found by a part of them


def pinyin_terms(text: str) -> list[str]:
    """Han runs as people without a Chinese keyboard type them: every stretch of 2 to 4 characters, `changhong`."""
    from pypinyin import lazy_pinyin

    found: dict[str, None] = {}
    for kind, run in runs(fold(text)):
        if kind == "han":
            syllables = lazy_pinyin(run)
            for size in range(2, PINYIN_WINDOW + 1):
                for i in range(len(syllables) - size + 1):
                    found["".join(syllables[i : i + size])] = None
    return list(found)
