"""Up to four records of one noun side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from expo import comparing, registry
from expo.access import door
from expo.context import Link
from expo.listings import innovation_rows
from expo.models import Metric
from expo.search.page import ListingPage
from expo.search.text import tidy

FOUND = 6  # records offered to a search
DIFFERENCES = "differences"


def with_metrics(rows: QuerySet[Any]) -> QuerySet[Any]:
    metrics = Prefetch("metrics", Metric.objects.select_related("parameter"))
    return innovation_rows(rows).prefetch_related(metrics, "ip_rights")


ROWS: dict[str, Callable[[Sequence[Any]], list[comparing.Row]]] = {
    "innovation": comparing.innovation_rows,
    "product": comparing.product_rows,
}


class Column(NamedTuple):
    record: Any
    remove_url: str


class Offer(NamedTuple):
    """A record that can be added."""

    record: Any
    add_url: str


@door
@require_safe
def compare(request: HttpRequest, noun: str) -> HttpResponse:
    """The records named by `item`, in that order. `only=differences` leaves out what is the same, `find` looks for
    more.
    """
    listing = registry.listings[noun]
    choice = comparing.choice_of(request.GET.getlist("item"))
    records = chosen_records(listing, choice)
    slugs = [row.slug for row in records]
    only, find = request.GET.get("only") == DIFFERENCES, tidy(request.GET.get("find", ""))
    rows = ROWS[noun](records) if records else []
    request.noindex = True  # type: ignore[attr-defined]
    context = {
        "columns": [Column(row, address(request, [s for s in slugs if s != row.slug], only)) for row in records],
        "rows": comparing.differing(rows) if only and len(records) > 1 else rows,
        "switch_url": address(request, slugs, not only),
        "notes": notes(request, choice, slugs),
        "offers": offers(request, listing, find, slugs, only),
        "nouns": listing.model._meta.verbose_name_plural,
        "crumbs": [Link(listing.title, reverse(listing.url_name)), Link(_("Compare"), "")],
    }
    context |= {"listing": listing, "slugs": slugs, "only": only, "find": find, "most": comparing.MOST}
    return render(request, "expo/compare.html", context)


def chosen_records(listing: registry.Listing, choice: comparing.Choice) -> list[Any]:
    """The public ones, in the order of the address."""
    related = with_metrics if listing.noun == "innovation" else listing.related
    by_slug = {row.slug: row for row in related(listing.queryset()).filter(slug__in=choice.slugs)}
    return [by_slug[slug] for slug in choice.slugs if slug in by_slug]


def address(request: HttpRequest, slugs: Sequence[str], only: bool) -> str:
    query = QueryDict(mutable=True)
    query.setlist("item", list(slugs))
    if only:
        query["only"] = DIFFERENCES
    return f"{request.path}?{query.urlencode()}" if query else request.path


def notes(request: HttpRequest, choice: comparing.Choice, known: Sequence[str]) -> list[str]:
    """What of the address was left out, in words."""
    said = []
    if unknown := [slug[:80] for slug in choice.slugs if slug not in known]:
        said.append(_("Not known and left out: %(parts)s.") % {"parts": ", ".join(unknown)})
    if choice.too_many:
        left = ", ".join(slug[:80] for slug in choice.too_many[:5])
        said.append(_("At most four are compared, so these are left out: %(parts)s.") % {"parts": left})
    if (only := request.GET.get("only")) and only != DIFFERENCES:
        said.append(_("Not understood and left out: %(parts)s") % {"parts": f"only={only[:80]}"})
    return said


def offers(request: HttpRequest, listing: registry.Listing, find: str, slugs: Sequence[str], only: bool) -> list[Offer]:
    """The best of what a search finds that is not there already."""
    if not find or len(slugs) >= comparing.MOST:
        return []
    query = QueryDict(mutable=True)
    query["q"] = find
    rows = ListingPage(listing, query, request.path).rows
    fresh = [row for row in rows if row.slug not in slugs][:FOUND]
    return [Offer(row, address(request, [*slugs, row.slug], only)) for row in fresh]
