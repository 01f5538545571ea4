"""Which rows of `expo` stand on which page of another noun."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from expo.filters import present
from expo.listings import exhibitor_rows
from expo.models import (
    Country,
    Edition,
    Exhibitor,
    Innovation,
    InnovationPlatform,
    Instrument,
    Organization,
    PartnerCity,
    Product,
    Sector,
    Session,
    Zone,
)
from expo.registry import Panel, add_panel
from expo.search.first import first_of
from expo.search.similar import similar_to

LIMIT = 6
SIMILAR = 4
Rows = Iterable[Any]


def listing_url(noun: str, **parameters: str) -> str:
    return f"{reverse(f'{noun}-list')}?{urlencode(parameters)}"


# ------------------------------------------------------------------ of an organization, here or as an exhibitor
def organization_of(record: Organization | Exhibitor) -> Organization:
    return record.organization if isinstance(record, Exhibitor) else record


def innovations_held(record: Organization | Exhibitor) -> Rows:
    return Innovation.objects.public().filter(organizations=organization_of(record))[:LIMIT]


def products_sold(record: Organization | Exhibitor) -> Rows:
    return Product.objects.public().filter(organization=organization_of(record))[:LIMIT]


def instruments_owned(record: Organization | Exhibitor) -> Rows:
    return Instrument.objects.public().filter(organization=organization_of(record))[:LIMIT]


def platforms_hosted(record: Organization | Exhibitor) -> Rows:
    """As the host or beside it."""
    house = organization_of(record)
    hosted = Q(organization=house) | Q(co_hosts=house)
    return InnovationPlatform.objects.public().filter(hosted).distinct()[:LIMIT]


def all_of_organization(noun: str) -> Callable[[Organization | Exhibitor], str]:
    return lambda record: listing_url(noun, organization=record.slug)


def sessions_spoken_at(record: Organization | Exhibitor) -> Rows:
    rows = Session.objects.public().of_current_edition()
    return rows.filter(speakers__organization=organization_of(record)).distinct()[:LIMIT]


def participations(organization: Organization) -> Rows:
    return exhibitor_rows(Exhibitor.objects.public()).filter(organization=organization).order_by("-edition__number")


# ------------------------------------------------------------------ of an innovation or product
def products_made_from(innovation: Innovation) -> Rows:
    return Product.objects.public().filter(innovation=innovation)[:LIMIT]


def innovations_alike(innovation: Innovation) -> Rows:
    if innovation.sector is None:
        return []
    rows = Innovation.objects.public().filter(sector=innovation.sector)
    found = first_of("innovation", rows, limit=5, sector=innovation.sector.slug)
    return [row for row in found if row.pk != innovation.pk][:4]


def similar_innovations(innovation: Innovation) -> Rows:
    """What says nearly the same; where that is little, others of the same field."""
    found = similar_to(innovation, most=SIMILAR)
    if len(found) < SIMILAR:
        found += [row for row in innovations_alike(innovation) if row not in found]
    return found[:SIMILAR]


def similar_products(product: Product) -> Rows:
    return similar_to(product, most=SIMILAR)


def all_alike(innovation: Innovation) -> str:
    return listing_url("innovation", sector=innovation.sector.slug) if innovation.sector else ""


def innovation_behind(product: Product) -> Rows:
    return Innovation.objects.public().filter(pk=product.innovation_id)


def more_of_the_seller(product: Product) -> Rows:
    return Product.objects.public().filter(organization=product.organization).exclude(pk=product.pk)[:4]


# ------------------------------------------------------------------ of a sector
def in_sector(sector: Sector, path: str = "sector") -> Q:
    return Q(**{path: sector}) | Q(**{f"{path}__parent": sector})


def innovations_in_sector(sector: Sector) -> Rows:
    rows = Innovation.objects.public().filter(in_sector(sector))
    return first_of("innovation", rows, limit=LIMIT, sector=sector.slug)


def products_in_sector(sector: Sector) -> Rows:
    return Product.objects.public().filter(in_sector(sector))[:LIMIT]


def instruments_in_sector(sector: Sector) -> Rows:
    return Instrument.objects.public().filter(in_sector(sector))[:LIMIT]


def platforms_in_sector(sector: Sector) -> Rows:
    return InnovationPlatform.objects.public().filter(in_sector(sector))[:LIMIT]


def exhibitors_in_sector(sector: Sector) -> Rows:
    return exhibitor_rows(present()).filter(in_sector(sector, "organization__sector"))[:LIMIT]


def sessions_in_sector(sector: Sector) -> Rows:
    return Session.objects.public().of_current_edition().filter(in_sector(sector, "theme"))[:LIMIT]


# ------------------------------------------------------------------ of a zone
def present_in(zone: Zone) -> Any:
    return Exhibitor.objects.published().filter(zone=zone).values("organization")


def exhibitors_in_zone(zone: Zone) -> Rows:
    return exhibitor_rows(Exhibitor.objects.public()).filter(zone=zone)[: 2 * LIMIT]


def products_in_zone(zone: Zone) -> Rows:
    return Product.objects.public().filter(organization__in=present_in(zone))[:LIMIT]


def innovations_in_zone(zone: Zone) -> Rows:
    rows = Innovation.objects.public().filter(organizations__in=present_in(zone)).distinct()
    return first_of("innovation", rows, limit=LIMIT, zone=zone.letter)


def sessions_in_zone(zone: Zone) -> Rows:
    return Session.objects.public().filter(place__zone=zone)[:LIMIT]


def exhibitors_of_edition(edition: Edition) -> Rows:
    return exhibitor_rows(Exhibitor.objects.public()).filter(edition=edition)[: 2 * LIMIT]


# ------------------------------------------------------------------ of a platform, instrument, city or country
def instruments_of_platform(platform: InnovationPlatform) -> Rows:
    return Instrument.objects.public().filter(platform=platform)[: 2 * LIMIT]


def all_of_platform(platform: InnovationPlatform) -> str:
    return listing_url("instrument", platform=platform.slug)


def instruments_beside(instrument: Instrument) -> Rows:
    """Of the same owner."""
    rows = Instrument.objects.public().filter(organization=instrument.organization_id)
    return rows.exclude(pk=instrument.pk)[:4]


def cities_beside(city: PartnerCity) -> Rows:
    return PartnerCity.objects.public().filter(country=city.country_id).exclude(pk=city.pk)[:LIMIT]


def cities_of_country(country: Country) -> Rows:
    return PartnerCity.objects.public().filter(country=country)[: 2 * LIMIT]


def exhibitors_from(country: Country) -> Rows:
    return exhibitor_rows(present()).filter(organization__country=country.code)[:LIMIT]


def organizations_from(country: Country) -> Rows:
    return Organization.objects.public().filter(country=country.code)[:LIMIT]


def all_from(noun: str) -> Callable[[Country], str]:
    return lambda country: listing_url(noun, country=str(country.code))


def all_cities_of(country: Country) -> str:
    return listing_url("partnercity", country=country.slug)


# ------------------------------------------------------------------ the table
def all_in_sector(noun: str) -> Callable[[Sector], str]:
    return lambda sector: listing_url(noun, sector=sector.slug)


def all_in_zone(noun: str) -> Callable[[Zone], str]:
    return lambda zone: listing_url(noun, zone=zone.letter)


def all_of_edition(edition: Edition) -> str:
    return listing_url("exhibitor", edition=str(edition.number))


PANELS: tuple[tuple[str, str, Any, Callable[[Any], Rows], Callable[[Any], str] | None], ...] = (
    ("organization-detail", "exhibitors", _("At the fair"), participations, None),
    ("organization-detail", "innovations", _("Innovations"), innovations_held, all_of_organization("innovation")),
    ("organization-detail", "products", _("Products"), products_sold, all_of_organization("product")),
    ("organization-detail", "instruments", _("Instruments"), instruments_owned, all_of_organization("instrument")),
    ("organization-detail", "platforms", _("Innovation platforms"), platforms_hosted, None),
    ("organization-detail", "sessions", _("In the programme"), sessions_spoken_at, None),
    ("exhibitor-detail", "innovations", _("Innovations"), innovations_held, all_of_organization("innovation")),
    ("exhibitor-detail", "products", _("Products"), products_sold, all_of_organization("product")),
    ("exhibitor-detail", "instruments", _("Instruments"), instruments_owned, all_of_organization("instrument")),
    ("exhibitor-detail", "platforms", _("Innovation platforms"), platforms_hosted, None),
    ("exhibitor-detail", "sessions", _("In the programme"), sessions_spoken_at, None),
    ("innovation-detail", "products", _("Products made from it"), products_made_from, None),
    ("innovation-detail", "alike", pgettext_lazy("innovations", "Similar"), similar_innovations, all_alike),
    ("product-detail", "innovation", _("Comes from"), innovation_behind, None),
    ("product-detail", "seller", _("More from this seller"), more_of_the_seller, None),
    ("product-detail", "similar", pgettext_lazy("products", "Similar"), similar_products, None),
    ("sector-detail", "innovations", _("Innovations"), innovations_in_sector, all_in_sector("innovation")),
    ("sector-detail", "products", _("Products"), products_in_sector, all_in_sector("product")),
    ("sector-detail", "instruments", _("Instruments"), instruments_in_sector, all_in_sector("instrument")),
    ("sector-detail", "platforms", _("Innovation platforms"), platforms_in_sector, all_in_sector("innovationplatform")),
    ("sector-detail", "exhibitors", _("Exhibitors"), exhibitors_in_sector, all_in_sector("exhibitor")),
    ("sector-detail", "sessions", _("In the programme"), sessions_in_sector, None),
    ("zone-detail", "exhibitors", _("Exhibitors"), exhibitors_in_zone, all_in_zone("exhibitor")),
    ("zone-detail", "products", _("Products"), products_in_zone, all_in_zone("product")),
    ("zone-detail", "innovations", _("Innovations"), innovations_in_zone, all_in_zone("innovation")),
    ("zone-detail", "sessions", _("In the programme"), sessions_in_zone, None),
    ("edition-detail", "exhibitors", _("Exhibitors"), exhibitors_of_edition, all_of_edition),
    ("innovationplatform-detail", "instruments", _("Instruments"), instruments_of_platform, all_of_platform),
    ("instrument-detail", "beside", _("More from this owner"), instruments_beside, None),
    ("partnercity-detail", "beside", _("In the same country"), cities_beside, None),
    ("country-detail", "cities", _("Partner cities"), cities_of_country, all_cities_of),
    ("country-detail", "exhibitors", _("Exhibitors"), exhibitors_from, all_from("exhibitor")),
    ("country-detail", "organizations", _("Organizations"), organizations_from, all_from("organization")),
)


def register() -> None:
    for i, (page, name, title, rows, more_url) in enumerate(PANELS):
        add_panel(Panel(page, name, title, rows, position=10 * i, more_url=more_url))
