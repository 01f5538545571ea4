"""The catalog for print: what the public sees, in the order in which it is read. Samples keep their mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import get_language

from expo import registry
from expo.exchange import workbook
from expo.exchange.checking import resource_of
from expo.models import Edition, Exhibitor, Holding, Innovation, Product, Session, Stand, Zone


@dataclass(frozen=True)
class Entry:
    """An exhibitor with its stands and what its organization shows."""

    exhibitor: Exhibitor
    stands: list[Stand]
    innovations: list[Innovation]
    products: list[Product]

    @property
    def signs(self) -> str:
        """Where it is, as on the signs in the halls: C12, C13; the zone's letter where it has no stand yet."""
        zone = self.exhibitor.zone
        return ", ".join(stand.code for stand in self.stands) or (zone.letter if zone else "")


@dataclass(frozen=True)
class ZonePart:
    zone: Zone | None
    entries: list[Entry]


@dataclass(frozen=True)
class Named:
    """A line of the index: who, and where to go."""

    letter: str
    name: Any
    signs: str
    is_sample: bool


@dataclass(frozen=True)
class Catalog:
    edition: Edition | None
    zones: list[ZonePart]
    products: list[tuple[Product, str]]
    days: list[tuple[dt.date, list[Session]]]
    index: list[tuple[str, list[Named]]]
    has_samples: bool


def catalog() -> Catalog:
    """The current edition's. Names are sorted by the active language: Chinese ones by their romanized short names."""
    entries = _entries()
    signs = {entry.exhibitor.organization_id: entry.signs for entry in entries}
    sessions = list(Session.objects.public().of_current_edition().order_by("starts_at", "slug"))
    products = [product for entry in entries for product in entry.products]
    others = (
        Product.objects.public()
        .exclude(pk__in=[product.pk for product in products])
        .order_by("organization__slug", "slug")
    )
    in_order = sorted(
        [*products, *others], key=lambda product: (product.organization.slug, product.position, product.slug)
    )
    rows: list[Any] = [*(entry.exhibitor for entry in entries), *in_order, *sessions]
    return Catalog(
        edition=Edition.objects.current(),
        zones=[ZonePart(zone, list(group)) for zone, group in groupby(entries, key=lambda entry: entry.exhibitor.zone)],
        products=[(product, signs.get(product.organization_id, "")) for product in in_order],
        days=[(day, list(group)) for day, group in groupby(sessions, key=lambda session: session.day)],
        index=_index(entries),
        has_samples=any(row.is_sample for row in rows),
    )


def _entries() -> list[Entry]:
    """By zone, then by stand; who shares a stand comes right after its host."""
    rows = Exhibitor.objects.public().of_current_edition().select_related("host__organization", "host__zone")
    exhibitors = list(rows.prefetch_related("stands__zone", "host__stands__zone"))
    organizations = [exhibitor.organization_id for exhibitor in exhibitors]
    held = _held(organizations)
    sold: dict[int, list[Product]] = {}
    for product in Product.objects.public().filter(organization__in=organizations).order_by("position", "slug"):
        sold.setdefault(product.organization_id, []).append(product)
    entries = [
        Entry(row, row.places(), held.get(row.organization_id, []), sold.get(row.organization_id, []))
        for row in exhibitors
    ]
    return sorted(entries, key=_place)


def _place(entry: Entry) -> tuple[Any, ...]:
    zone = entry.exhibitor.zone
    codes = [stand.code for stand in entry.stands]
    return (zone.letter if zone else "~", not codes, codes, bool(entry.exhibitor.host_id), entry.exhibitor.slug)


def _held(organizations: list[int]) -> dict[int, list[Innovation]]:
    public = {row.pk: row for row in Innovation.objects.public().filter(organizations__in=organizations)}
    held: dict[int, list[Innovation]] = {}
    pairs = Holding.objects.filter(innovation__in=public, organization__in=organizations)
    for organization, innovation in pairs.values_list("organization", "innovation"):
        held.setdefault(organization, []).append(public[innovation])
    for rows in held.values():
        rows.sort(key=lambda row: (row.position, row.slug))
    return held


def _index(entries: Iterable[Entry]) -> list[tuple[str, list[Named]]]:
    is_chinese = (get_language() or "en").startswith("zh")
    lines = []
    for entry in entries:
        organization = entry.exhibitor.organization
        sort_key = organization.slug if is_chinese else (organization.name_en or organization.slug).casefold()
        letter = sort_key[:1].upper()
        line = Named(letter if letter.isalpha() else "#", organization.name, entry.signs, entry.exhibitor.is_sample)
        lines.append((sort_key, line))
    lines.sort(key=lambda pair: pair[0])
    return [
        (letter, [line for _key, line in group]) for letter, group in groupby(lines, key=lambda pair: pair[1].letter)
    ]


def as_workbook() -> bytes:
    """A sheet a noun, in the order of the tables: the public's rows and the public's columns."""
    sheets = []
    for table in sorted(registry.tables.values(), key=lambda table: table.position):
        if table.catalog is None:
            continue
        resource = resource_of(table)
        names = [name for name in resource.columns if resource.is_public(name)]
        rows = table.catalog()
        rows = rows.select_related(*resource.SELECT) if resource.SELECT else rows
        data = resource.export(rows.prefetch_related(*resource.PREFETCH), export_fields=names)
        sheets.append((str(table.title), names, list(data)))
    return workbook.write(sheets)
