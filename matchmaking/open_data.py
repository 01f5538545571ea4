"""What machines may read of demands and deals: nothing but what their pages show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from expo.columns import field_column, fields, only_where, plain, reference, table
from expo.models import Organization
from expo.open_data import codes, measured_columns
from expo.registry import Column, OpenData, add_open_data
from matchmaking.listings import deal_rows, demand_rows
from matchmaking.models import Deal, DealParty, Demand, Stage, TargetMetric, WantedMode


def is_detailed(record: Demand) -> bool:
    return record.is_detailed


def modes() -> Column:
    column = codes("modes", "wanted_modes", WantedMode, _("Ways of cooperation it could agree to."))
    return replace(column, value=lambda record: column.value(record) if record.is_detailed else [])


def demand() -> tuple[Column, ...]:
    return (
        *reference(
            "organization",
            Organization,
            lambda record: record.named_organization,
            _("Who asks, where it may be known."),
        ),
        *fields(Demand, *Demand.DETAILED_FIELDS, where=is_detailed),
        modes(),
        table(
            "targets",
            measured_columns(TargetMetric),
            lambda record: record.shown_targets,
            _("What an answer must reach."),
        ),
    )


def has_amount(record: Any) -> bool:
    return record.shown_amount is not None


def party() -> tuple[Column, ...]:
    return (
        field_column(DealParty, "role"),
        *reference("organization", Organization, lambda row: row.organization, _("Organization")),
        Column("name_en", "text", lambda row: (row.organization or row).name_en, _("Name")),
        Column("name_zh", "text", lambda row: (row.organization or row).name_zh, _("Name")),
    )


def deal() -> tuple[Column, ...]:
    return (
        Column("stage", "text", lambda record: str(record.stage), _("Stage"), tuple(str(stage) for stage in Stage)),
        table("parties", party(), lambda record: record.shown_parties, _("The parties that may be named.")),
        Column(
            "team_share", "decimal", lambda record: plain(record.shown_team_share), _("Team's share of the company, %")
        ),
        Column("amount", "decimal", lambda record: plain(record.shown_amount), _("Registered capital")),
        only_where(field_column(Deal, "currency"), has_amount),
    )


OPEN_DATA = (
    OpenData("demand", "demands", columns=demand, rows=demand_rows),
    OpenData("deal", "deals", "code", deal, deal_rows),
)


def register() -> None:
    for row in OPEN_DATA:
        add_open_data(row)
