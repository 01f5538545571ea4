"""What of `matchmaking` the public can list, and what goes in and out as a table."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from expo.registry import Listing, Table, add_listing, add_table
from matchmaking import filters
from matchmaking.models import Deal, DealParty, Demand, TargetMetric, TermSheet


def demand_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    targets = Prefetch("target_metrics", TargetMetric.objects.select_related("parameter"))
    return rows.select_related("sector", "organization").prefetch_related(targets, "wanted_modes")


def sheets_in_force(*lines: str) -> Prefetch:
    """The term sheet in force of each deal, with the lines named."""
    return Prefetch("term_sheets", TermSheet.objects.filter(is_current=True).prefetch_related(*lines))


def deal_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    parties = Prefetch("parties", DealParty.objects.select_related("organization"))
    return rows.select_related("sector").prefetch_related(sheets_in_force("equity_lines"), parties)


LISTINGS = (
    Listing(
        noun="demand",
        menu=40,
        namespace="matchmaking",
        model=Demand,
        filterset=filters.DemandFilter,
        queryset=Demand.objects.public,
        card="matchmaking/_demand_card.html",
        related=demand_rows,
        title=_("Demands"),
        lede=_("What enterprises need: in figures, with a budget, and by when."),
        placeholder=_("Need, field, use"),
    ),
    Listing(
        noun="deal",
        menu=50,
        namespace="matchmaking",
        model=Deal,
        filterset=filters.DealFilter,
        queryset=Deal.objects.public,
        card="matchmaking/_deal_card.html",
        related=deal_rows,
        title=_("Deals"),
        lede=_("Technology, team and equity in one bundle: what the parties have made public."),
        placeholder=_("Title, field"),
    ),
)


def printed_demands() -> QuerySet[Demand]:
    """For the printed catalog: those that name their enterprise."""
    return Demand.objects.public().named().order_by("sector__position", "sector__slug", "position", "slug")


DEMANDS = Table(
    noun="demand",
    model=Demand,
    resource="matchmaking.exchange:DemandTable",
    title=_("Demands"),
    catalog=printed_demands,
    position=45,
    asks_secrecy=True,
)


def register() -> None:
    add_table(DEMANDS)
    for listing in LISTINGS:
        add_listing(listing)
