"""One page for one thing: fetched through what the public may see, with the panels of what it connects to."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from expo import registry
from expo.access import door
from expo.actions import actions_on
from expo.cards import card_of
from expo.context import Link
from expo.listings import exhibitor_rows, innovation_rows, instrument_rows, product_rows, session_rows
from expo.models import (
    Announcement,
    Capability,
    Country,
    Edition,
    Exhibitor,
    Innovation,
    InnovationPlatform,
    Instrument,
    Metric,
    Organization,
    PartnerCity,
    PlatformState,
    Product,
    Sector,
    Session,
    TeamMember,
    Zone,
)
from expo.pictures import attach_pictures
from expo.plans import plan_of
from expo.structured import structured
from expo.views.listing import panels_beside


def shown(request: HttpRequest, record: Any, template: str, **extra: Any) -> HttpResponse:
    """A detail page: the record, its picture, its structured data, its panels, and what the reader may do about it."""
    name = registry.listings[record._meta.model_name].detail_name
    attach_pictures([record])
    request.noindex = getattr(record, "is_sample", False)  # type: ignore[attr-defined]
    context = {
        "record": record,
        "crumbs": trail(record),
        "panels": panels_beside(name, record),
        "actions": actions_on(name, request.user, record),
        "structured": structured(record),
        "card": card_of(record),
    }
    response = render(request, template, {**context, **extra})
    if request.user.is_authenticated:  # it may tell whom they are in contact with
        add_never_cache_headers(response)
    return response


def trail(record: Any) -> list[Link]:
    """Where a record lies: its listing (an earlier participation: its edition), what it is part of, itself."""
    past = isinstance(record, Exhibitor) and not record.edition.is_current
    listing = registry.listings["edition" if past else record._meta.model_name]
    above = record.edition if past else getattr(record, "parent", None)
    links = [Link(listing.title, reverse(listing.url_name))]
    if above is not None:
        links.append(Link(getattr(above, "short_name", "") or above.name, above.get_absolute_url()))
    return [*links, Link(getattr(record, "title", "") or record.name, "")]


def first_place(participations: list[Exhibitor]) -> tuple[Exhibitor | None, list[Any]]:
    """The first participation with a stand (or any), and its stands."""
    for exhibitor in participations:
        if stands := exhibitor.places():
            return exhibitor, stands
    return (participations[0] if participations else None), []


@door
@require_safe
def exhibitor(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The current edition's participation, or that of the edition with the number. Only this year's floor is shown."""
    public = Exhibitor.objects.public()
    asked = public.of_current_edition() if number is None else public.filter(edition__number=number)
    rows = exhibitor_rows(asked).select_related("host__organization", "host__edition")
    record = get_object_or_404(rows.prefetch_related(Prefetch("co_exhibitors", public)), organization__slug=slug)
    if number is not None and record.edition.is_current:
        return redirect(record)
    stands = record.places()
    plan = plan_of(stands) if record.edition.is_current else None
    return shown(request, record, "expo/exhibitor_detail.html", stands=stands, plan=plan)


@door
@require_safe
def innovation(request: HttpRequest, slug: str) -> HttpResponse:
    metrics = Prefetch("metrics", Metric.objects.select_related("parameter"))
    team = Prefetch("team", TeamMember.objects.public())
    rows = innovation_rows(Innovation.objects.public()).prefetch_related(metrics, "ip_rights", "evidence", team)
    record = get_object_or_404(rows, slug=slug)
    participations = [e for holding in record.holdings.all() for e in holding.organization.participations]
    holder, stands = first_place(participations)
    return shown(request, record, "expo/innovation_detail.html", exhibitor=holder, stands=stands, plan=plan_of(stands))


@door
@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(product_rows(Product.objects.public()), slug=slug)
    seller, stands = first_place(record.organization.participations)
    return shown(request, record, "expo/product_detail.html", exhibitor=seller, stands=stands, plan=plan_of(stands))


@door
@require_safe
def session(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(session_rows(Session.objects.public()), slug=slug)
    plan = plan_of([], place=record.place) if record.edition.is_current else None
    return shown(request, record, "expo/session_detail.html", plan=plan)


@door
@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(Organization.objects.public(), slug=slug)
    return shown(request, record, "expo/organization_detail.html")


@door
@require_safe
def sector(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(Sector.objects.public().prefetch_related("children"), slug=slug)
    return shown(request, record, "expo/sector_detail.html")


@door
@require_safe
def zone(request: HttpRequest, slug: str) -> HttpResponse:
    rows: QuerySet[Zone] = Zone.objects.public().select_related("hall", "edition")
    record = get_object_or_404(rows, slug=slug)
    return shown(request, record, "expo/zone_detail.html", plan=plan_of([], zone=record))


@door
@require_safe
def announcement(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(Announcement.objects.public(), slug=slug)
    return shown(request, record, "expo/announcement_detail.html")


@door
@require_safe
def edition(request: HttpRequest, number: int) -> HttpResponse:
    record = get_object_or_404(Edition.objects.public().prefetch_related("opening_hours"), number=number)
    return shown(request, record, "expo/edition_detail.html")


@door
@require_safe
def platform(request: HttpRequest, slug: str) -> HttpResponse:
    """With what it continues: merged platforms, which have no page of their own any more."""
    public = InnovationPlatform.objects.public()
    merged = InnovationPlatform.objects.filter(state=PlatformState.MERGED)
    rows = public.prefetch_related(Prefetch("predecessors", merged), "co_hosts")
    record = get_object_or_404(rows, slug=slug)
    successor = public.filter(pk=record.successor_id).first()
    return shown(request, record, "expo/platform_detail.html", successor=successor)


@door
@require_safe
def instrument(request: HttpRequest, slug: str) -> HttpResponse:
    capabilities = Prefetch("capabilities", Capability.objects.select_related("parameter"))
    rows = instrument_rows(Instrument.objects.public()).prefetch_related(capabilities)
    record = get_object_or_404(rows, slug=slug)
    platform = InnovationPlatform.objects.public().filter(pk=record.platform_id).first()
    return shown(request, record, "expo/instrument_detail.html", platform=platform)


@door
@require_safe
def partner_city(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(PartnerCity.objects.public(), slug=slug)
    return shown(request, record, "expo/partnercity_detail.html")


@door
@require_safe
def country(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(Country.objects.public(), slug=slug)
    return shown(request, record, "expo/country_detail.html")
