"""One FilterSet a noun: the listing's form, and the parameters of every other door to the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, OuterRef, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from expo.models import (
    Edition,
    Exhibitor,
    Hall,
    Holding,
    Metric,
    Mode,
    OfferedMode,
    Organization,
    OrganizationKind,
    Parameter,
    Region,
    Sector,
    Session,
    Stand,
    Zone,
)
from expo.models.innovation import Stage
from expo.search.facets import NOT_STATED, BucketFacet, DayFacet, FacetFilter, Option, ThroughFacet, TreeFacet
from expo.search.filterset import FairFilterSet


# ------------------------------------------------------------------ options
def of_choices(choices: type[TextChoices], *, not_stated: bool = False) -> Callable[[], list[Option]]:
    rows = [Option(value, label) for value, label in choices.choices]
    if not_stated:
        rows.append(Option(NOT_STATED, _("not stated")))
    return lambda: rows


def zones() -> Iterable[Option]:
    return [Option(zone.letter, zone.name, plate=zone.letter, hue=zone.hue) for zone in Zone.objects.public()]


def halls() -> Iterable[Option]:
    return [Option(hall.slug, hall.name) for hall in Hall.objects.public()]


def sectors() -> Iterable[Option]:
    """First-level sectors, each followed by its children."""
    rows = list(Sector.objects.public())
    for parent in (row for row in rows if not row.parent_id):
        yield Option(parent.slug, parent.name)
        for child in (row for row in rows if row.parent_id == parent.pk):
            yield Option(child.slug, child.name, depth=1)


def used_countries() -> Iterable[Option]:
    codes = Organization.objects.order_by("country").values_list("country", flat=True).distinct()
    return [Option(str(code), countries.name(code)) for code in codes]


def parameters() -> Iterable[Option]:
    return [Option(row.slug, row.name) for row in Parameter.objects.all()]


def editions() -> Iterable[Option]:
    return [Option(str(row.number), row.name) for row in Edition.objects.public()]


def days() -> Iterable[Option]:
    found = dict.fromkeys(
        session.day for session in Session.objects.public().of_current_edition().order_by("starts_at")
    )
    return [Option(day.isoformat(), date_format(day, "DATE_FORMAT")) for day in found]


# ------------------------------------------------------------------ related rows
def present() -> QuerySet[Exhibitor]:
    """Who exhibits at the current edition: the place of an innovation or product is its organization's."""
    return Exhibitor.objects.published().of_current_edition()


def first_stand(exhibitor: str) -> Subquery:
    stands = Stand.objects.filter(exhibitor=OuterRef(exhibitor)).order_by("zone__letter", "number")
    return Subquery(stands.values("number")[:1])


def by_stand() -> tuple[Any, ...]:
    return (
        F("zone__letter").asc(nulls_last=True),
        Coalesce(first_stand("pk"), first_stand("host")).asc(nulls_last=True),
    )


TRL_BUCKETS = {"1-3": (1, 3), "4-6": (4, 6), "7-9": (7, 9)}


def trl_options() -> list[Option]:
    return [
        Option("1-3", _("TRL 1–3, principle shown")),
        Option("4-6", _("TRL 4–6, tested as a pilot")),
        Option("7-9", _("TRL 7–9, ready for production")),
        Option(NOT_STATED, _("not stated")),
    ]


# ------------------------------------------------------------------ FilterSets
class OfOneEdition(FairFilterSet):
    """Rows of the current edition, unless another one is asked for."""

    edition = FacetFilter(label=_("Edition"), column="edition__number", options=editions)

    def rows(self, *, without: str = "") -> QuerySet[Any]:
        rows = super().rows(without=without)
        if without == "edition" or self.form.cleaned_data.get("edition"):
            return rows
        return rows.filter(edition__is_current=True)


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
    SORTS = {"name": (_("Name"), ("organization__slug", "pk")), "stand": (_("Stand number"), (*by_stand(), "pk"))}

    zone = FacetFilter(label=_("Zone"), column="zone__letter", options=zones)
    hall = FacetFilter(label=_("Hall"), column="zone__hall__slug", options=halls)
    sector = TreeFacet(label=_("Sector"), column="organization__sector", options=sectors)
    kind = FacetFilter(
        label=_("Kind of organization"), column="organization__kind", options=of_choices(OrganizationKind)
    )
    country = FacetFilter(label=_("Country"), column="organization__country", options=used_countries)
    region = FacetFilter(label=_("Region of China"), column="organization__region", options=of_choices(Region))


class InnovationFilter(FairFilterSet):
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
        "ip_rights__number",
    )
    SORTS = {
        "landmarks": (_("Landmarks first"), ("position", "slug")),
        "newest": (_("Newest"), ("-created_at", "-pk")),
        "mature": (_("Most mature"), (F("trl").desc(nulls_last=True), "slug")),
        "title": (_("Title"), ("slug",)),
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
    metric = ThroughFacet(
        label=_("Metric stated"),
        column="parameter__slug",
        options=parameters,
        related=Metric.objects.all,
        back="innovation",
    )
    team = FacetFilter(
        label=_("Team"), column="team_available", options=lambda: [Option("True", _("the team comes along"))]
    )


class PriceFilter(django_filters.NumberFilter):
    def __init__(self, lookup: str) -> None:
        limits = [MinValueValidator(0), MaxValueValidator(10**15)]
        super().__init__(field_name="price", lookup_expr=lookup, max_digits=18, decimal_places=2, validators=limits)


class ProductFilter(FairFilterSet):
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
        "innovation__title_en",
        "innovation__title_zh",
    )
    SORTS = {
        "featured": (_("Featured first"), ("position", "slug")),
        "price": (_("Lowest price"), (F("price").asc(nulls_last=True), "slug")),
        "lead-time": (_("Soonest delivery"), (F("lead_time_days").asc(nulls_last=True), "slug")),
        "newest": (_("Newest"), ("-created_at", "-pk")),
    }
    RANGES = {"price": (_("Price per unit"), "CNY", ("price_min", "price_max"))}

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
    hall = FacetFilter(label=_("Hall"), column="place__hall__slug", options=halls)
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
