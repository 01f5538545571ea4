"""The fields of the index, made from the registry; another registry or analyzer is another index."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any
from zlib import crc32

from expo import registry
from expo.search.measures import FIELD as MEASURES

ANALYZER_VERSION = 7  # raise it whenever the same text gives other terms or fields
FACET, NUMBER, SORT, PLACE, TOGETHER = "f_", "n_", "s_", "p_", "t_"
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Fields:
    """Names of the facets, numbers and orders of all listings; two nouns may share a name.

    A record's values of a facet are also stored as one text, or as one for each of its `columns`. Every document has
    every column, empty or not: the engine counts one value a document in a seventh of the time that one or none takes,
    and in a thirtieth of what many take.
    """

    facets: tuple[str, ...]
    numbers: tuple[str, ...]
    sorts: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    version: str

    def texts(self, name: str, values: Iterable[str]) -> dict[str, str]:
        """A record's values of a facet as its columns hold them."""
        columns = self.columns[name]
        held: dict[str, list[str]] = {column: [] for column in columns}
        for value in sorted(values) if columns else ():
            held[columns[crc32(value.encode()) % len(columns)]].append(value)
        return {column: SEPARATOR.join(texts) for column, texts in held.items()}


@cache
def fields() -> Fields:
    parts: dict[str, int] = {}
    numbers: set[str] = set()
    sorts: set[str] = set()
    for listing in indexed():
        for name in listing.filterset.facet_names():
            parts[name] = max(parts.get(name, 0), listing.filterset.base_filters[name].parts)
        numbers |= set(listing.filterset.end_names())
        sorts |= set(listing.filterset.SORTS)
    columns = {name: _columns(name, parts[name]) for name in sorted(parts)}
    names = (tuple(sorted({"mark", *parts})), tuple(sorted(numbers)), tuple(sorted(sorts)))
    texts = [(listing.noun, listing.filterset.SEARCHED, listing.filterset.CODES) for listing in indexed()]
    version = hashlib.sha256(repr((ANALYZER_VERSION, names, columns, texts)).encode()).hexdigest()[:12]
    return Fields(*names, columns, version)


def _columns(facet: str, parts: int) -> tuple[str, ...]:
    whole = TOGETHER + facet
    return (whole,) if parts == 1 else tuple(f"{whole}_{part}" for part in range(parts))


def indexed() -> list[registry.Listing]:
    return [listing for listing in registry.listings.values() if listing.filterset.SEARCHED]


def schema() -> Any:
    """tantivy's schema. `terms` counts, `words` and `titles` know positions for phrases, the rest is exact."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    raw: dict[str, Any] = {"tokenizer_name": "raw", "index_option": "basic"}
    builder.add_text_field("key", stored=True, **raw)
    builder.add_text_field("noun", fast=True, **raw)
    builder.add_unsigned_field("pk", stored=True, fast=True)
    builder.add_unsigned_field("vector", indexed=True, fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("pinyin", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("titles", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("codes", **raw)
    names = fields()
    builder.add_text_field(MEASURES, fast=True, **raw)
    for name in names.facets:
        builder.add_text_field(FACET + name, **raw)
    for column in chain.from_iterable(names.columns.values()):
        builder.add_text_field(column, fast=True, **raw)
    for name in names.numbers:
        builder.add_integer_field(NUMBER + name, indexed=True, fast=True)
    for name in names.sorts:
        builder.add_text_field(SORT + name, fast=True, **raw)
        builder.add_integer_field(PLACE + name, indexed=True, fast=True)
    return builder.build()
