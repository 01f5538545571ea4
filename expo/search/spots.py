"""Where the asked words stand in a text as it is written: pure.

The analyzer's terms are found in the folded text and told as places of the original: stems, pairs of Han characters,
traditional and full-width forms, accents, codes however they are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from expo.search.analyzer import HAN, HAN_RUN, MAX_WORD, PARTS, fold, stem, word_terms
from expo.search.query import Need, SearchQuery

Widened = Iterable[tuple[str, tuple[str, ...]]]  # (a word as typed, the words it was looked for by too)

# A word as the analyzer cuts it once the Han runs are out.
LETTER = rf"[^\W_{HAN}]"
WORD = re.compile(rf"{LETTER}+(?:[-./'’+]{LETTER}+)*%?")
INSIDE = re.compile(rf"(?:{LETTER}|[-./'’+])*$")  # what of a word stands before a place
JOINT = "[-./'’+]?"
KEY = 4  # letters by which a word is looked for before it is looked at


class Folding(dict[int, str]):
    """One character's form for comparison, for `str.translate`; `odd` are those that become none or several."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: set[str] = set()

    def __missing__(self, code: int) -> str:
        plain = self[code] = fold(chr(code))
        if len(plain) != 1:
            self.odd.add(chr(code))
        return plain


FOLDING = Folding()


@dataclass(frozen=True, slots=True)
class Spot:
    """A term and where it stands; `end` is behind its last character."""

    start: int
    end: int
    term: str


@dataclass(frozen=True)
class Wanted:
    """What to look for: `words` are stems and codes written together, `han` pairs or a single character.

    `otherwise` finds what stands for a word, and says for which term.
    """

    words: frozenset[str]
    han: tuple[str, ...]
    otherwise: tuple[tuple[re.Pattern[str], str], ...] = ()

    @classmethod
    def of(cls, query: SearchQuery, widened: Widened = ()) -> Wanted:
        """What was typed and meant to be there: the words and the phrases, without stop words; and other words."""
        needs: list[Need] = [*query.needs]
        for phrase in query.phrases:
            needs += SearchQuery(text=phrase).needs
        words: set[str] = set()
        han: list[str] = []
        for need in needs:
            for term in filter(None, (*need.terms, need.whole)):
                if HAN_RUN.match(term):
                    han.append(term)
                else:
                    words.add(term)
        return cls(frozenset(words), tuple(dict.fromkeys(han)), tuple(_otherwise(widened)))

    def __bool__(self) -> bool:
        return bool(self.words or self.han)

    @cached_property
    def any_other(self) -> re.Pattern[str]:
        """Any of `otherwise`: most texts have none, and looking for all of them at once tells so."""
        return re.compile("|".join(pattern.pattern for pattern, _term in self.otherwise))

    @cached_property
    def near(self) -> re.Pattern[str]:
        """Where a wanted word may begin: its first letters, joined in any way."""
        keys = {_key(word) for word in self.words}
        return re.compile("|".join(JOINT.join(map(re.escape, key)) for key in sorted(keys, key=len, reverse=True)))


def _key(word: str) -> str:
    """A stem's last letter may differ from the word's (`citi`, city)."""
    return word[: max(2, min(KEY, len(word) - 1))] if word.isalpha() else word


def _otherwise(widened: Widened) -> Iterator[tuple[re.Pattern[str], str]]:
    """A synonym is looked for as it is written, its words side by side; a plural's ending is allowed."""
    for typed, others in widened:
        for need in SearchQuery(text=typed).needs[:1]:
            for other in others:
                words = [re.escape(word) for word in re.findall(r"\w+", fold(other))]
                ending = "" if HAN_RUN.fullmatch(other) else rf"(?:e?s)?(?!{LETTER})"
                start = "" if HAN_RUN.match(other) else rf"(?<!{LETTER})"
                yield re.compile(start + r"\W{0,2}".join(words) + ending), need.terms[0]


def spots(text: str, wanted: Wanted) -> list[Spot]:
    """Every place of a wanted term, in order."""
    plain, origin = folded(text)
    found = [*_words(plain, wanted), *_han(plain, wanted)]
    others = wanted.otherwise if wanted.otherwise and wanted.any_other.search(plain) else ()
    for pattern, term in others:
        found += [Spot(place.start(), place.end(), term) for place in pattern.finditer(plain)]
    if origin is not None:
        found = [Spot(origin[s.start], _end(text, origin[s.end - 1] + 1), s.term) for s in found]
    return sorted(found, key=lambda spot: (spot.start, spot.end))


@lru_cache(maxsize=2_000)
def folded(text: str) -> tuple[str, list[int] | None]:
    """(folded text, the original place of each of its characters); None where the places are the same."""
    if text.isascii():
        return text.casefold(), None
    plain = text.translate(FOLDING)
    if len(plain) == len(text) and FOLDING.odd.isdisjoint(text):
        return plain, None
    return plain, [i for i, character in enumerate(text) for _ in FOLDING[ord(character)]]


def _end(text: str, end: int) -> int:
    """Behind the accents that belong to the last character."""
    while end < len(text) and not FOLDING[ord(text[end])]:
        end += 1
    return end


def _words(plain: str, wanted: Wanted) -> Iterator[Spot]:
    if not wanted.words:
        return
    done = 0
    for near in wanted.near.finditer(plain):
        if near.start() < done:
            continue
        before = INSIDE.search(plain, max(0, near.start() - MAX_WORD), near.start())
        word = WORD.search(plain, before.start() if before else near.start())
        if word is not None:
            done = word.end()
            yield from _parts(word.group(), word.start(), wanted.words)


def _parts(word: str, start: int, words: frozenset[str]) -> Iterator[Spot]:
    """The whole code, or the parts of it that are wanted."""
    _terms, whole = word_terms(word)
    if whole in words:
        yield Spot(start, start + len(word.removesuffix("%")), whole)
        return
    for part in PARTS.finditer(word):
        if (term := stem(part.group())) in words:
            yield Spot(start + part.start(), start + part.end(), term)


def _han(plain: str, wanted: Wanted) -> Iterator[Spot]:
    for term in wanted.han:
        at = plain.find(term)
        while at >= 0:
            yield Spot(at, at + len(term), term)
            at = plain.find(term, at + 1)
