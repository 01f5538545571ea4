"""The log of what the index has not seen yet: database triggers write it, one process drains it.

Triggers see every door: admin, import, `bulk_create`, `update()`, loaddata, raw SQL. The request that saves only adds
rows to the log in its own transaction.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Model

from expo.models import SearchChange
from expo.search import index
from expo.search.dependence import dependences, sources, ties

logger = logging.getLogger(__name__)
PREFIX = "search_"
TAKEN = 5_000  # rows of the log a turn
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


# ------------------------------------------------------------------ triggers
def logged(model: type[Model]) -> list[tuple[str, str]]:
    """(label, column) of what a row of the table stands for: itself, and what it hangs on, which its end would hide."""
    own = (model._meta.label, model._meta.pk.column)
    return [own, *sorted(ties().get(model._meta.label, set()))]


def statements(vendor: str) -> Iterator[str]:
    """The SQL that makes all triggers anew. SQLite and PostgreSQL."""
    log = SearchChange._meta.db_table
    for model in sources():
        table = model._meta.db_table
        for event, rows in EVENTS.items():
            name = f"{PREFIX}{table}_{event}"
            values = [(label, f'{row}."{column}"') for label, column in logged(model) for row in rows]
            body = " ".join(
                f"INSERT INTO {log} (label, object_id) SELECT '{label}', {value} WHERE {value} IS NOT NULL;"
                for label, value in values
            )
            if vendor == "sqlite":
                yield f'DROP TRIGGER IF EXISTS "{name}"'
                yield f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" BEGIN {body} END'
            else:
                yield (
                    f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
                    f"$body$ BEGIN {body} RETURN NULL; END $body$"
                )
                yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
                yield (
                    f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" '
                    f'FOR EACH ROW EXECUTE FUNCTION "{name}"()'
                )


def install(using: str = DEFAULT_DB_ALIAS, app_config: AppConfig | None = None, **kwargs: Any) -> None:
    """Make every trigger anew, once after each migrate: they follow the FilterSets."""
    if app_config is not None and app_config != [row for row in apps.get_app_configs() if row.models_module][-1]:
        return  # the signal comes once for every app; all tables are there with the last one
    connection = connections[using]
    known = set(connection.introspection.table_names())
    needed = {SearchChange._meta.db_table, *(model._meta.db_table for model in sources())}
    if not needed <= known:
        return  # a migrate that stops half-way, or backwards
    with transaction.atomic(using), connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)


# ------------------------------------------------------------------ draining
def drain() -> int:
    """Bring the index up to date with the log, or build it where there is none. Returns the changes taken.

    Rows leave the log only when the index has them: a crash in between does the same work again.
    """
    if index.state() is None:
        index.rebuild()
    taken = list(SearchChange.objects.order_by("pk")[:TAKEN].values_list("pk", "label", "object_id"))
    if not taken:
        return 0
    with index.writing():
        index.write(affected((label, key) for _pk, label, key in taken))
    numbers = [pk for pk, _label, _key in taken]
    for start in range(0, len(numbers), 500):
        SearchChange.objects.filter(pk__in=numbers[start : start + 500]).delete()
    return len(taken)


def affected(changed: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """(noun, key) of all records that show one of the changed rows."""
    by_label: dict[str, set[int]] = defaultdict(set)
    for label, key in changed:
        by_label[label].add(key)
    found: set[tuple[str, int]] = set()
    for label, keys in by_label.items():
        for row in dependences().get(label, ()):
            found |= {(row.noun, key) for key in row.affected(sorted(keys))}
    return found
