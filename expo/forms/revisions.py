"""A proposed change beside what the public reads now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.forms.conflict import in_words
from expo.forms.lines import lines_in_words
from expo.models import Revision
from expo.own.lines import lines_of
from expo.saving import change_in, pictures_of


@dataclass(frozen=True)
class Compared:
    """One field of a proposed change: as the public reads it now, and as proposed."""

    label: str
    now: str
    proposed: str

    @property
    def differs(self) -> bool:
        return self.now != self.proposed


def compare(revision: Revision) -> list[Compared]:
    """The proposed fields in the order of the form (PostgreSQL keeps JSON in an order of its own), then the rows below
    the record, then new pictures."""
    record, change = revision.record, change_in(revision.data)
    places = {field.name: place for place, field in enumerate(record._meta.get_fields())} if record is not None else {}
    named = sorted(change.fields.items(), key=lambda item: places.get(item[0], len(places)))
    rows = [_field(record, name, value) for name, value in named]
    rows += [_rows(record, name, lines) for name, lines in sorted(change.lines.items())]
    if pictures := pictures_of(revision):
        rows.append(Compared(_("New pictures"), "", "\n".join(str(picture) for picture in pictures)))
    return rows


def _field(record: Any, name: str, value: Any) -> Compared:
    try:
        field = record._meta.get_field(name) if record is not None else None
        proposed = field.to_python(value) if field else value
    except (FieldDoesNotExist, ValidationError):
        field, proposed = None, value
    if field is None:
        return Compared(name, "", str(value))
    now = getattr(record, field.attname)
    return Compared(str(capfirst(field.verbose_name)), in_words(field, now, most=0), in_words(field, proposed, most=0))


def _rows(record: Any, name: str, lines: list[Any]) -> Compared:
    """One kind of rows, each in a line of words."""
    try:
        label = str(capfirst(record._meta.get_field(name).related_model._meta.verbose_name_plural))
        stored = lines_of(record)[name]
        return Compared(
            label, "\n".join(lines_in_words(record, name, stored)), "\n".join(lines_in_words(record, name, lines))
        )
    except (AttributeError, KeyError, FieldDoesNotExist, ValidationError, DomainError):
        return Compared(name, "", str(lines))
