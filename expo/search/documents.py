"""What of a record enters the index: public texts, values its facets count, numbers, and its place in each order.

Everything is taken from the noun's FilterSet, in a few queries for many records: what the FilterSet may not search,
count or sort by does not enter either.
"""

from __future__ import annotations

import datetime as dt
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

TITLE_WEIGHT = 3  # how often a title is repeated before the text; measured in docs/benchmarks.md
LAST = "\x7f"  # sorts behind every text


@dataclass
class Document:
    """One record as the index holds it."""

    noun: str
    pk: int
    title: str = ""
    text: str = ""
    codes: list[str] = field(default_factory=list)
    facets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    sorts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.noun}:{self.pk}"

    def terms(self) -> list[str]:
        return terms(self.title) * TITLE_WEIGHT + terms(self.text)

    def phrase_terms(self) -> list[str]:
        return [*positions(self.title), "\x1f", *positions(self.text)]

    def pinyin(self) -> list[str]:
        return pinyin_terms(self.title)


def documents_of(listing: Listing, keys: Sequence[int] | None = None) -> list[Document]:
    """The public records of a noun, or those of them with the keys; a key without a document is not public."""
    rows = listing.queryset()
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    found = {pk: Document(listing.noun, pk) for pk in rows.order_by().values_list("pk", flat=True)}
    filterset = listing.filterset(QueryDict(), listing.queryset())
    public = rows.filter(pk__in=found) if keys is not None else rows
    _texts(public, filterset, found)
    _facets(public, filterset, found)
    _numbers(public, filterset, found)
    for name, (_label, order) in filterset.SORTS.items():
        for pk, key in sort_keys(public, order):
            if pk in found:
                found[pk].sorts[name] = key
    return list(found.values())


# ------------------------------------------------------------------ texts
def _texts(rows: QuerySet[Any], filterset: FairFilterSet, found: Mapping[int, Document]) -> None:
    """Own columns in one query, each related path in one of its own: joins would multiply the rows."""
    own = [column for column in filterset.SEARCHED if "__" not in column]
    for pk, *values in rows.order_by().values_list("pk", *own):
        for column, value in zip(own, values, strict=True):
            if pk in found:
                _add(found[pk], column, value, filterset)
    for column in filterset.SEARCHED:
        if "__" in column:
            for pk, value in dict.fromkeys(rows.order_by().values_list("pk", column)):
                if pk in found:
                    _add(found[pk], column, value, filterset)


def _add(document: Document, column: str, value: str | None, filterset: FairFilterSet) -> None:
    if not value:
        return
    if column.rpartition("__")[2] in ("number", "code"):
        document.codes.append(value)
    if column.startswith(filterset.TITLES):
        document.title += f"\n{value}"
    else:
        document.text += f"\n{value}"


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
    columns = {name: part.expression for name, part in parts.items()}
    for pk, *values in rows.order_by().annotate(**columns).values_list("pk", *columns):
        pieces = (sortable(value, part) for value, part in zip(values, parts.values(), strict=True))
        yield pk, "\x01".join(pieces)


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
