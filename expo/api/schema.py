"""The API described in OpenAPI 3.1, read off the registry, the FilterSets and the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.core.validators import MinValueValidator
from django.db import connection
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_filters import NumberFilter

from expo.api.asking import LANGUAGES, LARGEST_PAGE, PAGE_SIZE
from expo.api.errors import STATUSES
from expo.columns import columns_in
from expo.registry import Column, OpenData
from expo.search.facets import AskedFacet, EditionFacet, FacetFilter
from expo.search.filterset import RELEVANCE
from expo.search.text import MAX_LENGTH

Json = dict[str, Any]
NO_QUERY = QueryDict()
TYPES: dict[str, Json] = {
    "text": {"type": "string"},
    "decimal": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    "whole": {"type": "integer"},
    "flag": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "address": {"type": "string"},
}
REFUSALS = {
    "Refusal": {
        "type": "object",
        "required": ["errors"],
        "properties": {"errors": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Fault"}}},
    },
    "Fault": {
        "type": "object",
        "required": ["parameter", "message"],
        "properties": {"parameter": {"type": ["string", "null"]}, "message": {"type": "string"}},
    },
}


# ------------------------------------------------------------------ records
def of_column(column: Column) -> Json:
    """Every column may be empty but those of small tables."""
    if column.parts:
        return {"type": "array", "items": of_columns(column.parts), **described(column)}
    told: Json = dict(TYPES[column.kind])
    if column.choices:
        told["enum"] = list(column.choices)
    if column.is_list:
        return {"type": "array", "items": told, **described(column)}
    told["type"] = [told["type"], "null"]
    if column.choices:
        told["enum"].append(None)
    return told | described(column)


def described(column: Column) -> Json:
    return {"description": str(column.meaning)} if str(column.meaning) else {}


def of_columns(columns: Any) -> Json:
    properties = {column.name: of_column(column) for column in columns}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def of_noun(noun: str) -> Json:
    """With the columns of both languages, and those that one language brings."""
    columns = {name: column for language in ("", *LANGUAGES) for name, column in columns_in(noun, language).items()}
    told = of_columns(columns.values())
    for name, column in columns_in(noun, "").items():
        if column.parts:  # in one language its parts have other names
            parts = [part for language in ("", *LANGUAGES) for part in columns_in(noun, language)[name].parts]
            told["properties"][name]["items"] = of_columns({part.name: part for part in parts}.values())
    return told


# ------------------------------------------------------------------ parameters
def parameter(name: str, meaning: str, kind: Json, **more: Any) -> Json:
    return {"name": name, "in": "query", "description": meaning, "schema": kind, **more}


def language() -> Json:
    meaning = _("Text in this language, the other one where it is empty. Without it both stand side by side.")
    return parameter("lang", meaning, {"type": "string", "enum": list(LANGUAGES)})


def of_record(noun: str) -> list[Json]:
    names = list(dict.fromkeys(name for lang in ("", *LANGUAGES) for name in columns_in(noun, lang)))
    meaning = _("Only these fields, separated by commas.")
    kind = {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1}
    return [language(), parameter("fields", meaning, kind, style="form", explode=False)]


def of_list(row: OpenData) -> list[Json]:
    filterset: Any = row.listing.filterset
    sorts = [*filterset.SORTS, RELEVANCE]
    text = _("Text to search for: words, “quoted phrases”, -without.")
    return [
        parameter("q", text, {"type": "string", "maxLength": MAX_LENGTH}),
        *filters_of(filterset),
        parameter("sort", _("The order. Without it and without a text the newest come first."), choice(sorts)),
        parameter("facets", _("1: also how many rows each value of a filter would leave."), choice(["1", "0"])),
        parameter(
            "page_size", _("Rows of a page."),
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
        ),
        parameter("cursor", _("Where the page begins: what “next” of the page before says."), {"type": "string"}),
        *of_record(row.noun),
    ]  # fmt: skip


def filters_of(filterset: Any) -> Iterator[Json]:
    """The facets, which take many values, and the ends of ranges."""
    ends = {name: f"{label} ({unit})" for label, unit, names in filterset.RANGES.values() for name in names}
    for name, row in filterset.base_filters.items():
        if isinstance(row, FacetFilter):
            kind = choice(values) if (values := fixed_values(row)) else {"type": "string"}
            meaning = _("%(label)s. Any of the values given.") % {"label": row.label}
            yield parameter(name, meaning, {"type": "array", "items": kind}, style="form", explode=True)
        elif isinstance(row, NumberFilter):
            yield parameter(name, ends.get(name, _("An end of the range.")), number(row))


def number(row: NumberFilter) -> Json:
    told: Json = {"type": "number"}
    for validator in row.extra.get("validators", ()):
        told["minimum" if isinstance(validator, MinValueValidator) else "maximum"] = validator.limit_value
    return told


def choice(values: list[str]) -> Json:
    return {"type": "string", "enum": values}


class AsksDatabase(Exception):
    """The values of a facet are rows, which come and go."""


def fixed_values(facet: FacetFilter) -> list[str]:
    """The values of a facet that has them without the database; none for others."""
    if isinstance(facet, EditionFacet | AskedFacet):
        return []

    def refuse(*args: Any) -> None:
        raise AsksDatabase

    try:
        with connection.execute_wrapper(refuse):
            return [option.value for option in facet.options()]
    except AsksDatabase:
        return []


# ------------------------------------------------------------------ operations
def operation(name: str, summary: str, tag: str, parameters: list[Json], answer: Json, *refused: int) -> Json:
    statuses = (304, 400, *refused, 405, 406, 429)
    return {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": parameters,
        "security": [],
        "responses": {
            "200": {"description": _("The answer."), "content": {"application/json": {"schema": answer}}},
            **{str(status): refusal(status) for status in statuses},
        },
    }


def refusal(status: int) -> Json:
    told: Json = {"description": str(STATUSES[status])}
    if status != 304:
        told["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return told


def root(view: Any, components: Callable[[str, Json], Json]) -> Json:
    noun = {"noun": TYPES["text"], "title": TYPES["text"], "count": TYPES["whole"], "url": TYPES["address"]}
    items = {"type": "object", "required": [*noun], "properties": noun}
    own = {"nouns": {"type": "array", "items": items}, "schema": TYPES["address"], "docs": TYPES["address"]}
    answer = {"type": "object", "required": [*own], "properties": own}
    return operation("root", _("What there is"), "root", [language()], answer)


def listing(view: Any, components: Callable[[str, Json], Json]) -> Json:
    row: OpenData = view.data
    value = {"value": TYPES["text"], "label": TYPES["text"], "count": TYPES["whole"], "is_chosen": TYPES["flag"]}
    facet = {"type": "array", "items": {"type": "object", "required": [*value], "properties": value}}
    facets = {"facets": {"type": "object", "additionalProperties": facet}}
    own: Json = {
        "count": {"type": "integer", "description": _("All rows that were found.")},
        "is_relaxed": {"type": "boolean", "description": _("Few held every word, so any of them was enough.")},
        "next": {"type": ["string", "null"], "description": _("The next page.")},
        "results": {"type": "array", "items": components(row.noun, of_noun(row.noun))},
    }
    answer = {"type": "object", "required": [*own], "properties": {**own, **facets}}
    return operation(f"{row.noun}_list", str(row.listing.title), row.address, of_list(row), answer, 410)


def record(view: Any, components: Callable[[str, Json], Json]) -> Json:
    row: OpenData = view.data
    key = columns_in(row.noun, "")["key"]
    kind = (
        {"type": "integer", "minimum": 0} if key.kind == "whole" else {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
    )
    path: Json = {"name": "key", "in": "path", "required": True, "description": str(key.meaning), "schema": kind}
    answer = components(row.noun, of_noun(row.noun))
    words = _("One of: %(nouns)s") % {"nouns": row.listing.title}
    return operation(f"{row.noun}_detail", words, row.address, [path, *of_record(row.noun)], answer, 404)


# ------------------------------------------------------------------ the whole
@cache
def generated(language: str) -> Json:
    """The whole schema in a language. Made once: nothing in it comes from a row."""
    from expo.api.openapi import make  # loads drf-spectacular, which no other question needs

    with override(language):
        return make()


def operations(told: Json) -> list[Json]:
    """As the page shows them: path, words, parameters that are typed or chosen."""
    found = []
    for path, methods in told["paths"].items():
        asked = methods["get"]
        inputs = [entry for entry in asked.get("parameters", ()) if entry["in"] == "query"]
        is_form = "{" not in path and not asked["security"]
        found.append({"path": path, **asked, "inputs": [shown(entry) for entry in inputs], "is_form": is_form})
    return found


def shown(entry: Json) -> Json:
    kind = entry["schema"]
    inner = kind.get("items", kind)
    return {
        "name": entry["name"],
        "description": entry.get("description", ""),
        "type": inner["type"],
        "is_many": kind["type"] == "array" and entry.get("explode", True),
        "values": inner.get("enum", ()),
        "limit": inner.get("maxLength") or "",
    }
