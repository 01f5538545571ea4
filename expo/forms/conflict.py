"""What another editor changed since a form was opened: field, old, new, who and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Field, ForeignKey, Model
from django.forms import Field as FormField
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
            return _("%(field)s: “%(old)s” → “%(new)s”.") % words
        words |= {
            "who": self.who or _("somebody"),
            "when": date_format(timezone.localtime(self.when), "DATETIME_FORMAT"),
        }
        return _("%(field)s: “%(old)s” → “%(new)s”, by %(who)s, %(when)s.") % words


def changes_since(record: Any, version: int | None, form: ModelForm) -> list[Change]:
    """By the record's history where that reaches back; else by what the form was opened with."""
    if version is not None and hasattr(record, "history"):
        rows = list(record.history.filter(version__gte=version).select_related("history_user").order_by("version"))
        if rows and rows[0].version == version:
            return [change for old, new in pairwise(rows) for change in _between(record, old, new)]
    return list(_opened_otherwise(record, form))


def _between(record: Model, old: Any, new: Any) -> Iterator[Change]:
    for field in record._meta.concrete_fields:
        if field.name in NOT_TOLD or not hasattr(new, field.attname):
            continue
        before, after = getattr(old, field.attname), getattr(new, field.attname)
        if before != after:
            who = str(new.history_user) if new.history_user else ""
            yield Change(_label(field), in_words(field, before), in_words(field, after), who, new.history_date)


def _opened_otherwise(record: Any, form: ModelForm) -> Iterator[Change]:
    """Fields whose value was another when the form was opened: the form brings that value back."""
    private = getattr(record, "CONFIDENTIAL_FIELDS", ())
    last = record.history.select_related("history_user").first() if hasattr(record, "history") else None
    who, when = (str(last.history_user or ""), last.history_date) if last else ("", None)
    for field in record._meta.concrete_fields:
        if field.name not in form.fields or field.name in NOT_TOLD or field.name in private:
            continue
        stored = form.get_initial_for_field(form.fields[field.name], field.name)
        opened = opened_value(form, field.name)
        opened = opened.replace("\r\n", "\n") if isinstance(opened, str) else opened
        if opened is not None and form.fields[field.name].has_changed(stored, opened):
            before = in_words(field, _clean(form.fields[field.name], opened))
            yield Change(_label(field), before, in_words(field, getattr(record, field.attname)), who, when)


def opened_value(form: ModelForm, name: str) -> Any:
    """What a field held when the form was opened, as sent back; None where the sender left it out."""
    bound, widget = form[name], form.fields[name].hidden_widget()
    if widget.value_omitted_from_data(form.data, form.files, bound.html_initial_name):
        return None
    return widget.value_from_datadict(form.data, form.files, bound.html_initial_name)


def _clean(field: FormField, value: Any) -> Any:
    try:
        cleaned = field.clean(value)
    except ValidationError:
        return value
    return cleaned.pk if isinstance(cleaned, Model) else cleaned


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
