"""Text search over database columns: every word must occur in some column, in either language."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

MAX_WORDS = 8
Rows = TypeVar("Rows", bound=Model)


def words_of(text: str) -> list[str]:
    """At most eight words, without control characters, which PostgreSQL refuses."""
    return "".join(c if c.isprintable() else " " for c in text).split()[:MAX_WORDS]


def matching(rows: QuerySet[Rows], text: str, columns: tuple[str, ...]) -> QuerySet[Rows]:
    """The rows in which every word occurs. Columns may follow relations; a row comes once however often it hits."""
    words = words_of(text)
    if not words:
        return rows
    hits = rows.model._base_manager.all()
    for word in words:
        hits = hits.filter(reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns)))
    return rows.filter(pk__in=hits.values("pk"))
