"""Text search over database columns, for the time without an index: every word must occur somewhere.

The same query as the index answers, read the same way: phrases, words left out, codes of a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import CharField, F, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Lower, Replace

from expo.search.query import SearchQuery, code_key

MAX_WORDS = 8
MAX_LENGTH = 200
SIGNS = " -./·_()"  # what codes are written with, and compared without
Rows = TypeVar("Rows", bound=Model)
Ways = Sequence[Sequence[str]]
Codes = Mapping[str, Ways]  # by field: ways to its codes, each the columns that joined make one


def tidy(text: str) -> str:
    """The first 200 characters with single spaces. What is not printable, like a wide space, divides."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:MAX_LENGTH]).split())


def words_of(text: str) -> list[str]:
    """At most eight different words."""
    return list(dict.fromkeys(tidy(text).split()))[:MAX_WORDS]


def matching(rows: QuerySet[Rows], text: str, columns: Sequence[str], codes: Codes | None = None) -> QuerySet[Rows]:
    """The rows that hold every word and phrase and code that is asked for, and nothing that is left out."""
    codes = codes or {}
    table = rows.model._base_manager
    query = SearchQuery.parse(tidy(text))

    def holds(part: str) -> Q:
        every_way = [way for ways in codes.values() for way in ways]
        return _any([*(_in_column(table, column, part) for column in columns), *_joined(table, every_way, part)])

    for part in (*words_of(query.text), *query.phrases):
        rows = rows.filter(holds(part.strip()))
    for part in query.without:
        rows = rows.exclude(holds(part.strip()))
    for name, code in query.codes:
        ways = [way for field, ways in codes.items() if name in (field, "code") for way in ways]
        rows = rows.filter(_any(_coded(table, ways, code)))
    return rows


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def _in_column(table: Any, column: str, part: str) -> Q:
    """A column behind a relation is asked apart, for joins multiply rows."""
    here = Q(**{f"{column}__icontains": part})
    return Q(pk__in=table.filter(here).values("pk")) if "__" in column else here


def _joined(table: Any, ways: Ways, part: str) -> Iterable[Q]:
    for way in ways:
        found = table.annotate(joined=_as_written(way)).filter(joined__icontains=part)
        yield Q(pk__in=found.order_by().values("pk"))


def _coded(table: Any, ways: Ways, code: str) -> Iterable[Q]:
    """Compared as `code_key` reads them, as far as a database can."""
    key = code_key(code)
    for way in ways:
        plain: Any = Lower(_as_written(way))
        for sign in SIGNS:
            plain = Replace(plain, Value(sign), Value(""))
        found = table.annotate(plain=plain).filter(plain__in=[key, f"zl{key}", f"cn{key}"])
        yield Q(pk__in=found.order_by().values("pk"))


def _as_written(way: Sequence[str]) -> Any:
    return Concat(*way, output_field=CharField()) if len(way) > 1 else Cast(F(way[0]), CharField())
