"""Columns of what machines read, from a model's PUBLIC_FIELDS: flat, each with its kind, its meaning and plain data.

A relation becomes the key, the names and the address of what it leads to, and is empty where the public may not see
that. Of text in two languages there is a column each, or one of both in the language that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ForeignKey, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from expo.registry import Column, OpenData, open_data

KINDS: tuple[tuple[type[models.Field], str], ...] = (
    (models.DecimalField, "decimal"),
    (models.BooleanField, "flag"),
    (models.IntegerField, "whole"),
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.URLField, "address"),
)
PAIR = ("_en", "_zh")
WORDS = ("name", "title", "label")  # what a record is called by


# ------------------------------------------------------------------ values
def plain(value: Any) -> Any:
    """As JSON holds it; a decimal as text, for a float would not give its digits back."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def follow(record: Any, path: str) -> Any:
    for name in path.split("__"):
        record = getattr(record, name)
    return record


def address_of(record: Any) -> str:
    """The record's page, or that of its listing, in the active language."""
    if hasattr(record, "get_absolute_url"):
        return settings.SITE_URL + str(record.get_absolute_url())
    return settings.SITE_URL + reverse(open_data[record._meta.model_name].listing.url_name)


# ------------------------------------------------------------------ columns
def columns_of(row: OpenData) -> tuple[Column, ...]:
    """All columns of a noun, with both languages side by side."""
    model: Any = row.listing.model
    key = model_field(model, row.key)
    found = [
        Column("key", kind_of(key), lambda record: plain(follow(record, row.key)), _("Ends its address in this API.")),
        Column("url", "address", address_of, _("Its page.")),
        Column("is_sample", "flag", lambda record: record.is_sample, _("Invented for the demonstration.")),
    ]
    beside = row.columns()
    own = {column.name for column in beside}
    for name in model.PUBLIC_FIELDS:
        if name not in own:
            found += field_columns(model, name)
    return (*found, *beside)


def field_columns(model: Any, name: str) -> list[Column]:
    """What a public field shows. Relations to many have columns of their own, in the noun's OpenData."""
    field = model._meta.get_field(name)
    if isinstance(field, ForeignKey):
        return reference(name, field.related_model, lambda record: record.referred[name], capfirst(field.verbose_name))
    return [] if field.is_relation else [field_column(model, name)]


def field_column(model: Any, name: str) -> Column:
    field = model._meta.get_field(name)
    choices = () if isinstance(field, CountryField) else tuple(str(value) for value, _label in field.flatchoices)
    if choices and field.blank:
        choices = ("", *choices)
    meaning = capfirst(field.verbose_name)
    return Column(name, kind_of(field), lambda record: plain(getattr(record, name)), meaning, choices)


def fields(model: Any, *names: str, where: Callable[[Any], bool] = lambda record: True) -> tuple[Column, ...]:
    """Columns of these fields of a model, empty for records that are not to show them."""
    return tuple(only_where(field_column(model, name), where) for name in names)


def only_where(column: Column, where: Callable[[Any], bool]) -> Column:
    return replace(column, value=lambda record: column.value(record) if where(record) else None)


def reference(name: str, model: Any, of: Callable[[Any], Any], meaning: Any) -> list[Column]:
    """Key, names and address of another record; `of` gives it, or None where the public may not know it."""
    row = open_data.get(model._meta.model_name)
    key = row.key if row else "slug"
    word = next((word for word in WORDS if f"{word}_en" in model.PUBLIC_FIELDS), "")

    def part(value: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda record: None if (other := of(record)) is None else value(other)

    found = [Column(name, kind_of(model_field(model, key)), part(lambda other: plain(follow(other, key))), meaning)]
    for suffix in PAIR if word else ():
        column = f"{word}{suffix}"
        found.append(Column(f"{name}_{column}", "text", part(attrgetter(column))))
    if row:
        found.append(Column(f"{name}_url", "address", part(address_of)))
    return found


def table(name: str, parts: Iterable[Column], rows: Callable[[Any], Iterable[Any]], meaning: Any) -> Column:
    """A list of small rows."""
    columns = tuple(parts)
    return Column(name, "table", rows, meaning, is_list=True, parts=columns)


def model_field(model: Any, path: str) -> Any:
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last)


def kind_of(field: Any) -> str:
    return next((kind for kinds, kind in KINDS if isinstance(field, kinds)), "text")


# ------------------------------------------------------------------ languages
@cache
def columns_in(noun: str, language: str) -> dict[str, Column]:
    """By name: all columns, and for a language those that speak it; `shown_in` says which of them come unasked."""
    both = columns_of(open_data[noun])
    return {column.name: column for column in (*both, *spoken(both, language))} if language else by_name(both)


def shown_in(noun: str, language: str) -> tuple[str, ...]:
    """The columns that come unasked: both languages, or the one asked for in their place."""
    every = columns_in(noun, language)
    if not language:
        return tuple(every)
    pairs = {base + suffix for base in bases(list(every.values())) for suffix in PAIR}
    return tuple(name for name in every if name not in pairs)


def by_name(columns: Iterable[Column]) -> dict[str, Column]:
    return {column.name: column for column in columns}


def bases(columns: Sequence[Column]) -> list[str]:
    """The names of the texts that are there in both languages."""
    names = {column.name for column in columns}
    found = [name.removesuffix("_en") for name in by_name(columns) if name.endswith("_en")]
    return [base for base in found if base + "_zh" in names]


def spoken(columns: Sequence[Column], language: str) -> Iterator[Column]:
    """One column for each text in two languages, and tables whose parts are such."""
    known = by_name(columns)
    first, second = PAIR if language == "en" else PAIR[::-1]
    for base in bases(columns):
        yield either(base, known[base + first], known[base + second])
    for column in columns:
        if column.parts:
            pairs = {base + suffix for base in bases(column.parts) for suffix in PAIR}
            parts = (*(part for part in column.parts if part.name not in pairs), *spoken(column.parts, language))
            yield replace(column, parts=parts)


def either(name: str, wanted: Column, other: Column) -> Column:
    """The text in the language wanted, else in the other one."""
    return Column(name, "text", lambda record: wanted.value(record) or other.value(record), wanted.meaning)


# ------------------------------------------------------------------ rows
def rows_of(noun: str, records: Sequence[Any], names: Sequence[str], language: str) -> list[dict[str, Any]]:
    """The records as plain data, only the columns named."""
    columns = [columns_in(noun, language)[name] for name in names]
    refer(records, open_data[noun].listing.model)
    return [row_of(record, columns) for record in records]


def row_of(record: Any, columns: Iterable[Column]) -> dict[str, Any]:
    return {column.name: data_of(record, column) for column in columns}


def data_of(record: Any, column: Column) -> Any:
    value = column.value(record)
    if column.parts:
        return [row_of(row, column.parts) for row in value]
    return list(value) if column.is_list else value


def refer(records: Sequence[Any], model: Any) -> None:
    """Give each record what its public relations lead to, as `referred`: fetched for all at once, or None."""
    names = [name for name in model.PUBLIC_FIELDS if isinstance(model._meta.get_field(name), ForeignKey)]
    for record in records:
        record.referred = {}
    for name in names:
        field = model._meta.get_field(name)
        keys = {key for record in records if (key := getattr(record, field.attname)) is not None}
        found = visible(field.related_model).in_bulk(keys) if keys else {}
        for record in records:
            record.referred[name] = found.get(getattr(record, field.attname))


def visible(model: Any) -> QuerySet[Any]:
    """The rows that other records may name."""
    row = open_data.get(model._meta.model_name)
    if row is None:
        return model._default_manager.all()
    return (row.named or row.listing.queryset)()
