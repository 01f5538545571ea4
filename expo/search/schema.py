"""The fields of the index, made from the registry; another registry or analyzer is another index."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from expo import registry
from expo.search.measures import FIELD as MEASURES

ANALYZER_VERSION = 6  # raise it whenever the same text gives other terms or fields
FACET, NUMBER, SORT, PLACE, TOGETHER = "f_", "n_", "s_", "p_", "t_"
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Fields:
    """Names of the facets, numbers and orders of all listings; two nouns may share a name.

    A record's values of the facets `together` are also stored as one text: counting one value a record takes the engine
    a fifth of the time that many take. Not for facets of so many values that hardly two records have the same.
    """

    facets: tuple[str, ...]
    numbers: tuple[str, ...]
    sorts: tuple[str, ...]
    together: frozenset[str]
    version: str


@cache
def fields() -> Fields:
    facets: set[str] = {"mark"}
    numbers: set[str] = set()
    sorts: set[str] = set()
    scattered: set[str] = {"mark"}
    for listing in indexed():
        facets |= set(listing.filterset.facet_names())
        numbers |= set(listing.filterset.end_names())
        sorts |= set(listing.filterset.SORTS)
        scattered |= {
            name for name in listing.filterset.facet_names() if listing.filterset.base_filters[name].is_scattered
        }
    names = (tuple(sorted(facets)), tuple(sorted(numbers)), tuple(sorted(sorts)), frozenset(facets - scattered))
    texts = [(listing.noun, listing.filterset.SEARCHED, listing.filterset.CODES) for listing in indexed()]
    version = hashlib.sha256(repr((ANALYZER_VERSION, names[:3], sorted(names[3]), texts)).encode()).hexdigest()[:12]
    return Fields(*names, version)


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
        builder.add_text_field(FACET + name, fast=name not in names.together, **raw)
    for name in names.together:
        builder.add_text_field(TOGETHER + name, fast=True, **raw)
    for name in names.numbers:
        builder.add_integer_field(NUMBER + name, indexed=True, fast=True)
    for name in names.sorts:
        builder.add_text_field(SORT + name, fast=True, **raw)
        builder.add_integer_field(PLACE + name, indexed=True, fast=True)
    return builder.build()
