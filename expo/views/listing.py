"""The one listing view."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from expo import registry
from expo.access import door
from expo.cards import card_of_noun
from expo.context import Link
from expo.pictures import attach_pictures
from expo.search import highlight
from expo.search.nearest import nearest_of
from expo.search.page import ListingPage
from expo.shared_pages import is_in_place, shared
from expo.views.cards import cards, related_cards
from expo.views.frames import framed


@door
@require_safe
@shared
def listing(request: HttpRequest, noun: str) -> HttpResponse:
    row = registry.listings[noun]
    page = ListingPage(row, request.GET, request.path)
    request.noindex = bool(request.GET)  # type: ignore[attr-defined]
    context = row.context(request, page)  # first, for it may leave parameters out, which the warning then names
    context |= {"listing": row, "page": page, "crumbs": [Link(row.title, "")], "warning": page.warning()}
    context |= {"facets": page.facets(), "chips": page.chips(), "card": card_of_noun(noun)}
    # made where the template shows them
    context |= {"cards": partial(cards, page), "related": partial(related_cards, page)}
    context |= {"found": partial(highlight.of_page, page), "nearest": partial(nearest_of, page)}
    context["panels"] = panels_beside(row.url_name, page)
    if is_in_place(request):
        response = render(request, f"{row.template}#listing", context)
        response["HX-Push-Url"] = page.url(page.query, page.page.number)
    else:
        key = (noun, bool(request.GET), bool(context["facets"]))
        response = HttpResponse(framed(request, row.template, context, key=key, now=page.filterset.stamp))
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
