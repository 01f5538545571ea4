"""The one listing view, and the search over all listings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from expo import registry
from expo.access import door
from expo.cards import card_of_noun
from expo.context import Link
from expo.pictures import attach_pictures
from expo.search.page import ListingPage
from expo.search.text import words_of

SHOWN = 4


@door
@require_safe
def listing(request: HttpRequest, noun: str) -> HttpResponse:
    row = registry.listings[noun]
    page = ListingPage(row, request.GET, request.path)
    attach_pictures(page.rows)
    request.noindex = bool(request.GET)  # type: ignore[attr-defined]
    context = row.context(request, page)  # first, for it may leave parameters out, which the warning then names
    context |= {"listing": row, "page": page, "crumbs": [Link(row.title, "")], "warning": page.warning()}
    context |= {"facets": page.facets(), "chips": page.chips(), "card": card_of_noun(noun)}
    context["panels"] = panels_beside(row.url_name, page)
    in_place = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    response = render(request, f"{row.template}#listing" if in_place else row.template, context)
    if in_place:
        response["HX-Push-Url"] = page.url(page.query, page.page.number)
    patch_vary_headers(response, ["HX-Request"])
    return response


def panels_beside(url_name: str, page: Any) -> list[dict[str, Any]]:
    """What a page connects to, from every package. Where it is not of one record, panels get the listing's page."""
    shown = []
    for panel in registry.panels_of(url_name):
        if rows := list(panel.rows(page)):
            attach_pictures([row for row in rows if isinstance(row, Model)])
            shown.append({"panel": panel, "rows": rows, "more_url": panel.more_url(page) if panel.more_url else ""})
    return shown


@dataclass(frozen=True)
class Group:
    listing: registry.Listing
    page: ListingPage
    rows: list[Any]
    more_url: str


@door
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Text over every listing, a few rows each, with the way to all of them."""
    text = request.GET.get("q", "").strip()
    request.noindex = True  # type: ignore[attr-defined]
    groups = []
    for row in registry.listings.values() if words_of(text) else ():
        if row.in_search:
            query = QueryDict(mutable=True)
            query["q"] = text
            url = reverse(row.url_name)
            page = ListingPage(row, query, url)
            if page.total:
                attach_pictures(page.rows[:SHOWN])
                groups.append(Group(row, page, page.rows[:SHOWN], f"{url}?{query.urlencode()}"))
    return render(
        request, "expo/search.html", {"groups": groups, "text": text, "total": sum(g.page.total for g in groups)}
    )
