"""One page for one thing: fetched through what the public may see, with the panels of what it connects to."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from expo import registry
from expo.access import door
from expo.listings import exhibitor_rows, innovation_rows, product_rows, session_rows
from expo.models import (
    Announcement,
    Edition,
    Exhibitor,
    Innovation,
    Metric,
    Organization,
    Product,
    Sector,
    Session,
    Zone,
)
from expo.pictures import attach_pictures
from expo.plans import plan_of
from expo.structured import structured


def shown(request: HttpRequest, record: Any, template: str, **extra: Any) -> HttpResponse:
    """A detail page: the record, its picture, its structured data and its panels."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    panels = []
    for panel in registry.panels_of(page or ""):
        rows = list(panel.rows(record))
        if rows:
            attach_pictures(rows)
            panels.append({"panel": panel, "rows": rows, "more_url": panel.more_url(record) if panel.more_url else ""})
    attach_pictures([record])
    request.noindex = getattr(record, "is_sample", False)  # type: ignore[attr-defined]
    context = {"record": record, "panels": panels, "structured": structured(record), **extra}
    return render(request, template, context)


def first_place(participations: list[Exhibitor]) -> tuple[Exhibitor | None, list[Any]]:
    """The first participation with a stand (or any), and its stands."""
    for exhibitor in participations:
        if stands := exhibitor.places():
            return exhibitor, stands
    return (participations[0] if participations else None), []


@door
@require_safe
def exhibitor(request: HttpRequest, slug: str) -> HttpResponse:
    """The current edition's participation; `?edition=12` shows an earlier one."""
    number = request.GET.get("edition", "")
    rows = Exhibitor.objects.public().filter(organization__slug=slug)
    asked = number.isascii() and number.isdigit() and len(number) < 5
    rows = rows.filter(edition__number=int(number)) if asked else rows.of_current_edition()
    guests = Exhibitor.objects.public()
    record = get_object_or_404(exhibitor_rows(rows).prefetch_related(Prefetch("co_exhibitors", guests)))
    return shown(request, record, "expo/exhibitor_detail.html", stands=record.places(), plan=plan_of(record.places()))


@door
@require_safe
def innovation(request: HttpRequest, slug: str) -> HttpResponse:
    metrics = Prefetch("metrics", Metric.objects.select_related("parameter"))
    rows = innovation_rows(Innovation.objects.public()).prefetch_related(metrics, "ip_rights", "evidence")
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
    return shown(request, record, "expo/session_detail.html", plan=plan_of([], place=record.place))


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
