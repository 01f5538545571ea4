"""What somebody typed, understood: words, phrases, words left out, codes of a field. Pure and serialisable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from expo.search.analyzer import HAN_RUN, STOP_WORDS, fold, positions, runs, word_terms

MAX_LENGTH = 400  # characters that are read
MAX_TERMS = 48
MAX_PHRASES = 4
HAN_SHARE = 0.6  # of the pairs of a Han run that a hit holds; docs/benchmarks.md measures it
FIELDS = ("patent", "stand", "code")

QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "「": '"', "」": '"', "＂": '"'})
TOKEN = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"|([^\s"]+))')


@dataclass(frozen=True)
class Need:
    """What one run asks of a hit: at least `least` of `terms`, or the one word `whole` that is written together.

    `raw` is the run as typed and folded, for synonyms and pinyin.
    """

    terms: tuple[str, ...]
    least: int
    whole: str = ""
    raw: str = ""


@dataclass(frozen=True)
class SearchQuery:
    """A query as it can be kept and asked again. `to_dict` and `from_dict` are inverse."""

    text: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, typed: str) -> SearchQuery:
        """Every text gives a query; an unbalanced quote opens a phrase to the end, a lone sign is nothing."""
        clean = "".join(c if c.isprintable() else " " for c in typed[:MAX_LENGTH]).translate(QUOTES)
        if clean.count('"') % 2:
            clean += '"'
        words: list[str] = []
        phrases: list[str] = []
        without: list[str] = []
        codes: list[tuple[str, str]] = []
        for minus, field, quoted, word in TOKEN.findall(clean):
            content = quoted or word
            if field and field not in FIELDS:
                content, field = f"{field}:{content}", ""
            if not positions(content):
                continue
            if minus:
                without.append(content)
            elif field:
                codes.append((field, content))
            elif quoted:
                phrases.append(quoted)
            else:
                words.append(content)
        return cls(" ".join(words), tuple(phrases[:MAX_PHRASES]), tuple(without[:MAX_PHRASES]), tuple(codes))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> SearchQuery:
        codes = tuple((str(field), str(code)) for field, code in data.get("codes", ()))
        return cls(str(data.get("text", "")), tuple(data.get("phrases", ())), tuple(data.get("without", ())), codes)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __bool__(self) -> bool:
        return bool(self.text or self.phrases or self.without or self.codes)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """One need for each run of the text; stop words ask for nothing unless nothing else is asked."""
        found = list(_needs(self.text))
        wanted = [need for need in found if not set(need.terms) <= STOP_WORDS]
        return tuple(dict.fromkeys(wanted or found))[:MAX_TERMS]

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """All terms that earn a score."""
        every = [term for need in self.needs for term in (*need.terms, *([need.whole] if need.whole else []))]
        every += [single for need in self.needs for single in _singles(need)]
        for phrase in self.phrases:
            every += [term for need in _needs(phrase) for term in need.terms]
        return tuple(dict.fromkeys(every))[: 3 * MAX_TERMS]


def _needs(text: str) -> Iterator[Need]:
    for kind, run in runs(fold(text)):
        if kind == "word":
            parts, whole = word_terms(run)
            yield Need(parts, len(parts), whole, run)
            continue
        pairs = tuple(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
        if not pairs:
            yield Need((run,), 1, raw=run)
        else:
            yield Need(pairs, max(1, round_up(HAN_SHARE * len(pairs))), raw=run)


def _singles(need: Need) -> tuple[str, ...]:
    """The characters of a Han run, which earn a little where its pairs do not occur."""
    return tuple(dict.fromkeys(need.raw)) if HAN_RUN.fullmatch(need.raw) and len(need.raw) > 1 else ()


def round_up(number: float) -> int:
    return int(-(-round(number, 6) // 1))
