"""Finding over the whole fair: the search page, and suggestions while somebody types."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from expo import registry
from expo.access import door
from expo.search.answers import records_of
from expo.search.everywhere import everywhere, found_everywhere
from expo.search.memory import stamp
from expo.search.suggestions import LONGEST, suggestions
from expo.shared_pages import shared
from expo.views.cards import cards_of


@door
@require_safe
@shared
def search(request: HttpRequest) -> HttpResponse:
    """Text over every listing, a few rows each, with the way to all of them."""
    request.noindex = True  # type: ignore[attr-defined]
    now = stamp()  # before anything is read that is remembered under it
    result = found_everywhere(request.GET.get("q", ""))
    groups = [
        {"group": row, "cards": cards_of(row.listing, row.keys, partial(records_of, row.listing), "h3", now)}
        for row in result.groups
    ]
    return render(request, "expo/search.html", {"result": result, "text": result.text, "groups": groups})


@door
@require_safe
@cache_control(no_cache=True)
def suggested(request: HttpRequest) -> HttpResponse:
    """A fragment for the search boxes; of one noun where `noun` names it. Rendered without the request: no session."""
    request.noindex = True  # type: ignore[attr-defined]
    text = request.GET.get("q", "")[:LONGEST]
    row = registry.listings.get(request.GET.get("noun", ""))
    row = row if row and row.in_search else None
    groups = suggestions(text, [row] if row else everywhere())
    context = {
        "groups": groups,
        "text": " ".join(text.split()),
        "count": sum(len(group.rows) for group in groups),
        "search_url": reverse(row.url_name if row else "search"),
    }
    return HttpResponse(render_to_string("expo/_suggestions.html", context))
