"""Rows below a record as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext

from expo.forms.conflict import in_words
from expo.own.lines import Values, line_names, unsaved_line


def lines_in_words(record: Any, name: str, lines: Sequence[Values]) -> list[str]:
    """Each row as a person reads it; “none” where there is none."""
    names = line_names(record._meta.get_field(name))
    return [line_in_words(unsaved_line(record, name, values), names) for values in lines] or [gettext("none")]


def line_in_words(row: Any, names: Sequence[str]) -> str:
    told = []
    for field in (row._meta.get_field(name) for name in names):
        value = field.value_from_object(row)
        if value not in (None, "", False):
            told.append(f"{capfirst(field.verbose_name)}: {in_words(field, value, most=0)}")
    return ", ".join(told)
