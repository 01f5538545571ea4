"""What machines read about a thing comes from its public fields alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import CharField, TextField

from expo.models import Record
from expo.structured import structured
from tests.factories import (
    make_announcement,
    make_edition,
    make_exhibitor,
    make_innovation,
    make_instrument,
    make_organization,
    make_platform,
    make_product,
    make_session,
)

pytestmark = pytest.mark.django_db
PLAIN = (make_announcement, make_edition, make_platform, make_session)  # every text of theirs is public
MAKERS = (*PLAIN, make_exhibitor, make_innovation, make_instrument, make_organization, make_product)


def fill_what_is_not_public(record: Record) -> int:
    """Write a canary into every text that is not public; returns how many."""
    hidden = [
        field
        for field in record._meta.concrete_fields
        if isinstance(field, CharField | TextField) and not field.choices and field.name not in record.PUBLIC_FIELDS
    ]
    for field in hidden:
        setattr(record, field.name, "CANARY")
    return len(hidden)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_structured_data_reads_public_fields_only(make: Callable[[], Any]) -> None:
    record = make()
    filled = fill_what_is_not_public(record)
    if hasattr(record, "organization"):
        filled += fill_what_is_not_public(record.organization)
    assert structured(record)
    assert "CANARY" not in structured(record)
    assert filled or make in PLAIN
