"""Which rows of `expo` stand on which page of another noun."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from expo.filters import present
from expo.listings import exhibitor_rows
from expo.models import Edition, Exhibitor, Innovation, Organization, Product, Sector, Session, Zone
from expo.registry import Panel, add_panel

LIMIT = 6


def listing_url(noun: str, **parameters: str) -> str:
    return f"{reverse(f'{noun}-list')}?{urlencode(parameters)}"


def in_sector(sector: Sector, path: str = "sector") -> Q:
    return Q(**{path: sector}) | Q(**{f"{path}__parent": sector})


def innovations_of(organization: Organization) -> Iterable[Any]:
    return Innovation.objects.public().filter(organizations=organization)[:LIMIT]


def products_of(organization: Organization) -> Iterable[Any]:
    return Product.objects.public().filter(organization=organization)[:LIMIT]


def sessions_of(organization: Organization) -> Iterable[Any]:
    return Session.objects.public().filter(speakers__organization=organization).distinct()[:LIMIT]


def present_in(zone: Zone) -> Any:
    return Exhibitor.objects.published().filter(zone=zone).values("organization")


def register() -> None:
    for page, organization in (("organization-detail", lambda o: o), ("exhibitor-detail", lambda e: e.organization)):
        add_panel(Panel(page, "innovations", _("Innovations"), lambda r, o=organization: innovations_of(o(r)), position=10))
        add_panel(Panel(page, "products", _("Products"), lambda r, o=organization: products_of(o(r)), position=20))
        add_panel(Panel(page, "sessions", _("In the programme"), lambda r, o=organization: sessions_of(o(r)), position=30))
    add_panel(
        Panel(
            "organization-detail", "exhibitors", _("At the fair"), position=5,
            rows=lambda o: exhibitor_rows(Exhibitor.objects.public()).filter(organization=o).order_by("-edition__number"),
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "innovation-detail", "products", _("Products made from it"), position=10,
            rows=lambda i: Product.objects.public().filter(innovation=i)[:LIMIT],
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "innovation-detail", "alike", _("In the same field"), position=20,
            rows=lambda i: Innovation.objects.public().filter(sector=i.sector).exclude(pk=i.pk)[:4] if i.sector else [],
            more_url=lambda i: listing_url("innovation", sector=i.sector.slug) if i.sector else "",
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "product-detail", "innovation", _("Comes from"), position=10,
            rows=lambda p: Innovation.objects.public().filter(pk=p.innovation_id),
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "product-detail", "seller", _("More from this seller"), position=20,
            rows=lambda p: Product.objects.public().filter(organization=p.organization).exclude(pk=p.pk)[:4],
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "sector-detail", "innovations", _("Innovations"), position=10,
            rows=lambda s: Innovation.objects.public().filter(in_sector(s))[:LIMIT],
            more_url=lambda s: listing_url("innovation", sector=s.slug),
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "sector-detail", "products", _("Products"), position=20,
            rows=lambda s: Product.objects.public().filter(in_sector(s))[:LIMIT],
            more_url=lambda s: listing_url("product", sector=s.slug),
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "sector-detail", "exhibitors", _("Exhibitors"), position=30,
            rows=lambda s: exhibitor_rows(present()).filter(in_sector(s, "organization__sector"))[:LIMIT],
            more_url=lambda s: listing_url("exhibitor", sector=s.slug),
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "sector-detail", "sessions", _("In the programme"), position=40,
            rows=lambda s: Session.objects.public().filter(in_sector(s, "theme"))[:LIMIT],
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "zone-detail", "exhibitors", _("Exhibitors"), position=10,
            rows=lambda z: exhibitor_rows(Exhibitor.objects.public()).filter(zone=z)[:12],
            more_url=lambda z: listing_url("exhibitor", zone=z.letter),
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "zone-detail", "products", _("Products"), position=20,
            rows=lambda z: Product.objects.public().filter(organization__in=present_in(z))[:LIMIT],
            more_url=lambda z: listing_url("product", zone=z.letter),
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "zone-detail", "innovations", _("Innovations"), position=30,
            rows=lambda z: Innovation.objects.public().filter(organizations__in=present_in(z)).distinct()[:LIMIT],
            more_url=lambda z: listing_url("innovation", zone=z.letter),
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "zone-detail", "sessions", _("In the programme"), position=40,
            rows=lambda z: Session.objects.public().filter(place__zone=z)[:LIMIT],
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "edition-detail", "exhibitors", _("Exhibitors"), position=10, rows=exhibitors_of_edition,
            more_url=lambda e: listing_url("exhibitor", edition=str(e.number)),
        )
    )  # fmt: skip


def exhibitors_of_edition(edition: Edition) -> Iterable[Any]:
    return exhibitor_rows(Exhibitor.objects.public()).filter(edition=edition)[:12]
