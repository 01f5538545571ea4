"""Queries that are asked with ever other keys: their SQL is made once, for making it takes longer than the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

# A list of keys as one parameter, so that the SQL is the same for any number of them.
LISTS = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT unnest(%s::bigint[])",
}  # fmt: skip


class Prepared:
    """`rows` makes a query of values of as many lists of keys as it takes, each for an `…__in`.

    To be called with such lists by the thread that made it.
    """

    def __init__(self, rows: Callable[..., QuerySet[Any, Any]], *, lists: int = 1) -> None:
        self.marks = [object() for _ in range(lists)]
        keys = [RawSQL(LISTS[connection.vendor], [mark]) for mark in self.marks]  # noqa: S611 (a constant)
        query = rows(*keys).query
        self.compiler = query.get_compiler(connection=connection)
        self.sql, self.parameters = self.compiler.as_sql()
        columns = [column for column, _sql, _alias in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)

    def __call__(self, *lists: Collection[int]) -> Iterable[tuple[Any, ...]]:
        bound = {mark: _bound(keys) for mark, keys in zip(self.marks, lists, strict=True)}
        parameters = [bound.get(value, value) if type(value) is object else value for value in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = cursor.fetchall()
        return self.compiler.apply_converters(rows, self.converters) if self.converters else rows


def _bound(keys: Collection[int]) -> Any:
    return json.dumps(list(keys)) if connection.vendor == "sqlite" else list(keys)
