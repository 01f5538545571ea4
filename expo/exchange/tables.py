"""What every table is made of: columns that know their meaning, and a Resource that finds the rows a file is about.

Built on django-import-export's Resource, Field and Widget; its own pages and its row-by-row import are not used.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import ForeignKey, QuerySet
from django.db.models.fields import NOT_PROVIDED
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource

from expo.exchange.cells import CHUNK, Amount, Cell, Choice, Clock, Day, Moment, Reference, Text, Whole, YesNo, _follow
from expo.models import Record

Key = tuple[str, ...]


class Column(Field):
    """A column. `attribute` is a path on the record; `reads` and `writes` are for what lies in rows of its own:
    `reads(record)` gives the value, `writes(pairs)` stores the values of many (record, value) once they are saved."""

    def __init__(
        self,
        attribute: str,
        widget: Cell | None = None,
        *,
        column_name: str | None = None,
        meaning: Any = "",
        example: str = "",
        readonly: bool = False,
        default: Any = NOT_PROVIDED,
        is_public: bool = False,
        reads: Callable[[Any], Any] | None = None,
        writes: Callable[[Sequence[tuple[Any, Any]]], None] | None = None,
    ) -> None:
        super().__init__(
            attribute=attribute, column_name=column_name, widget=widget, readonly=readonly, default=default
        )
        self.has_widget = widget is not None
        self.meaning, self.example, self.is_public, self.reads, self.writes = meaning, example, is_public, reads, writes

    def get_value(self, instance: Any) -> Any:
        if self.reads is not None and self.attribute not in instance.__dict__:
            return self.reads(instance) if instance.pk else None
        return super().get_value(instance)


class TableResource(ModelResource):
    """The columns of one noun. `Meta.fields` are its columns in order, `Meta.import_id_fields` its key."""

    DEFAULT_RESOURCE_FIELD = Column
    PARTS: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Records that a row brings along: path -> (column, lookup). They are made where new and updated where known."""
    PREFETCH: ClassVar[tuple[str, ...]] = ()
    SELECT: ClassVar[tuple[str, ...]] = ()
    EXAMPLES: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for column in self.fields.values():
            if not column.has_widget and (field := self.model_field(column)) is not None:
                column.widget = widget_for(field)
        self.model: type[Record] = self._meta.model
        self.key_columns: tuple[str, ...] = tuple(self._meta.import_id_fields)
        self.columns: dict[str, Column] = {name: self.fields[name] for name in self._meta.fields}
        self.column_at = {column.attribute: name for name, column in self.columns.items()}
        self._stored: dict[Key, Any] = {}
        self._parts: dict[tuple[str, str], Any] = {}

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Column:
        return Column(
            field_name, widget_for(django_field), column_name=field_name,
            readonly=readonly or field_name == "state", default=django_field.default,
        )  # fmt: skip

    def model_field(self, column: Column) -> Any:
        """The model field a column shows, or None where it shows something else."""
        model: Any = self._meta.model
        field: Any = None
        try:
            for name in column.attribute.split("__"):
                field = model._meta.get_field(name)
                model = field.related_model
        except FieldDoesNotExist:
            return None
        return field

    def get_import_fields(self) -> list[Column]:
        return list(self.columns.values())

    def get_export_order(self) -> list[str]:
        return list(self.columns)

    # ------------------------------------------------------------------ the rows a file is about
    def get_queryset(self) -> QuerySet[Any]:
        rows = (
            self.model._default_manager.select_related(*self.SELECT)
            if self.SELECT
            else self.model._default_manager.all()
        )
        return rows.prefetch_related(*self.PREFETCH)

    def key_of(self, cells: Mapping[str, str]) -> Key:
        """Short names are compared without regard to case."""
        return tuple(cells.get(name, "").casefold() for name in self.key_columns)

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Read all that these rows name: one query for 500 of them, whatever they hold."""
        for name, column in self.columns.items():
            if not column.readonly:
                column.widget.prepare(rows, name)
        paths = [self._lookup(self.columns[name]) for name in self.key_columns]
        for records in self._by_chunks(
            self.get_queryset(), paths[-1], (row.get(self.key_columns[-1], "") for row in rows)
        ):
            for record in records:
                self._stored[tuple(_follow(record, path).casefold() for path in paths)] = record
        for path, (column_name, lookup) in self.PARTS.items():
            part_rows = self.part_model(path)._default_manager.all()
            for records in self._by_chunks(part_rows, lookup, (row.get(column_name, "") for row in rows)):
                self._parts.update({(path, _follow(record, lookup).casefold()): record for record in records})

    def _lookup(self, column: Column) -> str:
        """A key column's path down to a value."""
        widget = column.widget
        return f"{column.attribute}__{widget.path[-1]}" if isinstance(widget, Reference) else str(column.attribute)

    @staticmethod
    def _by_chunks(rows: QuerySet[Any], lookup: str, values: Iterable[str]) -> Iterable[QuerySet[Any]]:
        wanted = sorted({spelling for value in values if value for spelling in (value, value.lower(), value.upper())})
        for start in range(0, len(wanted), CHUNK):
            yield rows.filter(**{f"{lookup}__in": wanted[start : start + CHUNK]})

    def record_for(self, cells: Mapping[str, str]) -> Any:
        """The stored record of a row, or a new one; with records of its own for the parts it brings along."""
        record = self._stored.get(self.key_of(cells)) or self.model()
        for path, (column_name, lookup) in self.PARTS.items():
            if record.pk is None:
                known = self._parts.get((path, cells.get(column_name, "").casefold()))
                part = copy.copy(known) if known else self.part_model(path)(**{lookup: cells.get(column_name, "")})
                setattr(record, path, part)
        return record

    def part_model(self, path: str) -> Any:
        field: Any = self.model._meta.get_field(path)
        return field.related_model

    def part_of(self, column: Column) -> str:
        """The part a column belongs to, or the empty string for the record itself."""
        path = str(column.attribute).partition("__")[0]
        return path if path in self.PARTS and "__" in str(column.attribute) else ""

    def import_field(
        self, field: Column, instance: Any, row: Mapping[str, str], is_m2m: bool = False, **kwargs: Any
    ) -> None:
        """Set what the cell says. Raises ValueError in words; what already says so is left alone."""
        name = field.column_name
        if name not in row or name in kwargs["bad"]:
            return
        if row[name] == kwargs["stored"].get(name, "") and (instance.pk is not None or not row[name]):
            return
        holder = getattr(instance, self.part_of(field)) if self.part_of(field) else instance
        if name in self.key_columns and (holder.pk is not None or field.readonly):
            return
        if field.readonly:
            self._refuse(field, instance, row[name])
            return
        super().import_field(field, instance, row, is_m2m, **kwargs)

    def _refuse(self, column: Column, instance: Any, text: str) -> None:
        begins = column.widget.render(column.get_value(instance))
        if text in ("", begins):
            return
        if column.column_name == "state":
            raise ValueError(
                _(
                    "A state is not imported: it moves by the buttons on the record's page. Leave "
                    "“%(state)s” or remove the column."
                )
                % {"state": begins}
            )
        raise ValueError(_("This column is only to read. Leave it as it was exported or remove it."))

    def check_together(self, outcomes: Sequence[Any]) -> None:
        """Blame rows that are right each by itself and wrong together. `outcomes` are the good ones of a file."""

    # ------------------------------------------------------------------ words
    def label(self, name: str) -> str:
        """What a column means, in the active language."""
        column = self.columns[name]
        field = self.model_field(column)
        if column.meaning or field is None:
            return str(column.meaning or name)
        words = str(capfirst(field.verbose_name))
        return f"{words}. {field.help_text}" if field.help_text else words

    def is_public(self, name: str) -> bool:
        """Whether the public may read the column: its key, state and origin, and what `PUBLIC_FIELDS` names."""
        column = self.columns[name]
        path, _sep, rest = str(column.attribute).partition("__")
        if name in (*self.key_columns, "state", "origin") or column.is_public:
            return True
        if path in self.PARTS:
            return rest in self.part_model(path).PUBLIC_FIELDS
        return path in self.model.PUBLIC_FIELDS

    def is_needed(self, name: str) -> bool:
        """Whether a new row must fill it in."""
        field = self.model_field(self.columns[name])
        is_empty_allowed = field is None or field.blank or field.null or field.has_default()
        return name in self.key_columns or not is_empty_allowed


def widget_for(field: Any) -> Cell:
    """The widget of a model field, by its kind."""
    if isinstance(field, ForeignKey):
        related: Any = field.related_model
        return Reference(related._default_manager.all(), "slug", what=related._meta.verbose_name)
    if field.choices:
        return Choice(field.choices)
    kinds: tuple[tuple[Any, Callable[[], Cell]], ...] = (
        (models.BooleanField, lambda: YesNo(null=field.null)),
        (models.DecimalField, lambda: Amount(places=field.decimal_places)),
        (models.DateTimeField, Moment),
        (models.DateField, Day),
        (models.TimeField, Clock),
        (models.IntegerField, Whole),
    )
    for kind, make in kinds:
        if isinstance(field, kind):
            return make()
    return Text(most=field.max_length, null=field.null)
