"""Words as they are written, not their stems: what a title begins with while somebody still types it. Pure."""

from __future__ import annotations

from expo.search.analyzer import PARTS, fold, runs

FIRST = "^"  # before the word a title begins with; no word holds it
BREAK = "\x1f"  # between two titles, so that no phrase runs over
MAX_WORDS = 8


def surface(text: str) -> list[str]:
    """Folded words in reading order: Han characters one by one, codes in their parts."""
    found: list[str] = []
    for kind, run in runs(fold(text)):
        found += list(run) if kind == "han" else PARTS.findall(run)
    return found


def title_words(titles: str) -> list[str]:
    """What the index keeps of a record's titles, one a line: their words, the first one also marked as first."""
    found: list[str] = []
    for title in titles.split("\n"):
        if words := surface(title):
            found += [*words, BREAK, FIRST + words[0], BREAK]
    return found


def typed_pieces(text: str) -> list[tuple[str, ...]]:
    """What was typed, in pieces: a Han run as its characters, which stand side by side, a word alone."""
    found: list[tuple[str, ...]] = []
    for kind, run in runs(fold(text)):
        found += [tuple(run)] if kind == "han" else [(part,) for part in PARTS.findall(run)]
    return found[:MAX_WORDS]
