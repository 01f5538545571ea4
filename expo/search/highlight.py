"""The sentence of a record in which the asked words stand, marked: for hits whose card does not show why.

Read from the record's own public columns; only those that the FilterSet searches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from expo.registry import Listing
from expo.search.analyzer import HAN_RUN
from expo.search.memory import memory_of, stamp
from expo.search.query import SearchQuery
from expo.search.spots import Spot, Wanted, Widened, spots

WIDTH, HAN_WIDTH = 160, 80  # characters of a snippet
LONGEST = 20_000  # characters of a text that are looked through
MOST = 200  # places of a text that are weighed
CLIPPED = 138  # of the text whose beginning a card shows, so many characters are sure to be on it
ENDS = ".!?。！？；"
BORDER = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\s*\n\s*")
SUFFIXES = {"en": "_en", "zh-hans": "_zh"}
TAGS = {"en": "en", "zh-hans": "zh-Hans"}
Texts = Mapping[str, str]


def snippets(
    listing: Listing, keys: Sequence[int], query: SearchQuery, language: str, widened: Widened = ()
) -> dict[int, SafeString]:
    """By key, HTML for the hits whose match is not obvious from title, claim or beginning. One query to the database.

    The page's language first; where only the other one has the words, the snippet says which language it is in.
    `widened` are the synonyms that were looked for too: (word, others).
    """
    wanted = Wanted.of(query, widened)
    columns = [column for column in listing.filterset.SEARCHED if "__" not in column]
    if not keys or not wanted or not columns:
        return {}
    found = {}
    for pk, texts in texts_of(listing, keys, columns).items():
        if html := snippet(texts, wanted, language, (*listing.filterset.TITLES, "claim"), listing.beginning):
            found[pk] = html
    return found


def texts_of(listing: Listing, keys: Sequence[int], columns: Sequence[str]) -> dict[int, Texts]:
    """By key, the texts by column: remembered as long as nothing public changes, for a query to the database takes
    longer than all the rest."""
    now = stamp()
    memory = memory_of(now) if now else {}
    names = {key: ("texts", listing.noun, key) for key in keys}
    found: dict[int, Texts | None] = {key: memory.get(name) for key, name in names.items()}
    if missing := [key for key, texts in found.items() if texts is None]:
        rows = listing.queryset().filter(pk__in=missing).order_by().values_list("pk", *columns)
        for pk, *values in rows:
            texts = {name: value[:LONGEST] for name, value in zip(columns, values, strict=True) if value}
            found[pk] = memory[names[pk]] = texts
    return {key: texts for key, texts in found.items() if texts is not None}


def of_page(page: Any) -> dict[int, SafeString]:
    """The snippets of a listing's page (`ListingPage`)."""
    if not page.text:
        return {}
    query = SearchQuery.parse(page.text)
    return snippets(page.listing, page.keys, query, get_language() or "en", page.answers.widened)


def snippet(texts: Texts, wanted: Wanted, language: str, shown: Sequence[str], beginning: str = "") -> SafeString:
    """`texts` by column. `shown` are beginnings of the columns that the card shows, `beginning` is shown in part."""
    other = next(code for code in SUFFIXES if code != language)
    seen = {spot.term for text in _on_card(texts, language, other, shown, beginning) for spot in spots(text, wanted)}
    if len(seen) == len(wanted.words) + len(wanted.han):
        return SafeString("")
    for code in (language, other):
        candidates = [
            (text, *best)
            for column, text in texts.items()
            if _is_in(column, code) and (best := window(text, spots(text, wanted), seen))
        ]
        if candidates:
            text, found, _new = max(candidates, key=lambda row: row[2])
            html = marked(text, found)
            return html if code == language else format_html('<span lang="{}">{}</span>', TAGS[code], html)
    return SafeString("")


def _is_in(column: str, code: str) -> bool:
    """A column without a language, like a name of a maker, belongs to every one."""
    return column.endswith(SUFFIXES[code]) or not column.endswith(tuple(SUFFIXES.values()))


def _on_card(texts: Texts, language: str, other: str, shown: Sequence[str], beginning: str) -> list[str]:
    """What of the record its card shows, each text in the other language where the page's is empty."""
    found = []
    for column, text in texts.items():
        base = column.removesuffix(SUFFIXES[other])
        if base != column and texts.get(base + SUFFIXES[language]):
            continue
        if column.startswith(tuple(shown)):
            found.append(text)
        elif beginning and column.startswith(beginning):
            found.append(text[:CLIPPED])
    return found


# ------------------------------------------------------------------ the window
def window(text: str, found: Sequence[Spot], seen: set[str]) -> tuple[list[Spot], int] | None:
    """The neighbors with the most different terms, the first such, and how many of them are new; None without any."""
    width = _width(text)
    best: tuple[int, int, list[Spot]] = (0, 0, [])
    found = found[:MOST]
    for i, first in enumerate(found):
        last = next((j for j in range(len(found) - 1, i, -1) if found[j].end - first.start <= width), i)
        near = list(found[i : last + 1])
        different = {spot.term for spot in near}
        value = (len(different - seen), len(different))
        if value > best[:2]:
            best = (*value, near)
    new, _all, near = best
    return (near, new) if new else None


def _width(text: str) -> int:
    """A Han character takes the place of two letters."""
    han = sum(map(len, HAN_RUN.findall(text[:400])))
    return HAN_WIDTH if 4 * han > len(text[:400]) else WIDTH


def marked(text: str, near: Sequence[Spot]) -> SafeString:
    """The sentence around the places, or as much of it as fits, with the places marked."""
    start, end = _borders(text, near[0].start, max(spot.end for spot in near), _width(text))
    pieces = ["…"] if start > 0 and not BORDER.search(text, max(0, start - 3), start + 1) else []
    at = start
    for first, last in _merged(near):
        pieces += [conditional_escape(text[at:first]), format_html("<mark>{}</mark>", text[first:last])]
        at = last
    pieces.append(conditional_escape(text[at:end].rstrip()))
    if end < len(text.rstrip()) and text[end - 1] not in ENDS:
        pieces.append("…")
    return mark_safe("".join(pieces))  # noqa: S308  every piece is escaped


def _merged(near: Sequence[Spot]) -> list[tuple[int, int]]:
    """Places that touch or overlap, like the pairs of a Han run, as one."""
    found: list[tuple[int, int]] = []
    for spot in near:
        if found and spot.start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], spot.end))
        else:
            found.append((spot.start, spot.end))
    return found


def _borders(text: str, first: int, last: int, width: int) -> tuple[int, int]:
    """From the beginning of the sentence, or a word near by, to its end, or the last word that fits."""
    room = max(0, width - (last - first))
    start = max((border.end() for border in BORDER.finditer(text, max(0, first - width), first)), default=0)
    if first - start > room:
        start = _to_border(text, first - room // 3, first, 1)
    limit = last + max(0, width - (last - start))
    sentence = next((border.start() for border in BORDER.finditer(text, last)), len(text))
    if sentence <= limit:
        return start, sentence
    return start, _to_border(text, limit, last, -1)


def _to_border(text: str, at: int, stop: int, step: int) -> int:
    """The next place between two words, going no farther than `stop`."""
    while at != stop and _is_inside(text, at):
        at += step
    return at


def _is_inside(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    sides = text[at - 1 : at + 1]
    return all(not c.isspace() and (c.isascii() or (c.isalpha() and not HAN_RUN.match(c))) for c in sides)
