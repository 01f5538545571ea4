"""Filters of what others may use and of whom the city works with: platforms, instruments, partner cities, countries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from expo.filters.fair import OfAnOrganization
from expo.filters.measured import MeasuredFilter, parameter_facet
from expo.models import (
    Capability,
    InnovationPlatform,
    InstrumentState,
    Organization,
    OrganizationKind,
    PartnerCity,
    Rate,
    Region,
    ServiceMode,
)
from expo.models.instrument import INSTRUMENTS_SHOWN
from expo.options import of_choices, organizations, partner_countries, platforms, sectors
from expo.search.facets import AskedFacet, FacetFilter, Option, ThroughFacet, TreeFacet
from expo.search.filterset import FairFilterSet

RATE_CURRENCY = "CNY"


def hourly_rates() -> QuerySet[Rate]:
    """What others pay an hour, in the currency of the range: at most one of an instrument."""
    return Rate.objects.filter(audience=Rate.Audience.EXTERNAL, basis=Rate.Basis.HOUR, currency=RATE_CURRENCY)


def hourly_rate() -> Subquery:
    return Subquery(hourly_rates().filter(instrument=OuterRef("pk")).values("amount"))


class RateFilter(django_filters.NumberFilter):
    """An end of the range: of the instruments that others may use by the hour."""

    def __init__(self, lookup: str) -> None:
        limits = [MinValueValidator(0), MaxValueValidator(10**15)]
        super().__init__(lookup_expr=lookup, max_digits=18, decimal_places=2, validators=limits)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is None:
            return qs
        return qs.filter(pk__in=hourly_rates().filter(**{f"amount__{self.lookup_expr}": value}).values("instrument"))

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, Any]]:
        rows = hourly_rates().filter(instrument__in=qs.order_by().values("pk"))
        return rows.order_by().values_list("instrument", "amount")


class PlatformFilter(OfAnOrganization):
    SEARCHED = (
        "name_en",
        "name_zh",
        "claim_en",
        "claim_zh",
        "about_en",
        "about_zh",
        "sector__name_en",
        "sector__name_zh",
        "organization__name_en",
        "organization__name_zh",
    )
    SORTS = {
        "featured": (_("Featured first"), ("position", "slug")),
        "name": (_("Name"), ("slug",)),
        "approved": (_("Latest approval"), (F("approved_on").desc(nulls_last=True), "slug")),
    }

    kind = FacetFilter(label=_("Kind"), column="kind", options=of_choices(InnovationPlatform.Kind))
    level = FacetFilter(label=_("Level"), column="level", options=of_choices(InnovationPlatform.Level))
    sector = TreeFacet(label=_("Sector"), column="sector", options=sectors)
    region = FacetFilter(label=_("Region of China"), column="organization__region", options=of_choices(Region))
    organization = AskedFacet(
        label=_("Organization"),
        column="slug",
        options=organizations,
        related=Organization.objects.public,
        back="platforms",
    )


class InstrumentFilter(MeasuredFilter, OfAnOrganization):
    SEARCHED = (
        "name_en",
        "name_zh",
        "claim_en",
        "claim_zh",
        "functions_en",
        "functions_zh",
        "specification_en",
        "specification_zh",
        "manufacturer",
        "model_name",
        "sector__name_en",
        "sector__name_zh",
        "organization__name_en",
        "organization__name_zh",
        "capabilities__parameter__name_en",
        "capabilities__parameter__name_zh",
    )
    ALSO = ("rates",)
    SORTS = {
        "featured": (_("Featured first"), ("position", "slug")),
        "rate": (_("Lowest rate"), (hourly_rate().asc(nulls_last=True), "position", "slug")),
        "name": (_("Name"), ("slug",)),
        "newest": (_("Newest"), ("-created_at", "-pk")),
    }
    RANGES = {"rate": (_("Rate per hour, for others"), RATE_CURRENCY, ("rate_min", "rate_max"))}

    sector = TreeFacet(label=_("Sector"), column="sector", options=sectors)
    mode = ThroughFacet(
        label=_("How to use it"),
        column="mode",
        options=of_choices(ServiceMode.Mode),
        related=ServiceMode.objects.all,
        back="instrument",
    )
    state = FacetFilter(
        label=_("State"),
        column="state",
        options=lambda: [Option(state, state.label) for state in InstrumentState if state in INSTRUMENTS_SHOWN],
    )
    kind = FacetFilter(label=_("Owner"), column="organization__kind", options=of_choices(OrganizationKind))
    region = FacetFilter(label=_("Region of China"), column="organization__region", options=of_choices(Region))
    platform = ThroughFacet(
        label=_("Platform"),
        column="slug",
        options=platforms,
        related=InnovationPlatform.objects.public,
        back="instruments",
    )
    qualification = FacetFilter(
        label=_("Qualification"),
        column="qualification_required",
        options=lambda: [Option("False", _("not required")), Option("True", _("required"))],
    )
    organization = AskedFacet(
        label=_("Organization"),
        column="slug",
        options=organizations,
        related=Organization.objects.public,
        back="instruments",
    )
    parameter = parameter_facet(Capability.objects.all, "instrument")
    rate_min = RateFilter("gte")
    rate_max = RateFilter("lte")


class PartnerCityFilter(FairFilterSet):
    SEARCHED = (
        "name_en", "name_zh", "claim_en", "claim_zh", "about_en", "about_zh", "country__name_en", "country__name_zh",
    )  # fmt: skip
    SORTS = {
        "featured": (_("Featured first"), ("position", "slug")),
        "name": (_("Name"), ("slug",)),
        "signed": (_("Longest partnership"), (F("signed_on").asc(nulls_last=True), "slug")),
    }

    country = FacetFilter(label=_("Country"), column="country__slug", options=partner_countries)
    relation = FacetFilter(label=_("Relation"), column="relation", options=of_choices(PartnerCity.Relation))


class CountryFilter(FairFilterSet):
    SEARCHED = ("name_en", "name_zh", "about_en", "about_zh", "partner_cities__name_en", "partner_cities__name_zh")
    SORTS = {"name": (_("Name"), ("name_en", "slug"))}
