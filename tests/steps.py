"""How much work SQLite does for each query, in steps of its machine: a number that no other program disturbs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

GRAIN = 50  # steps between two looks


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Steps by query, while the context lasts; reading the rows counts with the query that gave them."""
    steps: Counter[str] = Counter()
    current = [""]

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        current[0] = shape(sql)
        return execute(sql, params, many, context)

    def step() -> int:
        steps[current[0]] += GRAIN
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(step, GRAIN)
    try:
        with connection.execute_wrapper(note):
            yield steps
    finally:
        connection.connection.set_progress_handler(None, GRAIN)


def shape(sql: str) -> str:
    """The query without the number of its parameters, so that two of a kind are one."""
    return re.sub(r"%s(, %s)+", "%s, …", sql)
