"""What somebody typed, understood: words, phrases, words left out, codes of a field. Pure and serialisable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from expo.search.analyzer import HAN_RUN, STOP_WORDS, Kind, fold, positions, runs, word_terms

MAX_LENGTH = 400  # characters that are read
MAX_TERMS = 48
MAX_PHRASES = 4
HAN_SHARE = 0.6  # of the pairs of a Han run that a hit holds; docs/benchmarks.md measures it
ANY_SHARE = 0.5  # of a text's characters that a record holds which has none of its words, when any term will do
FIELDS = {
    "patent": "patent", "stand": "stand", "code": "code", "专利": "patent", "展位": "stand", "编号": "code",
}  # fmt: skip

QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "「": '"', "」": '"', "＂": '"'})
TOKEN = re.compile(r'(-?)(?:([^\W\d_]+)([:：]))?(?:"([^"]*)"|([^\s"]+))')


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
        for minus, name, colon, quoted, word in TOKEN.findall(clean):
            content, field = quoted or word, FIELDS.get(fold(name), "")
            if not field:
                content = f"{name}{colon}{content}"
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
        most = MAX_PHRASES
        return cls(" ".join(words), tuple(phrases[:most]), tuple(without[:most]), tuple(codes[:most]))

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
        return tuple(dict.fromkeys(wanted(needs_of(self.text))))[:MAX_TERMS]

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """All terms that earn a score."""
        every = [term for need in self.needs for term in (*need.terms, *([need.whole] if need.whole else []))]
        every += [single for need in self.needs for single in _singles(need)]
        for phrase in self.phrases:
            every += [term for need in needs_of(phrase) for term in need.terms]
        return tuple(dict.fromkeys(every))[: 3 * MAX_TERMS]

    @cached_property
    def characters(self) -> tuple[str, ...]:
        """The Chinese characters of the text's longer runs."""
        return tuple(dict.fromkeys(single for need in self.needs for single in _singles(need)))


def needs_of(text: str) -> list[Need]:
    """One need for each run of a text, in order."""
    return [need_of(kind, run) for kind, run in runs(fold(text))]


def need_of(kind: Kind, run: str) -> Need:
    if kind == "word":
        parts, whole = word_terms(run)
        return Need(parts, len(parts), whole, run)
    pairs = tuple(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))[:MAX_TERMS]
    return Need(pairs or (run,), max(1, round_up(HAN_SHARE * len(pairs))), raw=run)


def wanted(needs: Sequence[Need]) -> list[Need]:
    """Without stop words, unless nothing else is asked."""
    return [need for need in needs if not STOP_WORDS.issuperset(need.terms)] or list(needs)


def code_key(code: str) -> str:
    """A code without case, signs and spaces, and without the ZL or CN that a Chinese patent may do without."""
    plain = "".join(character for character in fold(code) if character.isalnum())
    return re.sub(r"^(?:zl|cn)(?=\d)", "", plain)


def _singles(need: Need) -> tuple[str, ...]:
    """The characters of a Han run, which earn a little where its pairs do not occur."""
    return tuple(dict.fromkeys(need.raw)) if HAN_RUN.fullmatch(need.raw) and len(need.raw) > 1 else ()


def round_up(number: float) -> int:
    return int(-(-round(number, 6) // 1))
