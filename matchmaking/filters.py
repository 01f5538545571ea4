"""One FilterSet a noun. What a demand or deal keeps to itself is neither searched, nor counted, nor sorted by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from expo.filters import PRICE_CURRENCY, OfAnOrganization, PriceFilter
from expo.models import Mode, Region
from expo.options import of_choices, organizations, parameters, sectors
from expo.search.facets import AskedFacet, BucketFacet, FacetFilter, ManyFacet, Option, ThroughFacet, TreeFacet
from expo.search.filterset import FairFilterSet
from matchmaking.models import STAGE_STATES, Deal, Demand, EquityLine, LegPublication, Stage, TargetMetric, WantedMode


def named_demands() -> QuerySet[Demand]:
    return Demand.objects.named()


def open_targets() -> QuerySet[TargetMetric]:
    return TargetMetric.objects.filter(demand__in=Demand.objects.detailed())


def equity_options() -> list[Option]:
    return [Option("True", _("would give shares")), Option("False", _("no shares"))]


class ShownFacet(FacetFilter):
    """A value that only demands which show their details are found and counted by."""

    def condition(self, values: list[str]) -> Q:
        return super().condition(values) & ~Q(confidentiality="nda_only")

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        return super().count(qs.exclude(confidentiality="nda_only"))

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        return super().values(qs.exclude(confidentiality="nda_only"))


class DemandFilter(OfAnOrganization):
    SEARCHED = (
        "title_en", "title_zh", "claim_en", "claim_zh", "sector__name_en", "sector__name_zh", "shown_problem_en",
        "shown_problem_zh", "shown_situation_en", "shown_situation_zh", "shown_limits_en", "shown_limits_zh",
        "shown_organization_en", "shown_organization_zh",
    )  # fmt: skip
    SORTS = {
        "featured": (_("Featured first"), ("position", "slug")),
        "deadline": (_("Needed soonest"), (F("shown_deadline").asc(nulls_last=True), "slug")),
        "budget": (_("Largest budget"), (F("shown_budget_max").desc(nulls_last=True), "slug")),
        "newest": (_("Newest"), ("-created_at", "-pk")),
    }
    RANGES = {"budget": (_("Budget"), PRICE_CURRENCY, ("budget_min", "budget_max"))}

    sector = TreeFacet(label=_("Sector"), column="sector", options=sectors)
    kind = FacetFilter(label=_("Kind"), column="kind", options=of_choices(Demand.Kind))
    mode = ThroughFacet(
        label=_("Ways of cooperation"),
        column="mode",
        options=of_choices(Mode),
        related=lambda: WantedMode.objects.filter(demand__in=Demand.objects.detailed()),
        back="demand",
    )
    equity = ShownFacet(label=_("Shares"), column="accepts_equity", options=equity_options)
    metric = ManyFacet(
        label=_("Target stated"), column="parameter__slug", options=parameters, related=open_targets, back="demand"
    )
    state = FacetFilter(
        label=_("State"),
        column="state",
        options=lambda: [
            Option("published", pgettext_lazy("demand", "Open")),
            Option("matching", _("in matching")),
            Option("negotiating", _("in negotiation")),
            Option("contracted", _("contracted")),
            Option("solved", _("solved")),
        ],
    )
    region = ThroughFacet(
        label=_("Region of China"),
        column="organization__region",
        options=of_choices(Region),
        related=named_demands,
        back="pk",
    )
    organization = AskedFacet(
        label=_("Organization"), column="organization__slug", options=organizations, related=named_demands, back="pk"
    )
    budget_min = PriceFilter("gte", "shown_budget_max")
    budget_max = PriceFilter("lte", "shown_budget_min")


TEAM_SHARES = {"0-10": (0, 10), "10-20": (10.01, 20), "20-30": (20.01, 30), "30-100": (30.01, 100)}
AMOUNTS = {"0-5": (0, 5_000_000), "5-20": (5_000_000.01, 20_000_000), "20-": (20_000_000.01, 10**15)}


class AmountFacet(BucketFacet):
    """Registered capital, of the deals in yuan: sums of two currencies do not compare."""

    def condition(self, values: list[str]) -> Q:
        return super().condition(values) & Q(currency=PRICE_CURRENCY)

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        return super().count(qs.filter(currency=PRICE_CURRENCY))

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        return super().values(qs.filter(currency=PRICE_CURRENCY))


class StageFacet(FacetFilter):
    """Stages stand for groups of states."""

    def condition(self, values: list[str]) -> Q:
        return Q(state__in=[state for value in values for state in STAGE_STATES.get(value, ())])

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        by_state = super().count(qs)
        return {stage: sum(by_state.get(state, 0) for state in states) for stage, states in STAGE_STATES.items()}

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        stages = {state: stage for stage, states in STAGE_STATES.items() for state in states}
        return ((pk, stages[state]) for pk, state in super().values(qs) if state in stages)


def open_equity() -> QuerySet[EquityLine]:
    """Lines in force of deals that show at least what kinds of contribution come together."""
    rows = EquityLine.objects.filter(term_sheet__is_current=True)
    return rows.exclude(term_sheet__deal__equity_leg=LegPublication.HIDDEN)


class DealFilter(FairFilterSet):
    SEARCHED = (
        "title_en", "title_zh", "claim_en", "claim_zh", "story_en", "story_zh", "sector__name_en", "sector__name_zh",
    )  # fmt: skip
    CODES = {"code": (("code",),)}
    SORTS = {
        "featured": (_("Featured first"), ("position", "code")),
        "team": (_("Largest share of the team"), (F("shown_team_share").desc(nulls_last=True), "code")),
        "newest": (_("Newest"), ("-created_at", "-pk")),
    }

    sector = TreeFacet(label=_("Sector"), column="sector", options=sectors)
    structure = FacetFilter(label=_("Structure"), column="structure", options=of_choices(Deal.Structure))
    stage = StageFacet(label=_("Stage"), column="state", options=of_choices(Stage))
    team = BucketFacet(
        label=_("Team's share of the company"),
        column="shown_team_share",
        buckets=TEAM_SHARES,
        options=lambda: [
            Option("0-10", _("up to 10 %")),
            Option("10-20", _("10 to 20 %")),
            Option("20-30", _("20 to 30 %")),
            Option("30-100", _("above 30 %")),
            Option("none", _("not shown")),
        ],
    )
    contribution = ThroughFacet(
        label=_("What comes together"),
        column="contribution",
        options=of_choices(EquityLine.Contribution),
        related=open_equity,
        back="term_sheet__deal",
    )
    amount = AmountFacet(
        label=_("Registered capital"),
        column="shown_amount",
        buckets=AMOUNTS,
        options=lambda: [
            Option("0-5", _("up to ¥5 million")),
            Option("5-20", _("¥5 to 20 million")),
            Option("20-", _("above ¥20 million")),
            Option("none", _("not shown")),
        ],
    )
