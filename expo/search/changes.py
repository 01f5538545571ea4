"""The log of what the index has not seen yet: database triggers write it, one process drains it.

Triggers see every door: admin, import, `bulk_create`, `update()`, loaddata, raw SQL. The request that saves only adds
rows to the log in its own transaction.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Model

from expo.models import SearchChange
from expo.search import generation, index
from expo.search.dependence import dependences, sources, ties

logger = logging.getLogger(__name__)
PREFIX = "search_"
TAKEN = 5_000  # rows of the log a turn
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
Written = Callable[[Iterable[tuple[str, int]] | None], None]
_listeners: list[Written] = []


def listen(listener: Written) -> None:
    """Have a package told of the records (noun, key) that the index has written; None: it was built anew."""
    _listeners.append(listener)


def _tell(records: Iterable[tuple[str, int]] | None) -> None:
    for listener in _listeners:
        listener(records)


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
            body = " ".join(
                f"INSERT INTO {log} (label, object_id) SELECT '{label}', {row}.\"{column}\" "
                f"WHERE {_counts(row, column, rows)};"
                for label, column in logged(model)
                for row in rows
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


def _counts(row: str, column: str, rows: tuple[str, ...]) -> str:
    """The condition that a row points somewhere; of an update the old row only where it pointed elsewhere."""
    known = f'{row}."{column}" IS NOT NULL'
    moved = f'(NEW."{column}" IS NULL OR NEW."{column}" <> OLD."{column}")'
    return f"{known} AND {moved}" if row == "OLD" and "NEW" in rows else known


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


# ------------------------------------------------------------------ building anew
def rebuild(progress: Callable[[str, int], None] = lambda noun, done: None, *, patience: float = 0) -> int:
    """A new index from the tables; the changes it has seen leave the log. Returns the records in it.

    Only rows that were there before it began: a number between two of them may belong to a commit yet to come.
    IndexBusy where another process writes for longer than `patience` seconds.
    """
    gather_statistics()  # without them the keys of the organizations alone take hours where there are a million records
    numbers = SearchChange.objects.order_by("pk").values_list("pk", flat=True)
    seen = list(_stretches(numbers.iterator(TAKEN)))  # of a million new records the log has 15 million rows
    count = index.rebuild(progress, patience=patience)
    for first, last in seen:
        SearchChange.objects.filter(pk__range=(first, last)).delete()
    _tell(None)
    return count


def gather_statistics() -> None:
    """Let the database count what is in its tables. SQLite does so only when asked, and without it reads all that is
    published where a few rows are asked for by their keys.
    """
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("ANALYZE")


def _stretches(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of every stretch of whole numbers without a gap: 1 2 3 7 8 gives (1, 3), (7, 8)."""
    rest = iter(numbers)
    if (first := next(rest, None)) is None:
        return
    last = first
    for number in rest:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


# ------------------------------------------------------------------ draining
def drain(tell: Callable[[Iterable[tuple[str, int]]], None] = lambda records: None) -> int:
    """Bring the index up to date with the log, or build it where none can be read. Returns the changes taken.

    Rows leave the log only when the index has them: a crash in between does the same work again. `tell` hears of the
    records (noun, key) that were written.
    """
    if generation.opened() is None:
        rebuild()
    taken = list(SearchChange.objects.order_by("pk")[:TAKEN].values_list("pk", "label", "object_id"))
    if not taken:
        return 0
    with index.writing():
        written = affected((label, key) for _pk, label, key in taken)
        index.write(written)
    tell(written)
    _tell(written)
    numbers = [pk for pk, _label, _key in taken]
    for start in range(0, len(numbers), 500):
        SearchChange.objects.filter(pk__in=numbers[start : start + 500]).delete()
    if len(taken) == TAKEN:  # so much at once is an import
        gather_statistics()
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
