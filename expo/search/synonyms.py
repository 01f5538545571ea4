"""Other words for what was typed: pure matching of a query's text against the groups that organizers keep.

A Latin word is compared by its stems, so that `low altitude` and `Low-Altitude` meet; a Chinese one also inside a
longer run, which is then taken apart: of 无人机巡检 the first part may be said otherwise, the rest stays asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from expo.models import Synonym
from expo.search.analyzer import Kind, fold, positions, runs
from expo.search.query import MAX_TERMS, Need, SearchQuery, need_of, needs_of, wanted

MOST_WIDENED = 12  # words of a text that are looked for by others too: each costs time, and a question has a few
Key = tuple[str, ...]  # a word's stems and characters in reading order


@dataclass(frozen=True)
class Group:
    """Words that mean the same, and the broader ones by which they are found too."""

    words: tuple[str, ...]
    broader: tuple[str, ...] = ()


@dataclass(frozen=True)
class Word:
    """One way to say it."""

    text: str

    @cached_property
    def key(self) -> Key:
        return tuple(positions(self.text))

    def is_in(self, other: Word) -> bool:
        """Whether its stems or characters stand side by side in the other's."""
        size = len(self.key)
        return any(other.key[i : i + size] == self.key for i in range(len(other.key) - size + 1))

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        return tuple(wanted(needs_of(self.text)))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """What it would earn a score by, had it been typed."""
        return SearchQuery(self.text).terms

    @cached_property
    def whole(self) -> str:
        """The one word it is when written together, like `ndfeb` for Nd-Fe-B."""
        return self.needs[0].whole if len(self.needs) == 1 else ""


@dataclass(frozen=True)
class Piece:
    """A part of the text as typed, and the words that fulfil it as well."""

    needs: tuple[Need, ...]
    typed: str = ""
    others: tuple[Word, ...] = ()

    @property
    def telling(self) -> tuple[Word, ...]:
        """Of the others those that find something more: who holds a word that another one is part of holds both."""
        return _telling(Word(self.typed), self.others)


@lru_cache(maxsize=1_000)
def _telling(typed: Word, others: tuple[Word, ...]) -> tuple[Word, ...]:
    every = [typed, *others]
    return tuple(word for word in others if not any(one.key != word.key and one.is_in(word) for one in every))


@dataclass(frozen=True)
class Stretch:
    """Neighboring runs as typed; where synonyms were found in them, `pieces` is another way to fulfil them all."""

    needs: tuple[Need, ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def widened(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.others)


@dataclass(frozen=True)
class _Token:
    """A stem or a character; `begins` and `ends` say where a word may be cut out."""

    term: str
    run: int
    begins: bool
    ends: bool


class Synonyms:
    """All groups, ready to be asked. A word in two groups belongs to the first."""

    def __init__(self, groups: Iterable[Group] = ()) -> None:
        rows = [Group(_readable(group.words), _readable(group.broader)) for group in groups]
        self.home: dict[Key, int] = {}
        self.spelled: dict[Key, str] = {}
        for number, group in enumerate(rows):
            for word in group.words:
                self.home.setdefault(tuple(positions(word)), number)
                self.spelled.setdefault(tuple(positions(word)), word)
        narrower: dict[int | Key, list[int]] = {}
        for number, group in enumerate(rows):
            for word in group.broader:
                key = tuple(positions(word))
                self.spelled.setdefault(key, word)
                narrower.setdefault(self.home.get(key, key), []).append(number)
        self.others = {key: self._others(key, rows, narrower) for key in self.spelled}
        self.longest = max(map(len, self.others), default=0)

    def _others(self, key: Key, rows: Sequence[Group], narrower: dict[int | Key, list[int]]) -> tuple[Word, ...]:
        """The group's own words, then those of the groups that name one of its words as a broader one."""
        home = self.home.get(key)
        numbers = ([] if home is None else [home]) + narrower.get(key if home is None else home, [])
        words = dict.fromkeys(word for number in numbers for word in rows[number].words)
        return tuple(Word(word) for word in words if tuple(positions(word)) != key)

    # -------------------------------------------------------------- a text
    def plan(self, text: str) -> tuple[Stretch, ...]:
        """The text's needs, in stretches with what may stand for them."""
        stretches = list(self._stretches(list(runs(fold(text)))))
        asked = set(wanted([need for stretch in stretches for need in stretch.needs]))
        kept = (Stretch(tuple(n for n in row.needs if n in asked), row.pieces) for row in stretches)
        return tuple(dict.fromkeys(row for row in kept if row.needs))[:MAX_TERMS]

    def _stretches(self, found: list[tuple[Kind, str]]) -> Iterator[Stretch]:
        """Runs that share a word of a group, or are cut by one, make one stretch; each of the others is its own."""
        tokens = list(_tokens(found))
        cuts = list(islice(self._cuts(tokens), MOST_WIDENED))
        run = 0
        while run < len(found):
            last, inside = run, []
            while cuts and tokens[cuts[0][0]].run <= last:
                inside.append(cuts.pop(0))
                last = max(last, tokens[inside[-1][1] - 1].run)
            needs = tuple(need_of(kind, text) for kind, text in found[run : last + 1])
            here = [i for i, token in enumerate(tokens) if run <= token.run <= last] if inside else []
            yield Stretch(needs, tuple(self._pieces(tokens, here[0], here[-1] + 1, inside)) if inside else ())
            run = last + 1

    def _cuts(self, tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
        """(start, end) of the words of groups in reading order, the longest at each place."""
        start = 0
        while start < len(tokens):
            end = self._end(tokens, start) if tokens[start].begins else start
            if end > start:
                yield start, end
            start = max(end, start + 1)

    def _end(self, tokens: Sequence[_Token], start: int) -> int:
        for end in range(min(len(tokens), start + self.longest), start, -1):
            if tokens[end - 1].ends and tuple(token.term for token in tokens[start:end]) in self.others:
                return end
        return start

    def _pieces(
        self, tokens: Sequence[_Token], start: int, end: int, inside: Sequence[tuple[int, int]]
    ) -> Iterator[Piece]:
        """What lies between the words is characters of Han runs; a single one of those is not worth asking."""
        for first, last in inside:
            yield from _rest(tokens[start:first])
            key = tuple(token.term for token in tokens[first:last])
            word = Word(self.spelled[key])
            yield Piece(word.needs, word.text, self.others[key])
            start = last
        yield from _rest(tokens[start:end])


def _readable(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if positions(word))


def _tokens(found: Sequence[tuple[Kind, str]]) -> Iterator[_Token]:
    for number, (kind, run) in enumerate(found):
        terms = positions(run)
        for i, term in enumerate(terms):
            is_han = kind == "han"
            yield _Token(term, number, is_han or i == 0, is_han or i == len(terms) - 1)


def _rest(tokens: Sequence[_Token]) -> Iterator[Piece]:
    text = "".join(token.term for token in tokens)
    if len(text) > 1:
        yield Piece((need_of("han", text),))


NONE = Synonyms()


@lru_cache(maxsize=2)
def current(folder: str, generation: int) -> Synonyms:
    """The groups as the database has them, read once for each state of the index: a change of one raises it."""
    return Synonyms(Group(tuple(row.word_list), tuple(row.broader_list)) for row in Synonym.objects.order_by("slug"))
