"""Text search over database columns: every word must occur in some column, in either language."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

MAX_WORDS = 8
MAX_LENGTH = 200
Rows = TypeVar("Rows", bound=Model)


def tidy(text: str) -> str:
    """The first 200 characters with single spaces. What is not printable, like a wide space, divides."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:MAX_LENGTH]).split())


def words_of(text: str) -> list[str]:
    """At most eight different words."""
    return list(dict.fromkeys(tidy(text).split()))[:MAX_WORDS]


def matching(rows: QuerySet[Rows], text: str, columns: tuple[str, ...]) -> QuerySet[Rows]:
    """The rows in which every word occurs. A column behind a relation is asked apart, for joins multiply rows."""
    table = rows.model._base_manager

    def hit(column: str, word: str) -> Q:
        here = Q(**{f"{column}__icontains": word})
        return Q(pk__in=table.filter(here).values("pk")) if "__" in column else here

    for word in words_of(text):
        rows = rows.filter(reduce(or_, (hit(column, word) for column in columns)))
    return rows
