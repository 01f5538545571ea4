"""What of a record enters the index: public texts, values its facets count, numbers, and its place in each order.

Everything is taken from the noun's FilterSet, in a few queries for many records: what the FilterSet may not search,
count or sort by does not enter either.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from expo.registry import Listing
from expo.search.analyzer import pinyin_terms, positions, terms
from expo.search.filterset import FairFilterSet
from expo.search.query import code_key
from expo.search.surface import title_words
from expo.search.vectors import key_of, lines_of

TITLE_WEIGHT = 3  # how often a title is repeated before the text; measured in docs/benchmarks.md
LAST = "\x7f"  # sorts behind every text


@dataclass
class Document:
    """One record as the index holds it."""

    noun: str
    pk: int
    title: str = ""
    text: str = ""
    codes: set[str] = field(default_factory=set)
    facets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    measures: set[str] = field(default_factory=set)
    sorts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.noun}:{self.pk}"

    def terms(self) -> list[str]:
        return terms(self.title) * TITLE_WEIGHT + terms(self.text)

    def vector_key(self) -> int:
        return key_of(lines_of(self.title, self.text))

    def phrase_terms(self) -> list[str]:
        """With a sign between the columns, which no phrase runs over."""
        found: list[str] = []
        for line in (*self.title.split("\n"), *self.text.split("\n")):
            found += [*positions(line), "\x1f"]
        return found

    def pinyin(self) -> list[str]:
        return pinyin_terms(self.title)

    def title_words(self) -> list[str]:
        return title_words(self.title)


def documents_of(
    listing: Listing, keys: Sequence[int] | None = None, *, between: tuple[int, int] | None = None
) -> list[Document]:
    """The public records of a noun, or those of them with the keys; a key without a document is not public.

    `between` names the first and the last key of many, which the database reads faster than a list."""
    rows = listing.queryset()
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    if between is not None:
        rows = rows.filter(pk__range=between)
    found = {pk: Document(listing.noun, pk) for pk in rows.order_by().values_list("pk", flat=True)}
    filterset = listing.filterset(QueryDict(), listing.queryset())
    public = rows.filter(pk__in=found) if keys is not None else rows
    _texts(public, filterset, found, filterset.SEARCHED)
    _codes(public, filterset, found)
    _facets(public, filterset, found)
    _numbers(public, filterset, found)
    for pk, measure in filterset.measures(public):
        if pk in found:
            found[pk].measures.add(measure)
    for name, (_label, order) in filterset.SORTS.items():
        for pk, key in sort_keys(public, order):
            if pk in found:
                found[pk].sorts[name] = key
    return list(found.values())


def titles_of(listing: Listing, keys: Sequence[int]) -> dict[int, str]:
    """The titles of the public records among the keys, as their documents have them."""
    rows = listing.queryset().filter(pk__in=keys)
    filterset = listing.filterset(QueryDict(), listing.queryset())
    found = {pk: Document(listing.noun, pk) for pk in keys}
    _texts(rows, filterset, found, [column for column in filterset.SEARCHED if column.startswith(filterset.TITLES)])
    return {pk: document.title for pk, document in found.items() if document.title}


# ------------------------------------------------------------------ texts
def _texts(
    rows: QuerySet[Any], filterset: FairFilterSet, found: Mapping[int, Document], columns: Sequence[str]
) -> None:
    """Own columns in one query, each related path in one of its own: joins would multiply the rows."""
    own = [column for column in columns if "__" not in column]
    for pk, *values in rows.order_by().values_list("pk", *own):
        for column, value in zip(own, values, strict=True):
            if pk in found:
                _add(found[pk], column, value, filterset)
    for column in columns:
        if "__" in column:
            # In one order, whatever way the database takes: the same record is the same document.
            for pk, value in sorted({row for row in rows.order_by().values_list("pk", column) if row[1]}):
                if pk in found:
                    _add(found[pk], column, value, filterset)


def _add(document: Document, column: str, value: str | None, filterset: FairFilterSet) -> None:
    if not value:
        return
    if column.startswith(filterset.TITLES):
        document.title += f"\n{value}"
    else:
        document.text += f"\n{value}"


def _codes(rows: QuerySet[Any], filterset: FairFilterSet, found: Mapping[int, Document]) -> None:
    """Each as text, under its field, and under `code` for who does not know which one it is."""
    for name, ways in filterset.CODES.items():
        for way in ways:
            for pk, *parts in dict.fromkeys(rows.order_by().values_list("pk", *way)):
                if pk in found and all(parts):
                    code = "".join(map(str, parts))
                    found[pk].text += f"\n{code}"
                    found[pk].codes |= {f"{name}:{code_key(code)}", f"code:{code_key(code)}"}


# ------------------------------------------------------------------ facets and numbers
def _facets(rows: QuerySet[Any], filterset: FairFilterSet, found: Mapping[int, Document]) -> None:
    for name, facet in filterset.facet_filters().items():
        for pk, value in facet.values(rows):
            if pk in found:
                found[pk].facets[name].add(value)
    for name, pk in filterset.marks(rows):
        if pk in found:
            found[pk].facets["mark"].add(name)


def _numbers(rows: QuerySet[Any], filterset: FairFilterSet, found: Mapping[int, Document]) -> None:
    for name, end in filterset.ends().items():
        for pk, value in end.values(rows):
            if pk in found and value is not None:
                found[pk].numbers[name].add(hundredths(value))


def hundredths(value: Decimal) -> int:
    """Money and measures as whole numbers, which compare exactly."""
    return int((Decimal(value) * 100).to_integral_value())


# ------------------------------------------------------------------ orders
def sort_keys(rows: QuerySet[Any], order: Sequence[Any]) -> Iterable[tuple[int, str]]:
    """(key, text) whose alphabetical order is the order asked for."""
    parts = {f"order_{i}": part for i, part in enumerate(map(as_order, order))}
    known = {name: part.of_many(rows) for name, part in parts.items() if isinstance(part, OrderOfMany)}
    columns = {name: part.expression for name, part in parts.items() if name not in known}
    for row in rows.order_by().annotate(**columns).values("pk", *columns):
        values = (known[name].get(row["pk"]) if name in known else row[name] for name in parts)
        yield row["pk"], "\x01".join(map(sortable, values, parts.values()))


class OrderOfMany(OrderBy):
    """An order whose values the database finds much faster for many rows together than for each of them."""

    @abstractmethod
    def of_many(self, rows: QuerySet[Any]) -> Mapping[int, Any]:
        """The values by key, as the expression gives them; rows without one may be left out."""


def as_order(part: Any) -> OrderBy:
    if isinstance(part, OrderBy):
        return part
    if isinstance(part, str):
        return OrderBy(F(part.removeprefix("-")), descending=part.startswith("-"))
    return OrderBy(part)


WIDTH = 24  # digits of a number, with its two decimals and an offset that keeps it positive
OFFSET = 10 ** (WIDTH - 2)


def sortable(value: Any, part: OrderBy) -> str:
    if value is None:
        return LAST if part.nulls_last else ""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, dt.datetime | dt.date):
        value = Decimal(int(value.strftime("%Y%m%d%H%M%S%f")))
    if isinstance(value, int | Decimal | float):
        number = OFFSET + int(Decimal(str(value)).scaleb(2))
        return f"{(2 * OFFSET - number) if part.descending else number:0{WIDTH}d}"
    if part.descending:
        raise ValueError("Texts are sorted upward only.")
    return str(value)
