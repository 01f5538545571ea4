"""What another editor changed since a form was opened: field, old, new, who and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field, ForeignKey, Model
from django.forms import ModelForm
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

MOST_CHARACTERS = 160
NOT_TOLD = frozenset({"version", "created_at", "updated_at"})


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str
    who: str
    when: dt.datetime | None

    def __str__(self) -> str:
        words = {"field": self.label, "old": self.old, "new": self.new}
        if self.when is None:
            return _("%(field)s: stored is “%(new)s”, you typed “%(old)s”.") % words
        words |= {
            "who": self.who or _("somebody"),
            "when": date_format(timezone.localtime(self.when), "DATETIME_FORMAT"),
        }
        return _("%(field)s: “%(old)s” → “%(new)s”, by %(who)s, %(when)s.") % words


def changes_since(record: Any, version: int | None, form: ModelForm) -> list[Change]:
    """By the record's history where that reaches back; else what is stored differently from what is typed."""
    if version is not None and hasattr(record, "history"):
        rows = list(record.history.filter(version__gte=version).select_related("history_user").order_by("version"))
        if rows and rows[0].version == version:
            return [change for old, new in pairwise(rows) for change in _between(record, old, new)]
    return list(_typed_otherwise(record, form))


def _between(record: Model, old: Any, new: Any) -> Iterator[Change]:
    for field in record._meta.concrete_fields:
        if field.name in NOT_TOLD or not hasattr(new, field.attname):
            continue
        before, after = getattr(old, field.attname), getattr(new, field.attname)
        if before != after:
            who = str(new.history_user) if new.history_user else ""
            yield Change(_label(field), in_words(field, before), in_words(field, after), who, new.history_date)


def _typed_otherwise(record: Model, form: ModelForm) -> Iterator[Change]:
    private = getattr(record, "CONFIDENTIAL_FIELDS", ())
    for name in form.changed_data:
        field = next((f for f in record._meta.concrete_fields if f.name == name), None)
        if field is None or name in NOT_TOLD or name in private or name not in form.cleaned_data:
            continue
        typed = form.cleaned_data[name]
        typed = typed.pk if isinstance(typed, Model) else typed
        yield Change(_label(field), in_words(field, typed), in_words(field, getattr(record, field.attname)), "", None)


def _label(field: Field) -> str:
    return str(capfirst(field.verbose_name))


def in_words(field: Any, value: Any, *, most: int = MOST_CHARACTERS) -> str:
    """A stored value as a person reads it: a choice's label, another record's name, yes or no; `most` 0 is uncut."""
    if value is None or value == "":
        return _("empty")
    if isinstance(field, ForeignKey):
        target: Any = field.related_model
        try:
            return str(target._base_manager.get(pk=value))
        except ObjectDoesNotExist:
            return _("a deleted record")
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    return Truncator(str(value)).chars(most) if most else str(value)
