"""The fields of the index, made from the registry; another registry or analyzer is another index."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import QueryDict

from expo import registry

ANALYZER_VERSION = 1  # raise it whenever the same text gives other terms or fields
FACET, NUMBER, SORT = "f_", "n_", "s_"


@dataclass(frozen=True)
class Fields:
    """Names of the facets, numbers and orders of all listings; two nouns may share a name."""

    facets: tuple[str, ...]
    numbers: tuple[str, ...]
    sorts: tuple[str, ...]
    version: str = field(default="")


@cache
def fields() -> Fields:
    facets: set[str] = {"mark"}
    numbers: set[str] = set()
    sorts: set[str] = set()
    for listing in indexed():
        filterset = listing.filterset(QueryDict(), listing.model._default_manager.none())
        facets |= set(filterset.facet_filters())
        numbers |= set(filterset.ends())
        sorts |= set(filterset.SORTS)
    names = (tuple(sorted(facets)), tuple(sorted(numbers)), tuple(sorted(sorts)))
    texts = [(listing.noun, listing.filterset.SEARCHED) for listing in indexed()]
    version = hashlib.sha256(repr((ANALYZER_VERSION, names, texts)).encode()).hexdigest()[:12]
    return Fields(names[0], names[1], names[2], version)


def indexed() -> list[registry.Listing]:
    return [listing for listing in registry.listings.values() if listing.filterset.SEARCHED]


def schema() -> Any:
    """tantivy's schema. `terms` counts, `words` knows positions for phrases, the rest is exact."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    raw: dict[str, Any] = {"tokenizer_name": "raw", "index_option": "basic"}
    builder.add_text_field("key", stored=True, **raw)
    builder.add_text_field("noun", fast=True, **raw)
    builder.add_unsigned_field("pk", stored=True, fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("pinyin", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("codes", **raw)
    names = fields()
    for name in names.facets:
        builder.add_text_field(FACET + name, fast=True, **raw)
    for name in names.numbers:
        builder.add_integer_field(NUMBER + name, indexed=True, fast=True)
    for name in names.sorts:
        builder.add_text_field(SORT + name, fast=True, **raw)
    return builder.build()
