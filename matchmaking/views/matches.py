"""Matches in the workspace: for each demand and each offer whom to meet and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from expo.access import door
from expo.context import Link
from expo.models import Organization
from expo.quality import measure
from expo.registry import listings
from expo.rights import may_write
from expo.views.acting import acting_for
from matchmaking.decisions import reasons_against
from matchmaking.demands import demand_wishes
from matchmaking.desk import why_nobody_fits
from matchmaking.forms.matches import DeclineForm
from matchmaking.gathering import MODELS
from matchmaking.match_filters import MatchFilter
from matchmaking.match_rows import (
    FITS,
    Row,
    demand_lines,
    drafts_of,
    note_look,
    offer_lines,
    rows_of,
    run_of_now,
    shown_first,
    shown_to,
)
from matchmaking.matches import weights_in_force
from matchmaking.matching.words import part_label
from matchmaking.models import OFFERS, Demand, Match, Side
from matchmaking.models.demand import OPEN_STATES
from matchmaking.models.match import MatchQuerySet, pair_of

PER_PAGE = 10
OFFERS_PER_PAGE = 30
MOST = 4  # side by side


# ------------------------------------------------------------------ what is one's own
def _demand(organization: Organization, slug: str) -> Demand:
    rows: Any = listings["demand"].related(Demand.objects.of_organization(organization))
    found: Demand = get_object_or_404(rows, slug=slug)
    return found


def _offer(organization: Organization, noun: str, slug: str) -> Any:
    if noun not in OFFERS:
        raise Http404
    own = MODELS[noun].objects.of_organization(organization).order_by().values("pk")
    return get_object_or_404(listings[noun].related(MODELS[noun].objects.filter(pk__in=own)), slug=slug)


def _shown(side: str, subject: Any) -> MatchQuerySet:
    own = {"demand": subject} if side == Side.ASKING else pair_of(subject)
    return shown_to(side, Match.objects.filter(**own))


def list_url(organization: Organization, side: str, match: Match) -> str:
    """The list that a match stands in, for the side that reads it."""
    if side == Side.ASKING:
        return reverse("matchmaking:demand-matches", args=[organization.slug, match.demand.slug])
    return reverse("matchmaking:offer-matches", args=[organization.slug, match.noun, match.offer.slug])


def _own_url(organization: Organization, subject: Any) -> str:
    """Where the organization keeps the record."""
    names = {"slug": organization.slug, "noun": subject._meta.model_name, "pk": subject.pk}
    return reverse("own-record", kwargs=names)


def _trail(organization: Organization, *rest: Link) -> list[Link]:
    start = Link(organization.name, reverse("work-start", args=[organization.slug]))
    return [start, Link(_("Matches"), reverse("matchmaking:work-matches", args=[organization.slug])), *rest]


# ------------------------------------------------------------------ lists
@door
@never_cache
@require_safe
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """Each demand and each offer of the organization with how many fit it."""
    organization = acting_for(request, slug)
    at_work, done = run_of_now()
    offers = Paginator(offer_lines(organization), OFFERS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "organization": organization, "asking": demand_lines(organization), "offering": offers,
        "drafts": drafts_of(organization), "at_work": at_work, "done": done, "fits": FITS,
    }  # fmt: skip
    response = render(request, "matchmaking/match_overview.html", context)
    if request.method == "GET":
        note_look(organization)
    return response


@door
@never_cache
@require_safe
def of_demand(request: HttpRequest, slug: str, demand: str) -> HttpResponse:
    """One that is not open is matched in private only."""
    organization = acting_for(request, slug)
    subject = _demand(organization, demand)
    if subject.state not in OPEN_STATES:
        return redirect(f"{reverse('matchmaking:match-try', args=[slug])}?draft={subject.slug}")
    return _list(request, organization, Side.ASKING, subject, {"demand": subject})


@door
@never_cache
@require_safe
def of_offer(request: HttpRequest, slug: str, noun: str, offer: str) -> HttpResponse:
    organization = acting_for(request, slug)
    subject = _offer(organization, noun, offer)
    is_shown = MODELS[noun].objects.public().filter(pk=subject.pk).exists()
    return _list(
        request, organization, Side.OFFERING, subject, {"offer": subject, "noun": noun, "is_hidden": not is_shown}
    )


def _list(
    request: HttpRequest, organization: Organization, side: Side, subject: Any, context: Mapping[str, Any]
) -> HttpResponse:
    every = _shown(side, subject)
    found = MatchFilter(request.GET or {}, every, side=side, organization=organization)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(list(page.object_list), side=side, organization=organization, first=page.start_index())
    at_work, done = run_of_now()
    fits, whole = every.filter(shown_first(side)).count(), every.count()
    shared = {
        "organization": organization, "side": side, "subject": subject, "filter": found, "page": page, "rows": rows,
        "chips": found.chips(request.GET), "clear_url": request.path, "query": _query(request), "fits": FITS,
        "fitting": fits, "whole": whole, "weaker": whole - fits, "at_work": at_work, "done": done,
        "may_write": may_write(request.user, organization), "decline_form": DeclineForm(),
        "reasons": reasons_against(**({"demand": subject} if side == Side.ASKING else pair_of(subject))),
        "weights": [(part_label(name), points) for name, points in weights_in_force().items() if points],
        "why": _why(subject, whole, fits), "own_url": _own_url(organization, subject),
        "crumbs": _trail(organization, Link(getattr(subject, "title", "") or subject.name, "")),
    }  # fmt: skip
    return render(request, "matchmaking/match_list.html", {**shared, **context})


def _why(subject: Any, whole: int, fitting: int) -> list[str]:
    """What stands against a demand that nothing fits, and what it does not say yet."""
    if fitting or not isinstance(subject, Demand):
        return []
    found = why_nobody_fits(subject)
    quality = measure(demand_wishes(subject))
    lacks = "; ".join([*quality.lacking, *quality.better])
    if whole or not lacks:
        return found
    told = _("What would help to find somebody: %(lacking)s.") % {"lacking": lacks}
    return [*(words for words in found if lacks.split("; ")[0] not in words), told]


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


# ------------------------------------------------------------------ side by side
@door
@never_cache
@require_safe
def compare(request: HttpRequest, slug: str, demand: str) -> HttpResponse:
    """Up to four matches of a demand, part by part."""
    organization = acting_for(request, slug)
    subject = _demand(organization, demand)
    keys = list(dict.fromkeys(key for key in request.GET.getlist("match") if key.isdecimal() and len(key) < 19))
    chosen = list(_shown(Side.ASKING, subject).filter(pk__in=keys[:MOST]))
    columns = rows_of(chosen, side=Side.ASKING, organization=organization)
    back = reverse("matchmaking:demand-matches", args=[slug, subject.slug])
    context = {
        "organization": organization, "demand": subject, "columns": columns, "lines": _side_by_side(columns),
        "is_too_many": len(keys) > MOST, "gone": len(keys[:MOST]) - len(columns), "most": MOST,
        "best": max((column.score for column in columns), default=0),
        "may_write": may_write(request.user, organization),
        "crumbs": _trail(organization, Link(subject.title, back), Link(_("Side by side"), "")),
    }  # fmt: skip
    return render(request, "matchmaking/match_compare.html", context)


def _side_by_side(columns: list[Row]) -> list[dict[str, Any]]:
    """A line for each part that one of them has, with what each earned of it and its words. What earned most is marked
    where not all earned the same."""
    names = list(dict.fromkeys(piece.part.name for column in columns for piece in column.pieces))
    lines = []
    for name in names:
        cells: list[dict[str, Any]] = []
        for column in columns:
            piece = next((one for one in column.pieces if one.part.name == name), None)
            told = (*column.told.fits, *column.told.misses, *column.told.questions)
            cells.append({"piece": piece, "words": [reason.words for reason in told if reason.part == name]})
        values = [cell["piece"].part.value or 0.0 for cell in cells if cell["piece"]]
        for cell in cells:
            value = cell["piece"].part.value if cell["piece"] else None
            cell["is_best"] = value is not None and value == max(values) > min(values)
        lines.append({"label": part_label(name), "cells": cells})
    return lines
