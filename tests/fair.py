"""The fair as its fixtures tell it, loaded once for a whole module, and the addresses of its public pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import CharField, TextField
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoDbBlocker

from expo import registry
from expo.demo import load_fixtures
from expo.models import Hall, Origin, Zone

LANGUAGES = ("en", "zh-hans")


@contextmanager
def loaded(blocker: DjangoDbBlocker) -> Iterator[None]:
    """All fixtures in the test database until the end; then nothing of them is left."""
    with blocker.unblock(), transaction.atomic():
        assert load_fixtures(), "the database was not empty"
        yield
        transaction.set_rollback(True)


def public_pages(*, at_most: int | None = None) -> list[str]:
    """Paths of the English pages: home, search, listings, halls, signs, and every public row or `at_most` of a noun.

    Real rows come first; of the others half are from the front and half from the end."""
    with override("en"):
        paths = [reverse("home"), reverse("search"), reverse("search") + "?q=magnet", reverse("styleguide")]
        paths += [reverse(listing.url_name) for listing in registry.listings.values()]
        for hall in Hall.objects.public():
            paths += [hall.get_absolute_url(), reverse("hall-print", args=[hall.slug])]
        paths += [reverse("zone-sign", args=[zone.slug]) for zone in Zone.objects.public()]
        for listing in registry.listings.values():
            rows = [row for row in listing.queryset() if hasattr(row, "get_absolute_url")]
            if at_most is not None and len(rows) > at_most:
                ends = rows[: at_most // 2] + rows[-at_most // 2 :]
                rows = [row for row in rows if row.origin == Origin.EDITORIAL] + ends
            paths += [row.get_absolute_url() for row in rows]
    return list(dict.fromkeys(path.partition("#")[0] for path in paths))


def in_language(path: str, language: str) -> str:
    return path.replace("/en/", f"/{language}/", 1)


def private_texts(record: Any) -> list[str]:
    """The plain text columns of a record that its model does not call public, and that no rule ties to others."""
    public = {*record.PUBLIC_FIELDS, *getattr(record, "DETAILED_FIELDS", ()), "currency", "own_name"}
    return [
        field.name
        for field in record._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not field.choices
        and not field.unique
        and field.name not in public
    ]
