"""Filters of the exhibition: who is here, what they show and sell, and when and where it takes place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Case, F, QuerySet, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from expo.filters import walking
from expo.filters.measured import MeasuredFilter, parameter_facet
from expo.filters.walking import also_at, innovations_by_stand, last_without, of_exhibitor, products_by_stand
from expo.models import (
    Edition,
    Exhibitor,
    Holding,
    Metric,
    Mode,
    OfferedMode,
    Organization,
    OrganizationKind,
    Region,
    Session,
)
from expo.models.innovation import Stage
from expo.options import (
    TRL_BUCKETS,
    days,
    editions,
    halls,
    of_choices,
    organizations,
    parameters,
    sectors,
    trl_options,
    used_countries,
    zones,
)
from expo.search.facets import (
    NOT_STATED,
    AskedFacet,
    BucketFacet,
    DayFacet,
    EditionFacet,
    FacetFilter,
    ManyFacet,
    Option,
    ThroughFacet,
    TreeFacet,
)
from expo.search.filterset import FairFilterSet
from expo.search.memory import remembered


# ------------------------------------------------------------------ related rows
def present() -> QuerySet[Exhibitor]:
    """Who exhibits at the current edition: the place of an innovation or product is its organization's."""
    return Exhibitor.objects.published().of_current_edition()


# ------------------------------------------------------------------ FilterSets
class OfOneEdition(FairFilterSet):
    """Rows of the current edition, unless another one is asked for; zones, halls and days are that edition's."""

    MARKS = {"edition": "current"}

    def __init__(self, data: QueryDict, queryset: QuerySet[Any]) -> None:
        known = remembered("editions", lambda: list(Edition.objects.public()))
        asked = {value.strip() for value in data.getlist("edition")}
        self.editions = [row for row in known if str(row.number) in asked] or [row for row in known if row.is_current]
        self.time_zones = sorted({row.time_zone for row in known})
        super().__init__(data, queryset)

    edition = FacetFilter(label=_("Edition"), column="edition__number", options=editions)

    def marks(self, rows: QuerySet[Any]) -> Iterable[tuple[str, int]]:
        return (("current", pk) for pk in rows.filter(edition__is_current=True).order_by().values_list("pk", flat=True))

    def rows(self, *, without: str = "") -> QuerySet[Any]:
        rows = super().rows(without=without)
        if without == "edition" or self.cleaned.get("edition"):
            return rows
        return rows.filter(edition__is_current=True)


class OfAnOrganization(FairFilterSet):
    """Rows that the page of an organization leads to: it is no facet to choose from, but a choice to see and undo."""

    def __init__(self, data: QueryDict, queryset: QuerySet[Any]) -> None:
        self.asked = data
        super().__init__(data, queryset)


class ExhibitorFilter(OfOneEdition):
    SEARCHED = (
        "organization__name_en",
        "organization__name_zh",
        "claim_en",
        "claim_zh",
        "shows_en",
        "shows_zh",
        "organization__sector__name_en",
        "organization__sector__name_zh",
        "organization__city_en",
        "organization__city_zh",
    )
    TITLES = ("organization__name",)
    CODES = {
        "stand": (("stands__zone__letter", "stands__number"), ("host__stands__zone__letter", "host__stands__number"))
    }
    ALSO = tuple(f"{way}stands__{step}" for way in ("", "host__") for step in walking.STANDS)
    SORTS = {
        "name": (_("Name"), ("organization__slug", "pk")),
        "walk": (
            _("Walking order"),
            (last_without(of_exhibitor()), F("zone__letter").asc(nulls_last=True), "organization__slug", "pk"),
        ),
    }

    zone = EditionFacet(label=_("Zone"), column="zone__letter", options=zones)
    hall = EditionFacet(label=_("Hall"), column="zone__hall__slug", options=halls)
    sector = TreeFacet(label=_("Sector"), column="organization__sector", options=sectors)
    kind = FacetFilter(
        label=_("Kind of organization"), column="organization__kind", options=of_choices(OrganizationKind)
    )
    country = FacetFilter(label=_("Country"), column="organization__country", options=used_countries)
    region = FacetFilter(label=_("Region of China"), column="organization__region", options=of_choices(Region))


class InnovationFilter(MeasuredFilter, OfAnOrganization):
    SEARCHED = (
        "title_en",
        "title_zh",
        "claim_en",
        "claim_zh",
        "abstract_en",
        "abstract_zh",
        "uses_en",
        "uses_zh",
        "sector__name_en",
        "sector__name_zh",
        "organizations__name_en",
        "organizations__name_zh",
    )
    CODES = {"patent": (("ip_rights__number",),)}
    ALSO = also_at("organizations__exhibitors")
    SORTS = {
        "landmarks": (_("Landmarks first"), ("position", "slug")),
        "newest": (_("Newest"), ("-created_at", "-pk")),
        "mature": (_("Most mature"), (F("trl").desc(nulls_last=True), "slug")),
        "title": (_("Title"), ("slug",)),
        "walk": (_("Walking order"), (innovations_by_stand(), "slug")),
    }

    zone = ThroughFacet(
        label=_("Zone"),
        column="zone__letter",
        options=zones,
        related=present,
        back="organization__holdings__innovation",
    )
    hall = ThroughFacet(
        label=_("Hall"),
        column="zone__hall__slug",
        options=halls,
        related=present,
        back="organization__holdings__innovation",
    )
    sector = TreeFacet(label=_("Sector"), column="sector", options=sectors)
    trl = BucketFacet(label=_("Maturity"), column="trl", buckets=TRL_BUCKETS, options=trl_options)
    stage = FacetFilter(label=_("Stage"), column="stage", options=of_choices(Stage, not_stated=True))
    mode = ThroughFacet(
        label=_("What is on offer"),
        column="mode",
        options=of_choices(Mode),
        related=OfferedMode.objects.all,
        back="innovation",
    )
    kind = ThroughFacet(
        label=_("Holder"),
        column="organization__kind",
        options=of_choices(OrganizationKind),
        related=Holding.objects.all,
        back="innovation",
    )
    region = ThroughFacet(
        label=_("Region of China"),
        column="organization__region",
        options=of_choices(Region),
        related=Holding.objects.all,
        back="innovation",
    )
    metric = ManyFacet(
        label=_("Metric stated"),
        column="parameter__slug",
        options=parameters,
        related=Metric.objects.all,
        back="innovation",
    )
    parameter = parameter_facet(Metric.objects.all, "innovation")
    team = FacetFilter(
        label=_("Team"), column="team_available", options=lambda: [Option("True", _("the team comes along"))]
    )
    organization = AskedFacet(
        label=_("Organization"),
        column="organization__slug",
        options=organizations,
        related=Holding.objects.all,
        back="innovation",
    )


PRICE_CURRENCY = "CNY"
# Prices of two currencies do not compare: those of the range first, then the others, then what has no price.
PRICED_FIRST = Case(When(price=None, then=2), When(currency=PRICE_CURRENCY, then=0), default=1)


class PriceFilter(django_filters.NumberFilter):
    """An end of a range of money: of the rows whose amount is in its currency."""

    def __init__(self, lookup: str, column: str = "price") -> None:
        limits = [MinValueValidator(0), MaxValueValidator(10**15)]
        super().__init__(field_name=column, lookup_expr=lookup, max_digits=18, decimal_places=2, validators=limits)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return super().filter(qs if value is None else qs.filter(currency=PRICE_CURRENCY), value)

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, Any]]:
        return qs.filter(currency=PRICE_CURRENCY).order_by().values_list("pk", self.field_name)


class ProductFilter(OfAnOrganization):
    SEARCHED = (
        "title_en",
        "title_zh",
        "claim_en",
        "claim_zh",
        "description_en",
        "description_zh",
        "sector__name_en",
        "sector__name_zh",
        "organization__name_en",
        "organization__name_zh",
    )
    ALSO = also_at("organization__exhibitors")
    SORTS = {
        "featured": (_("Featured first"), ("position", "slug")),
        "price": (_("Lowest price"), (PRICED_FIRST, "currency", F("price").asc(nulls_last=True), "slug")),
        "lead-time": (_("Soonest delivery"), (F("lead_time_days").asc(nulls_last=True), "slug")),
        "newest": (_("Newest"), ("-created_at", "-pk")),
        "walk": (_("Walking order"), (products_by_stand(), "slug")),
    }
    RANGES = {"price": (_("Price per unit"), PRICE_CURRENCY, ("price_min", "price_max"))}

    zone = ThroughFacet(
        label=_("Zone"), column="zone__letter", options=zones, related=present, back="organization__products"
    )
    hall = ThroughFacet(
        label=_("Hall"), column="zone__hall__slug", options=halls, related=present, back="organization__products"
    )
    sector = TreeFacet(label=_("Sector"), column="sector", options=sectors)
    stock = BucketFacet(
        label=_("Availability"),
        column="stock",
        buckets={"in-stock": (1, 2**31 - 1), "sold-out": (0, 0)},
        options=lambda: [
            Option("in-stock", _("in stock")),
            Option("sold-out", _("sold out")),
            Option(NOT_STATED, _("made to order")),
        ],
    )
    kind = FacetFilter(label=_("Seller"), column="organization__kind", options=of_choices(OrganizationKind))
    region = FacetFilter(label=_("Region of China"), column="organization__region", options=of_choices(Region))
    organization = AskedFacet(
        label=_("Organization"),
        column="slug",
        options=organizations,
        related=Organization.objects.public,
        back="products",
    )
    price_min = PriceFilter("gte")
    price_max = PriceFilter("lte")


class SessionFilter(OfOneEdition):
    SEARCHED = (
        "title_en",
        "title_zh",
        "abstract_en",
        "abstract_zh",
        "speakers__name_en",
        "speakers__name_zh",
        "theme__name_en",
        "theme__name_zh",
        "place__name_en",
        "place__name_zh",
    )
    SORTS = {"time": (_("Time"), ("starts_at", "slug"))}
    OTHER_PARAMETERS = ("page", "at")

    day = DayFacet(label=_("Day"), column="starts_at", options=days)
    hall = EditionFacet(label=_("Hall"), column="place__hall__slug", options=halls)
    kind = FacetFilter(label=_("Kind"), column="kind", options=of_choices(Session.Kind))
    language = FacetFilter(label=_("Language"), column="language", options=of_choices(Session.Language))
    theme = TreeFacet(label=_("Theme"), column="theme", options=sectors)
    state = FacetFilter(
        label=_("State"),
        column="state",
        options=lambda: [Option("published", _("takes place")), Option("canceled", _("canceled"))],
    )


class OrganizationFilter(FairFilterSet):
    SEARCHED = (
        "name_en",
        "name_zh",
        "about_en",
        "about_zh",
        "city_en",
        "city_zh",
        "sector__name_en",
        "sector__name_zh",
    )
    SORTS = {"name": (_("Name"), ("slug",)), "newest": (_("Newest"), ("-created_at", "-pk"))}

    kind = FacetFilter(label=_("Kind"), column="kind", options=of_choices(OrganizationKind))
    sector = TreeFacet(label=_("Sector"), column="sector", options=sectors)
    country = FacetFilter(label=_("Country"), column="country", options=used_countries)
    region = FacetFilter(label=_("Region of China"), column="region", options=of_choices(Region))


class SectorFilter(FairFilterSet):
    SEARCHED = ("name_en", "name_zh", "claim_en", "claim_zh")
    SORTS = {"position": (_("Order"), ("-is_theme", "position", "slug"))}


class ZoneFilter(FairFilterSet):
    SEARCHED = ("name_en", "name_zh", "claim_en", "claim_zh", "letter")
    SORTS = {"letter": (_("Letter"), ("letter",))}

    hall = FacetFilter(label=_("Hall"), column="hall__slug", options=halls)


class HallFilter(FairFilterSet):
    SEARCHED = ("name_en", "name_zh", "zones__name_en", "zones__name_zh")
    SORTS = {"position": (_("Order"), ("position", "slug"))}


class FigureFilter(FairFilterSet):
    SEARCHED = ("label_en", "label_zh", "scope_en", "scope_zh", "definition_en", "definition_zh")
    SORTS = {"position": (_("Order"), ("position", "slug"))}


class AnnouncementFilter(FairFilterSet):
    SEARCHED = ("title_en", "title_zh", "body_en", "body_zh")
    SORTS = {"newest": (_("Newest"), ("-publish_at", "-pk"))}

    edition = FacetFilter(label=_("Edition"), column="edition__number", options=editions)


class EditionFilter(FairFilterSet):
    SEARCHED = ("name_en", "name_zh", "summary_en", "summary_zh", "city_en", "city_zh")
    SORTS = {"newest": (_("Newest"), ("-number",))}
