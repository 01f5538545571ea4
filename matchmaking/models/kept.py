"""What of a record may not change any more once it is signed or registered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model


def changed_of(record: Model, names: Iterable[str]) -> list[str]:
    """Those of the fields that hold another value than the stored row; filling in what was empty is no change."""
    stored = type(record)._base_manager.filter(pk=record.pk).first()
    if stored is None:
        return []
    fields: list[Any] = [record._meta.get_field(name) for name in names]
    pairs = {field.name: (field.value_from_object(stored), field.value_from_object(record)) for field in fields}
    return [name for name, (before, now) in pairs.items() if before not in (None, "") and before != now]
