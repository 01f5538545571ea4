"""What machines may read of each noun of `expo`: its PUBLIC_FIELDS, and what its page shows beside them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from expo.columns import field_column, fields, reference, table
from expo.listings import exhibitor_rows, session_rows
from expo.models import (
    Capability,
    Evidence,
    Exhibitor,
    Holding,
    Instrument,
    IpRight,
    Measured,
    Metric,
    OfferedMode,
    Organization,
    Rate,
    ServiceMode,
    Speaker,
)
from expo.registry import Column, OpenData, add_open_data


def organization_columns(row: Any) -> tuple[Column, ...]:
    return tuple(reference("organization", Organization, lambda record: getattr(record, row), _("Organization")))


def measured_columns(model: type[Measured]) -> tuple[Column, ...]:
    """Of what is stated, can be done or is asked for."""
    return (
        Column("parameter", "text", lambda row: row.parameter.slug, _("Parameter")),
        Column("parameter_name_en", "text", lambda row: row.parameter.name_en),
        Column("parameter_name_zh", "text", lambda row: row.parameter.name_zh),
        Column("unit", "text", lambda row: row.unit, _("Unit")),
        field_column(model, "operator"),
        Column("value", "decimal", lambda row: exact(row.value), _("Value, or the lower end")),
        Column("value_to", "decimal", lambda row: exact(row.value_to), _("Upper end")),
        *fields(model, "is_change", "baseline_en", "baseline_zh", "condition_en", "condition_zh"),
    )


def exact(number: Any) -> str | None:
    """Without the zeros that the column's width adds."""
    return None if number is None else f"{number.normalize():f}"


def codes(name: str, rows: str, model: Any, meaning: Any) -> Column:
    """A list of the `mode` of related rows."""
    choices = tuple(str(value) for value, _label in model._meta.get_field("mode").flatchoices)
    return Column(
        name, "text", lambda record: [row.mode for row in getattr(record, rows).all()], meaning, choices, True
    )


# ------------------------------------------------------------------ innovations
def innovation_data(rows: QuerySet[Any]) -> QuerySet[Any]:
    holdings = Prefetch("holdings", Holding.objects.select_related("organization"))
    metrics = Prefetch("metrics", Metric.objects.select_related("parameter"))
    return rows.prefetch_related(holdings, metrics, "offered_modes", "ip_rights", "evidence")


def innovation() -> tuple[Column, ...]:
    return (
        table(
            "organizations",
            (*organization_columns("organization"), field_column(Holding, "role")),
            lambda record: record.holdings.all(),
            _("Who holds it, and in which role."),
        ),
        codes("modes", "offered_modes", OfferedMode, _("Ways of cooperation on offer.")),
        table("metrics", measured_columns(Metric), lambda record: record.metrics.all(), _("What it is said to reach.")),
        table(
            "ip_rights",
            fields(IpRight, "kind", "number", "status"),
            lambda record: record.ip_rights.all(),
            _("Rights."),
        ),
        table(
            "evidence",
            fields(Evidence, "kind", "title_en", "title_zh", "dated"),
            lambda record: record.evidence.all(),
            _("What shows that it holds."),
        ),
    )


# ------------------------------------------------------------------ exhibitors, sessions
def latest_first() -> QuerySet[Exhibitor]:
    """An organization's participation this year, or else its last one."""
    return Exhibitor.objects.public().order_by("-edition__is_current", "-edition__number")


def exhibitor() -> tuple[Column, ...]:
    return (
        Column(
            "zone_letter", "text", lambda record: record.zone.letter if record.zone else None, _("Letter of its zone.")
        ),
        Column(
            "stands",
            "text",
            lambda record: [stand.code for stand in record.places()],
            _("Where it stands, or its host does."),
            is_list=True,
        ),
    )


def session() -> tuple[Column, ...]:
    return (
        Column("edition", "whole", lambda record: record.edition.number, _("Edition")),
        Column("hall", "text", lambda record: record.place.hall.slug if record.place else None, _("Hall")),
        table(
            "speakers",
            (
                *fields(Speaker, "name_en", "name_zh", "role_en", "role_zh", "orcid"),
                *organization_columns("organization"),
            ),
            lambda record: record.speakers.all(),
            _("Speakers"),
        ),
    )


# ------------------------------------------------------------------ instruments, platforms
def instrument_data(rows: QuerySet[Instrument]) -> QuerySet[Instrument]:
    capabilities = Prefetch("capabilities", Capability.objects.select_related("parameter"))
    return rows.prefetch_related(capabilities, "rates", "service_modes")


def instrument() -> tuple[Column, ...]:
    return (
        codes("modes", "service_modes", ServiceMode, _("Ways to use it.")),
        table(
            "rates",
            fields(Rate, "audience", "basis", "amount", "currency"),
            lambda record: record.rates.all(),
            _("Rates."),
        ),
        table(
            "capabilities", measured_columns(Capability), lambda record: record.capabilities.all(), _("What it can do.")
        ),
    )


def platform() -> tuple[Column, ...]:
    return (
        Column(
            "co_hosts",
            "text",
            lambda record: [row.slug for row in record.co_hosts.all()],
            _("Organizations that host it too."),
            is_list=True,
        ),
    )


OPEN_DATA = (
    OpenData("exhibitor", "exhibitors", "organization__slug", exhibitor, exhibitor_rows, one=latest_first),
    OpenData("innovation", "innovations", columns=innovation, rows=innovation_data),
    OpenData("product", "products"),
    OpenData("session", "programme", columns=session, rows=session_rows),
    # Whoever a public record names is public by that; asking for all reasons again would read whole tables.
    OpenData("organization", "organizations", named=Organization.objects.all),
    OpenData("sector", "sectors"),
    OpenData("zone", "zones"),
    OpenData("hall", "halls"),
    OpenData("instrument", "instruments", columns=instrument, rows=instrument_data),
    OpenData("innovationplatform", "platforms", columns=platform, rows=lambda rows: rows.prefetch_related("co_hosts")),
    OpenData("partnercity", "partners"),
    OpenData("country", "countries"),
    OpenData("figure", "figures"),
    OpenData("announcement", "news"),
    OpenData("edition", "editions", "number"),
)


def register() -> None:
    for row in OPEN_DATA:
        add_open_data(row)
