"""Moves in words: which record, from what to what, by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.urls import NoReverseMatch, reverse

from expo.models import Transition


@dataclass(frozen=True)
class Entry:
    """A Transition with its states as a person reads them; `url` is the record's page, or nothing."""

    row: Transition
    from_words: str
    to_words: str
    url: str


def entries(rows: Iterable[Transition]) -> list[Entry]:
    """The rows need their `content_type`."""
    return [
        Entry(
            row,
            state_in_words(row.content_type, row.from_state),
            state_in_words(row.content_type, row.to_state),
            url_of(row),
        )
        for row in rows
    ]


def state_in_words(kind: ContentType, state: str) -> str:
    """The label of a state; a stand's code and the like stay as they are."""
    model = kind.model_class()
    try:
        field: Any = model._meta.get_field("state") if model else None
    except FieldDoesNotExist:
        return state
    return str(dict(field.flatchoices).get(state, state)) if field else state


def url_of(row: Any) -> str:
    """The change page of what a Transition or Revision is about, or nothing where there is none."""
    kind = row.content_type
    model = kind.model_class()
    if not getattr(admin.site._registry.get(model), "opens_rows", True):
        return ""
    try:
        return reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[row.object_id])
    except NoReverseMatch:
        return ""
