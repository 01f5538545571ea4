"""The pages of one demand and of one deal."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from expo.access import door
from expo.models import Innovation
from expo.views.details import shown
from matchmaking.listings import demand_rows, sheets_in_force
from matchmaking.models import Deal, DealParty, Demand
from matchmaking.showing import shown as shown_deal
from matchmaking.targets import answers_to


@door
@require_safe
def demand(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(demand_rows(Demand.objects.public()), slug=slug)
    return shown(request, record, "matchmaking/demand_detail.html", answers=answers_to(record))


@door
@require_safe
def deal(request: HttpRequest, code: str) -> HttpResponse:
    rows = (
        Deal.objects.public()
        .select_related("demand")
        .prefetch_related(
            sheets_in_force("technology_lines__innovation", "team_lines", "equity_lines"),
            Prefetch("parties", DealParty.objects.select_related("organization")),
            Prefetch("innovations", Innovation.objects.public()),
        )
    )
    record = get_object_or_404(rows, code=code)
    return shown(request, record, "matchmaking/deal_detail.html", bundle=shown_deal(record))
