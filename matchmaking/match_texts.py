"""The texts of demands and offers as matching reads them, and the words that two of them share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Model

from expo.search.analyzer import HAN, RUN, STOP_WORDS, fold, word_terms
from expo.search.engine import Engine
from expo.search.likeness import MOST_READ, Key, Place, Said, only
from expo.search.vectors import BEGINNING
from matchmaking.matching.facts import Shared
from matchmaking.models import Demand

LANGUAGES = ("en", "zh")
ASKED = 12  # words of a demand in one language that are looked for; who reads reasons reads no more
BITS = 24  # that a score holds exactly
PAIRS = 24  # of Chinese characters, which together make such words
TITLE, BODY = 3, 1  # what a word counts for where it stands
CHINESE = 0.2  # of the characters of a text, from which it is Chinese
# Chinese characters that join words and are part of few: no telling word goes across them.
JOINING = frozenset(
    "的了在和与及是有为不以等可能这那一个其于对从到要把被让用每或并而也就都还只又很我您你他她它们之所者着过再须仍无将由"
)
# English words that are no subject, beside the index's stop words.
COMMON = frozenset(
    """about above across after again against all along also although always among another any anything around away
    because been before behind being below beside between both but can cannot could day days did does done down during
    each either else enough even ever every few first five four get gets give gives go goes had half her here high his
    how if inside into its just keep kept last least less like long look looks low made make makes many may more most
    much must need needs never new next nine no nobody not nothing now off often old once one only other others our out
    outside over own part per rather same second see seen seven several shall should since six so some something still
    such take takes ten than their them then there these they thing things third those three through time times today
    together too two under until up us use used uses using very want wanted way we week weeks well were what when where
    whether while who whole whose why will within without work works would year years yet you your""".split()  # noqa: SIM905
)
HAN_ONLY = re.compile(f"[{HAN}]+")
# What an offer says, in the columns that its public page shows.
OFFERED: Mapping[str, tuple[str, ...]] = {
    "innovation": ("title", "claim", "abstract", "uses"),
    "product": ("title", "claim", "description"),
    "instrument": ("name", "claim", "functions", "specification"),
}
PUBLIC = ("title", "claim")  # of a demand whose details wait for a confidentiality agreement
ASKING = (*PUBLIC, "problem", "situation", "limits")


# ------------------------------------------------------------------ what they say
def said_of_demand(demand: Demand, *, shown: bool = False) -> list[Said]:
    """In each language; `shown` leaves out what the public may not read."""
    return _said(demand, PUBLIC if shown and not demand.is_detailed else ASKING)


def said_of_offer(offer: Model) -> list[Said]:
    return _said(offer, OFFERED[str(offer._meta.model_name)])


def said_of_text(text: str) -> list[Said]:
    """A pasted text, whose beginning stands for a title."""
    text = text[:MOST_READ].strip()
    return [Said(text.split("\n", 1)[0][:BEGINNING], text)] if text else []


def _said(record: Model, names: Sequence[str]) -> list[Said]:
    found = []
    for lang in LANGUAGES:
        title, *texts = (getattr(record, f"{name}_{lang}") for name in names)
        if title or any(texts):
            found.append(Said(title, "\n".join(filter(None, texts))))
    return found


def says_something(text: str) -> bool:
    """Whether there is a word in it that some texts have and others have not."""
    for han, word in RUN.findall(fold(text[:MOST_READ])):
        if not JOINING.issuperset(han):
            return True
        if word not in COMMON and word not in STOP_WORDS and any(map(str.isalpha, word)):
            return True
    return False


# ------------------------------------------------------------------ words that tell
@dataclass(frozen=True)
class Word:
    """As it is written, with the terms that the index holds for it; `whole` is the term of parts written together."""

    lang: str
    text: str
    terms: tuple[str, ...]
    whole: str = ""
    rarity: float = field(default=0.0, compare=False)
    is_chinese: bool = False


def telling_words(engine: Engine, said: Iterable[Said]) -> list[Word]:
    """At most ASKED in each language, the rarest first."""
    found: dict[str, list[Word]] = {lang: [] for lang in LANGUAGES}
    for one in said:
        text = f"{one.title}\n{one.text}"[:MOST_READ]
        is_chinese = sum(map(len, HAN_ONLY.findall(text))) > CHINESE * len(text)
        words = _latin(engine, one, "zh" if is_chinese else "en")
        if is_chinese:
            words += _chinese(engine, one)
        best = sorted(words, key=lambda pair: (-pair[0], pair[1].text))[:ASKED]
        found["zh" if is_chinese else "en"] += [word for _weight, word in best]
    return [
        word
        for words in found.values()
        for word in sorted(dict.fromkeys(words), key=lambda word: (-word.rarity, word.text))[:ASKED]
    ]


def _stretches(said: Said) -> Iterator[tuple[int, str, str]]:
    """(weight, Han run, word) of a text as it is written."""
    for weight, text in ((TITLE, said.title), (BODY, said.text)):
        for han, word in RUN.findall(text[:MOST_READ]):
            yield weight, han, word


def _latin(engine: Engine, said: Said, lang: str) -> list[tuple[float, Word]]:
    """(weight, word) of the words in letters; numbers alone tell nothing."""
    written: dict[tuple[str, ...], str] = {}
    counted: dict[tuple[str, ...], int] = defaultdict(int)
    for weight, _han, word in _stretches(said):
        terms, whole = word_terms(fold(word))
        key = (*(term for term in terms if term not in STOP_WORDS), whole)
        is_short = len(word) < 2 or (len(word) < 3 and not word.isupper())  # a unit, mostly
        is_told = fold(word) not in COMMON and not is_short and any(map(str.isalpha, word))
        if len(key) > 1 and is_told and not terms[0].isdigit():
            written.setdefault(key, word)
            counted[key] += weight
    found = []
    for key, text in written.items():
        rarity = max(engine.rarity([term]) for term in key[:-1])
        found.append((counted[key] * rarity, Word(lang, text, key[:-1], key[-1], rarity)))
    return found


def _chinese(engine: Engine, said: Said) -> list[tuple[float, Word]]:
    """(weight, word): stretches whose pairs of characters tell most, and are known at the fair at all."""
    counted: dict[str, int] = defaultdict(int)
    pieces: dict[str, None] = {}
    for weight, han, _word in _stretches(said):
        for piece in _pieces(fold(han)):
            pieces[piece] = None
            for pair in map("".join, pairwise(piece)):
                counted[pair] += weight
    known = {pair: engine.rarity([pair]) for pair in counted if engine.searcher.doc_freq("terms", pair) > 1}
    chosen = set(sorted(known, key=lambda pair: (-counted[pair] * known[pair], pair))[:PAIRS])
    found: dict[str, tuple[float, Word]] = {}
    for piece in pieces:
        for text in _joined(piece, chosen):
            pairs = tuple(map("".join, pairwise(text)))
            word = Word("zh", text, pairs, rarity=max(known[pair] for pair in pairs), is_chinese=True)
            found[text] = (max(counted[pair] * known[pair] for pair in pairs), word)
    return list(found.values())


def _pieces(han: str) -> list[str]:
    """Without the characters that join words."""
    plain = "".join(" " if character in JOINING else character for character in han)
    return [piece for piece in plain.split() if len(piece) > 1]


def _joined(piece: str, pairs: Container[str]) -> Iterator[str]:
    """The stretches of a piece all of whose pairs are among these."""
    start = 0
    held = [piece[i : i + 2] in pairs for i in range(len(piece) - 1)]
    for i, is_held in enumerate([*held, False]):
        if not is_held:
            if i > start:
                yield piece[start : i + 1]
            start = i + 1


# ------------------------------------------------------------------ words that are shared
def shared_words(engine: Engine, words: Sequence[Word], places: Mapping[Place, Key]) -> dict[Key, dict[str, Shared]]:
    """Which of the words each of these records of the index holds, by language."""
    held = _held(engine, [term for word in words for term in (*word.terms, word.whole) if term], places)
    asked = {lang: [word for word in words if word.lang == lang] for lang in LANGUAGES}
    return {
        key: {lang: Shared(len(some), _spoken(held[key], some)) for lang, some in asked.items() if some}
        for key in places.values()
    }


def _held(engine: Engine, terms: Iterable[str], places: Mapping[Place, Key]) -> dict[Key, set[str]]:
    """The terms that each record holds. One query tells of BITS terms: each adds a power of two to the score."""
    found: dict[Key, set[str]] = {key: set() for key in places.values()}
    every = list(dict.fromkeys(terms))
    among = (engine.t.Occur.Must, only(engine, places.values()))
    for start in range(0, len(every), BITS):
        asked = every[start : start + BITS]
        bits = [
            (engine.t.Occur.Should, engine.t.Query.const_score_query(engine.term(term), float(2**bit)))
            for bit, term in enumerate(asked)
        ]
        query = engine.t.Query.boolean_query([among, *bits])
        for score, address in engine.searcher.search(query, limit=len(places) or 1, count=False).hits:
            told = int(score)
            key = places[address.segment_ord, address.doc]
            found[key].update(term for bit, term in enumerate(asked) if told >> bit & 1)
    return found


def _spoken(held: set[str], words: Sequence[Word]) -> tuple[str, ...]:
    """The words that a record holds, as the demand writes them; of a Chinese one the longest stretch that it holds."""
    found: dict[str, None] = {}
    for word in words:
        if held.issuperset(word.terms) or word.whole in held:
            found[word.text] = None
        elif word.is_chinese and not held.isdisjoint(word.terms):
            found[max(_joined(word.text, held), key=len)] = None
    every = "\n".join(found)
    return tuple(text for text in found if every.count(text) == 1)  # else it is part of a longer one
