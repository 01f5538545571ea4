"""Which nouns of the fair go in and out as tables."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from expo.models import Exhibitor, Innovation, Instrument, Product, Session, Stand
from expo.registry import Table, add_table

NOUNS = "expo.exchange.nouns"


def exhibitors() -> QuerySet[Exhibitor]:
    rows = Exhibitor.objects.public().of_current_edition()
    return rows.order_by("zone__letter", "organization__slug")


def innovations() -> QuerySet[Innovation]:
    return Innovation.objects.public().order_by("sector__position", "sector__slug", "position", "slug")


def products() -> QuerySet[Product]:
    return Product.objects.public().order_by("organization__slug", "position", "slug")


def instruments() -> QuerySet[Instrument]:
    return Instrument.objects.public().order_by("organization__slug", "position", "slug")


def sessions() -> QuerySet[Session]:
    return Session.objects.public().of_current_edition().order_by("starts_at", "slug")


def stands() -> QuerySet[Stand]:
    return Stand.objects.public().order_by("zone__letter", "number")


def register() -> None:
    for position, (noun, model, resource, title, catalog) in enumerate(
        (
            ("exhibitor", Exhibitor, "ExhibitorTable", _("Exhibitors"), exhibitors),
            ("stand", Stand, "StandTable", _("Stands"), stands),
            ("innovation", Innovation, "InnovationTable", _("Innovations"), innovations),
            ("product", Product, "ProductTable", _("Products"), products),
            ("instrument", Instrument, "InstrumentTable", _("Instruments"), instruments),
            ("session", Session, "SessionTable", _("Programme"), sessions),
        )
    ):
        asks = model is Innovation
        add_table(Table(noun, model, f"{NOUNS}:{resource}", title, catalog, position * 10, asks_secrecy=asks))
