"""Which rows of `matchmaking` stand on which page of another noun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from expo.models import Exhibitor, Innovation, Organization, Sector
from expo.models.organization import APPEARANCES
from expo.panels import LIMIT, Rows, all_in_sector, all_of_organization, in_sector, organization_of
from expo.registry import Panel, add_panel
from matchmaking.contract_figures import Year, by_year
from matchmaking.listings import deal_rows, demand_rows
from matchmaking.models import Deal, DealState, Demand
from matchmaking.models.demand import SHOWN_STATES
from matchmaking.targets import asked_for_by

DEMANDS, DEALS = "matchmaking:demand", "matchmaking:deal"


# ------------------------------------------------------------------ of an organization: only what bears its name
def demands_of(record: Organization | Exhibitor) -> Rows:
    return Demand.objects.public().named().filter(organization=organization_of(record))[:LIMIT]


all_demands_of = all_of_organization(DEMANDS)


def deals_of(record: Organization | Exhibitor) -> Rows:
    named = Deal.objects.public().filter(parties__organization=organization_of(record), parties__is_named=True)
    return named.distinct()[:LIMIT]


# ------------------------------------------------------------------ of an innovation
def demands_it_answers(innovation: Innovation) -> Rows:
    return asked_for_by(innovation)


def deals_with(innovation: Innovation) -> Rows:
    """A teaser names nothing, so it is not on the page of what it would name."""
    return Deal.objects.public().filter(technology_leg="full", innovations=innovation)[:LIMIT]


# ------------------------------------------------------------------ of a sector
def demands_in_sector(sector: Sector) -> Rows:
    return Demand.objects.public().open().filter(in_sector(sector))[:LIMIT]


def deals_in_sector(sector: Sector) -> Rows:
    return Deal.objects.public().filter(in_sector(sector))[:LIMIT]


# ------------------------------------------------------------------ of a demand and of a deal
def demands_alike(demand: Demand) -> Rows:
    """In the same field, whoever asks: a demand of the same enterprise would tell who it is."""
    if demand.sector is None:
        return []
    return Demand.objects.public().open().filter(sector=demand.sector).exclude(pk=demand.pk)[:4]


def demand_behind(deal: Deal) -> Rows:
    """Of a demand whose enterprise is not to be known nothing is told: the deal's parties would say who it is."""
    return Demand.objects.public().named().filter(pk=deal.demand_id) if deal.demand_id else []


def innovations_of(deal: Deal) -> Rows:
    return deal.innovations.all() if deal.technology_leg == "full" else []


# ------------------------------------------------------------------ on the home page
ON_HOME = 3


def first_deals(page: Any) -> Rows:
    return deal_rows(Deal.objects.public())[:ON_HOME]


def first_demands(page: Any) -> Rows:
    return demand_rows(Demand.objects.public().open())[:ON_HOME]


# ------------------------------------------------------------------ beside the published figures
@dataclass(frozen=True)
class Ledger:
    """The registered contracts by year: the real ones, or the samples, never both."""

    is_sample: bool
    years: list[Year]


def registered_contracts(page: Any) -> Rows:
    """First the real ones, said to be none where there are none; then the samples, marked."""
    real, samples = by_year(samples=False), by_year(samples=True)
    if not (real or samples):
        return []
    return [Ledger(False, real), *([Ledger(True, samples)] if samples else [])]


PANELS: tuple[tuple[str, str, Any, Callable[[Any], Rows], str, Callable[[Any], str] | None], ...] = (
    ("innovation-detail", "demands", _("Who asks for this"), demands_it_answers, "matchmaking/_asked_for.html", None),
    ("innovation-detail", "deals", _("Deals with it"), deals_with, "", None),
    ("organization-detail", "demands", _("Demands"), demands_of, "", all_demands_of),
    ("organization-detail", "deals", _("Deals"), deals_of, "", None),
    ("exhibitor-detail", "demands", _("Demands"), demands_of, "", all_demands_of),
    ("exhibitor-detail", "deals", _("Deals"), deals_of, "", None),
    ("sector-detail", "demands", _("Demands"), demands_in_sector, "", all_in_sector(DEMANDS)),
    ("sector-detail", "deals", _("Deals"), deals_in_sector, "", all_in_sector(DEALS)),
    ("matchmaking:demand-detail", "alike", _("Others ask in the same field"), demands_alike, "", None),
    ("matchmaking:deal-detail", "innovations", _("The innovations in it"), innovations_of, "", None),
    ("matchmaking:deal-detail", "demand", _("Answers this demand"), demand_behind, "", None),
    ("figure-list", "contracts", _("Technology contracts registered here"), registered_contracts,
     "matchmaking/_contract_figures.html", None),
)  # fmt: skip


# Who asks under its own name, and who is named in a published deal, has a page. Who asks unnamed is met nowhere.
MET: tuple[dict[str, object], ...] = (
    {"demands__confidentiality": "public", "demands__state__in": SHOWN_STATES},
    {
        "deal_parties__is_named": True,
        "deal_parties__deal__is_published": True,
        "deal_parties__deal__state__in": [state for state in DealState.values if state != DealState.ARCHIVED],
    },
)


HOME_PANELS = (
    Panel("home", "deals", _("Deals"), first_deals, "matchmaking/_deal_cards.html", 10,
          lambda page: reverse(f"{DEALS}-list"),
          _("Technology, team and equity in one bundle: what the parties have made public.")),
    Panel("home", "demands", _("Demands"), first_demands, "matchmaking/_demand_cards.html", 20,
          lambda page: reverse(f"{DEMANDS}-list"), _("What enterprises need: in figures, with a budget, and by when.")),
)  # fmt: skip


def register() -> None:
    APPEARANCES.extend(MET)
    for panel in HOME_PANELS:
        add_panel(panel)
    for i, (page, name, title, rows, template, more_url) in enumerate(PANELS):
        panel = Panel(page, name, title, rows, position=5 + 10 * i, more_url=more_url)
        add_panel(Panel(**{**vars(panel), "template": template}) if template else panel)
