"""A record and the rows below it as plain values, and plain values as a record again: for proposals and for saving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Record

Values = dict[str, Any]
Lines = dict[str, list[Values]]


def plain(value: Any) -> Any:
    """As JSON keeps it: numbers that must be exact and days as texts, one text for equal numbers."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def values_of(row: Model, names: Iterable[str]) -> Values:
    fields = [row._meta.get_field(name) for name in names]
    return {field.name: plain(field.get_prep_value(field.value_from_object(row))) for field in fields}  # type: ignore[union-attr]


def set_values(row: Model, values: Mapping[str, Any]) -> None:
    """ValidationError where a value is none of its field."""
    for name, value in values.items():
        field: Any = row._meta.get_field(name)
        setattr(row, field.attname, field.to_python(value))


# ------------------------------------------------------------------ the rows below a record
def line_names(relation: Any) -> list[str]:
    """The fields of a row that say something: not its key, its record and its place."""
    left_out = {relation.field.name, "position"}
    fields = relation.related_model._meta.concrete_fields
    return [field.name for field in fields if not field.primary_key and field.name not in left_out]


def stored_lines(record: Record, name: str) -> list[Any]:
    relation: Any = record._meta.get_field(name)
    model = relation.related_model
    return list(model._base_manager.filter(**{relation.field.name: record}).order_by(*model._meta.ordering))


def lines_of(record: Record) -> Lines:
    """All rows below a record, by the name of the relation."""
    if record.pk is None:
        return {name: [] for name in record.LINES}
    return {
        name: [values_of(row, line_names(record._meta.get_field(name))) for row in stored_lines(record, name)]
        for name in record.LINES
    }


def check_names(record: Record, lines: Mapping[str, Any]) -> None:
    if foreign := sorted(set(lines) - set(record.LINES)):
        raise DomainError(_("These rows cannot be proposed: %(rows)s.") % {"rows": ", ".join(foreign)})


def unsaved_line(record: Record, name: str, values: Mapping[str, Any]) -> Any:
    """A row of a record with these values, checked for its names only."""
    relation: Any = record._meta.get_field(name)
    if foreign := sorted(set(values) - set(line_names(relation))):
        raise DomainError(_("These fields cannot be proposed: %(fields)s.") % {"fields": ", ".join(foreign)})
    row = relation.related_model(**{relation.field.name: record})
    set_values(row, values)
    return row


def replace_lines(record: Record, name: str, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Make the rows of one kind be these, in this order. What is the same stays; the others are checked as one by one.

    ValidationError names fields of a row. Call it within the transaction that saves the record.
    """
    relation: Any = record._meta.get_field(name)
    names = line_names(relation)
    has_place = any(field.name == "position" for field in relation.related_model._meta.concrete_fields)
    free = stored_lines(record, name)
    rows: list[Any] = []
    for values in wanted:
        row = unsaved_line(record, name, values)
        told = values_of(row, names)
        same = next((old for old in free if values_of(old, names) == told), None)
        if same is not None:
            free.remove(same)
        rows.append(same or row)
    relation.related_model._base_manager.filter(pk__in=[row.pk for row in free]).delete()
    keys = iter([row.pk for row in free])  # a row that was mended keeps its place among those ordered by key
    for place, row in enumerate(rows):
        if row.pk is None:
            row.pk = next(keys, None)
            _place(row, place, has_place)
            row.full_clean(validate_unique=True)
            row.save(force_insert=True)
        elif has_place and row.position != place:
            row.position = place
            row.save(update_fields=["position"])


def _place(row: Any, place: int, has_place: bool) -> None:
    if has_place:
        row.position = place
