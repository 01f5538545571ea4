"""The fair that the fixtures tell: complete, in order, and never inventing anything about somebody real."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Model, Q
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoDbBlocker

from expo import registry
from expo.models import (
    Capability,
    Country,
    Edition,
    Exhibitor,
    ExhibitorState,
    Figure,
    Hall,
    Holding,
    Innovation,
    InnovationPlatform,
    InnovationState,
    Instrument,
    Metric,
    OfferedMode,
    OpeningHours,
    Organization,
    Origin,
    Parameter,
    PartnerCity,
    PlacePoint,
    PolicyRule,
    Product,
    ProductState,
    Sector,
    Session,
    SessionState,
    Speaker,
    Stand,
    Zone,
)
from expo.search.facets import AskedFacet
from matchmaking import equity
from matchmaking.matching.figures import Verdict, compare
from matchmaking.models import (
    Deal,
    DealParty,
    DealState,
    Demand,
    EquityLine,
    LegPublication,
    Stage,
    TargetMetric,
    TeamLine,
    TechnologyContract,
    TechnologyLine,
    TermSheet,
)
from matchmaking.models.demand import SHOWN_STATES, identifying_words
from matchmaking.term_sheets import hash_of
from tests.fair import LANGUAGES, in_language, loaded, public_pages

pytestmark = pytest.mark.django_db

REAL = Q(origin=Origin.EDITORIAL)
SAMPLE = Q(origin=Origin.SAMPLE)
NOUNS = [
    model
    for app in ("expo", "matchmaking")
    for model in apps.get_app_config(app).get_models()
    if not model.__name__.startswith("Historical")
]
WITH_ORIGIN = [model for model in NOUNS if any(field.name == "origin" for field in model._meta.fields)]


@pytest.fixture(scope="module", autouse=True)
def fair(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with loaded(django_db_blocker):
        yield


def all_rows(model: type[Model]) -> Any:
    return model._default_manager.all()


# ------------------------------------------------------------------ complete
def test_the_fair_has_its_size() -> None:
    counts = {model.__name__: all_rows(model).count() for model in NOUNS}
    assert 55 <= counts["Exhibitor"] <= 70
    assert counts["Innovation"] >= 80
    exact = {"Product": 62, "Hall": 2, "Zone": 8, "Stand": 120, "Session": 25, "Edition": 1}
    assert {name: counts[name] for name in exact} == exact


@pytest.mark.parametrize("model", NOUNS, ids=lambda model: model.__name__)
def test_every_row_is_one_a_form_would_accept(model: type[Model]) -> None:
    for row in all_rows(model):
        row.full_clean()


@pytest.mark.parametrize("noun", registry.listings)
def test_every_listing_has_rows(noun: str) -> None:
    assert registry.listings[noun].queryset().exists()


# Facets whose every value is a word of the house, so a visitor expects something behind each.
CLOSED = {
    "exhibitor": ("zone", "hall"),
    "innovation": ("hall", "trl", "stage", "mode", "team"),
    "product": ("hall", "stock"),
    "session": ("kind", "language", "day", "hall", "state"),
    "organization": ("kind",),
    "zone": ("hall",),
}


@pytest.mark.parametrize("noun", registry.listings)
def test_every_filter_leads_to_rows(noun: str) -> None:
    listing = registry.listings[noun]
    filterset = listing.filterset(QueryDict(), listing.queryset())
    for name, facet in filterset.facet_filters().items():
        if isinstance(facet, AskedFacet):  # offers nothing unasked
            continue
        counts = facet.count(filterset.rows(without=name))
        values = [option.value for option in facet.loaded]
        assert any(counts.get(value) for value in values), f"{noun}: nothing has a value of “{name}”"
        if name in CLOSED.get(noun, ()):
            assert [value for value in values if not counts.get(value)] == [], (
                f"{noun}: “{name}” has values without rows"
            )


@pytest.mark.parametrize(
    ("model", "states"),
    [(Exhibitor, ExhibitorState), (Innovation, InnovationState), (Product, ProductState), (Session, SessionState)],
    ids=lambda value: value.__name__,
)
def test_every_state_has_a_row(model: type[Model], states: Any) -> None:
    found = Counter(all_rows(model).values_list("state", flat=True))
    assert [state.value for state in states if not found[state]] == []


def test_every_origin_is_stated() -> None:
    for model in WITH_ORIGIN:
        assert not all_rows(model).filter(origin=Origin.PARTICIPANT).exists(), model.__name__


# ------------------------------------------------------------------ on the floor
def test_zones_lie_in_their_halls_and_never_overlap() -> None:
    for hall in Hall.objects.all():
        zones = list(hall.zones.all())
        assert [
            zone.letter for zone in zones if zone.x + zone.width > hall.width or zone.y + zone.depth > hall.depth
        ] == []
        assert [f"{a.letter}/{b.letter}" for a, b in combinations(zones, 2) if a.overlaps(b)] == []


def test_every_stand_lies_in_its_zone() -> None:
    assert [stand.code for stand in Stand.objects.select_related("zone") if not stand.lies_in(stand.zone)] == []


def test_no_two_stands_overlap() -> None:
    for zone in Zone.objects.all():
        stands = zone.stands.select_related("zone")
        assert [f"{a.code}/{b.code}" for a, b in combinations(stands, 2) if a.overlaps(b)] == []


def test_only_accepted_exhibitors_hold_stands_and_one_is_in_their_zone() -> None:
    for exhibitor in Exhibitor.objects.exclude(stands=None).prefetch_related("stands"):
        assert exhibitor.state == ExhibitorState.ACCEPTED, exhibitor
        assert exhibitor.zone_id in {stand.zone_id for stand in exhibitor.stands.all()}, exhibitor


def test_every_session_is_on_a_day_the_fair_is_open() -> None:
    days = set(OpeningHours.objects.values_list("day", flat=True))
    assert {session.day for session in Session.objects.select_related("edition")} <= days


def test_no_two_sessions_clash() -> None:
    assert Session.objects.filter(state=SessionState.PUBLISHED).clashing() == []


# ------------------------------------------------------------------ real and invented
@pytest.mark.parametrize(
    ("model", "sample", "real"),
    [
        (Exhibitor, SAMPLE, Q(organization__origin=Origin.EDITORIAL)),
        (Product, SAMPLE, Q(organization__origin=Origin.EDITORIAL)),
        (Product, SAMPLE, Q(innovation__origin=Origin.EDITORIAL)),
        (Speaker, Q(session__origin=Origin.SAMPLE), Q(organization__origin=Origin.EDITORIAL)),
        (Holding, Q(innovation__origin=Origin.SAMPLE), Q(organization__origin=Origin.EDITORIAL)),
        (Holding, Q(organization__origin=Origin.SAMPLE), Q(innovation__origin=Origin.EDITORIAL)),
        (Stand, SAMPLE, Q(exhibitor__organization__origin=Origin.EDITORIAL)),
        (Stand, SAMPLE, Q(exhibitor__origin=Origin.EDITORIAL)),
        (Demand, SAMPLE, Q(organization__origin=Origin.EDITORIAL)),
        (Deal, SAMPLE, Q(innovations__origin=Origin.EDITORIAL)),
        (DealParty, Q(deal__origin=Origin.SAMPLE), Q(organization__origin=Origin.EDITORIAL)),
        (TechnologyLine, Q(), Q(innovation__origin=Origin.EDITORIAL)),
        (TechnologyContract, SAMPLE, Q(seller__origin=Origin.EDITORIAL) | Q(buyer__origin=Origin.EDITORIAL)),
        (InnovationPlatform, SAMPLE, Q(organization__origin=Origin.EDITORIAL) | Q(co_hosts__origin=Origin.EDITORIAL)),
        (Instrument, SAMPLE, Q(organization__origin=Origin.EDITORIAL) | Q(platform__origin=Origin.EDITORIAL)),
        (PartnerCity, SAMPLE, Q(country__origin=Origin.EDITORIAL)),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_nothing_invented_touches_somebody_real(model: type[Model], sample: Q, real: Q) -> None:
    assert list(all_rows(model).filter(sample & real)) == []


def test_real_innovations_state_only_what_the_release_says() -> None:
    innovations = Innovation.objects.filter(REAL)
    assert innovations.count() == 5
    assert not innovations.exclude(trl=None).exists()
    assert not OfferedMode.objects.filter(innovation__in=innovations).exists()
    assert not Product.objects.filter(innovation__in=innovations).exclude(price=None).exists()


def test_no_figure_is_invented() -> None:
    assert Figure.objects.exists()
    assert not Figure.objects.exclude(REAL).exists()


def test_no_real_organization_has_an_invented_contact() -> None:
    assert not Exhibitor.objects.filter(organization__origin=Origin.EDITORIAL).exclude(contact_email="").exists()
    invented = Exhibitor.objects.exclude(contact_email="").values_list("contact_email", flat=True)
    assert [
        address
        for address in invented
        if not address.rpartition("@")[2].endswith(("example.org", "example.com", ".example"))
    ] == []


def test_of_countries_the_release_names_two() -> None:
    assert set(Country.objects.filter(REAL).values_list("code", flat=True)) == {"DE", "JP"}
    assert not PartnerCity.objects.filter(REAL).exists()


# ------------------------------------------------------------------ demands
def texts(row: Model) -> dict[str, str]:
    """Its texts in two languages, by column."""
    columns = [field.name for field in row._meta.fields if re.search("_(en|zh)$", field.name)]
    return {column: getattr(row, column) for column in columns}


# What came with the first issue leaves a text out here and there on purpose, to show how a page does without it.
IN_BOTH_LANGUAGES = (
    Demand, TargetMetric, Deal, TermSheet, TechnologyLine, TeamLine, EquityLine, TechnologyContract, InnovationPlatform,
    Instrument, Capability, Country, PartnerCity, Parameter,
)  # fmt: skip


@pytest.mark.parametrize("model", IN_BOTH_LANGUAGES, ids=lambda model: model.__name__)
def test_what_is_said_in_one_language_is_said_in_the_other(model: type[Model]) -> None:
    for row in all_rows(model):
        said = texts(row)
        names = {name[:-3] for name in said}
        assert [name for name in names if bool(said[f"{name}_en"]) != bool(said[f"{name}_zh"])] == [], row


@pytest.mark.parametrize(
    "model", [Demand, Deal, InnovationPlatform, Instrument, PartnerCity], ids=lambda model: model.__name__
)
def test_no_text_is_used_twice(model: type[Model]) -> None:
    prose = [
        text
        for row in all_rows(model)
        for name, text in texts(row).items()
        if len(text) > (80 if name.endswith("_en") else 25)
    ]
    assert prose
    assert [text for text, times in Counter(prose).items() if times > 1] == []


def test_every_demand_states_what_it_takes_to_be_published() -> None:
    for demand in Demand.objects.prefetch_related("target_metrics", "wanted_modes"):
        assert demand.target_metrics.all(), demand
        assert demand.wanted_modes.all(), demand
        assert demand.budget_max is not None or demand.budget_reason_en, demand
        assert demand.decision_owner, demand
        assert demand.deadline, demand


def test_demands_differ_in_kind_sector_and_confidentiality() -> None:
    shown = Demand.objects.filter(state__in=SHOWN_STATES)
    assert {demand.kind for demand in shown} == set(Demand.Kind)
    assert len({demand.sector_id for demand in shown}) >= 15
    counts = Counter(Demand.objects.values_list("confidentiality", flat=True))
    assert (counts["public"] >= 20, counts["anonymous"] >= 6, counts["nda_only"] >= 4) == (True, True, True)


def test_a_demand_without_its_name_names_nobody() -> None:
    organizations = list(Organization.objects.all())
    words = {word.casefold() for organization in organizations for word in identifying_words(organization)}
    for demand in Demand.objects.exclude(confidentiality="public"):
        assert demand.has_code, demand
        said = " ".join(texts(demand).values()).casefold()
        assert [word for word in words if word in said] == [], demand


def test_demands_can_be_held_against_what_is_offered() -> None:
    """Both happens: targets that an innovation meets, and targets it misses."""
    outcomes: Counter[bool] = Counter()
    compared = set()
    for target in TargetMetric.objects.filter(operator__in=["le", "ge"]).select_related("demand", "parameter"):
        offered = Metric.objects.filter(
            parameter=target.parameter, is_change=target.is_change, operator=target.operator,
            innovation__sector=target.demand.sector_id,
        )  # fmt: skip
        for metric in offered:
            met = metric.value <= target.value if target.operator == "le" else metric.value >= target.value
            outcomes[met] += 1
            compared.add(target.demand_id)
    assert len(compared) >= 9
    assert outcomes[True] >= 9
    assert outcomes[False] >= 5


def test_the_magnet_that_the_motor_maker_needs_is_stated_in_the_words_of_the_one_on_show() -> None:
    targets = TargetMetric.objects.filter(demand__slug="sintered-magnet-without-heavy-rare-earths")
    stated = Metric.objects.filter(innovation__slug="heavy-rare-earth-free-ndfeb-magnet")
    assert {(metric.parameter.slug, metric.is_change) for metric in stated} == {
        ("production-cost", True),
        ("heavy-rare-earth-content", False),
    }
    for metric in stated:
        assert compare(targets.get(parameter=metric.parameter), metric) == Verdict.MET


# ------------------------------------------------------------------ deals and contracts
def formation(sheet: TermSheet) -> equity.Formation:
    stakes = [
        equity.Stake(line.short, line.units, line.contribution, line.is_of_team) for line in sheet.equity_lines.all()
    ]
    return equity.Formation(tuple(stakes), sheet.par_value)


def sheets() -> list[TermSheet]:
    return list(
        TermSheet.objects.prefetch_related("equity_lines", "technology_lines", "team_lines").select_related("deal")
    )


def test_every_sheet_adds_up() -> None:
    for sheet in sheets():
        contributions = [line.contribution for line in sheet.team_lines.all()]
        assert not contributions or sum(contributions) == 100, sheet
        if sheet.total_units is None:
            assert not sheet.equity_lines.all(), sheet
            continue
        lines = sheet.technology_lines.all()
        appraised = [line.appraised_value for line in lines if line.appraised_value is not None]
        found = equity.check_formation(
            formation(sheet),
            agreed=sum((line.agreed_value for line in lines), Decimal(0)),
            appraised=sum(appraised) if len(appraised) == len(lines) else None,
            declared_total=sheet.total_units,
        )
        assert found == [], sheet


def test_every_sheet_carries_the_hash_of_its_terms() -> None:
    assert [
        str(sheet) for sheet in TermSheet.objects.select_related("deal") if sheet.content_hash != hash_of(sheet)
    ] == []


def test_what_a_deal_shows_is_what_its_sheet_in_force_says() -> None:
    for deal in Deal.objects.prefetch_related("term_sheets__equity_lines"):
        sheet = deal.current_sheet
        bound = sheet if sheet and sheet.total_units else None
        expected = (
            (formation(bound).team_share_of_company, formation(bound).registered_capital) if bound else (None, None)
        )
        assert (deal.team_share, deal.amount) == expected, deal


def test_the_worked_example_is_told_to_the_unit() -> None:
    deal = Deal.objects.get(position=1)
    sheet = deal.current_sheet
    assert sheet is not None
    assert (deal.state, deal.is_published, sheet.number) == (DealState.PUBLIC_NOTICE, True, 3)
    assert {deal.technology_leg, deal.team_leg, deal.equity_leg} == {LegPublication.FULL}
    assert {line.short: line.units for line in sheet.equity_lines.all()} == {
        "INV": 6_000_000, "UNI": 900_000, "PI": 1_050_000, "B": 630_000, "C": 420_000, "ESOP": 1_000_000,
    }  # fmt: skip
    lines = sheet.technology_lines.all()
    assert sum(line.appraised_value or 0 for line in lines) == 3_120_000
    assert sum(line.agreed_value for line in lines) == 3_000_000
    assert (deal.team_share, sheet.vesting_months, sheet.cliff_months) == (Decimal("21.00"), 48, 12)
    shares = [formation(older).team_units for older in deal.term_sheets.filter(is_current=False)]
    assert shares == [1_800_000, 1_800_000]


def test_deals_stand_at_every_stage_and_publish_differently() -> None:
    published = Deal.objects.filter(is_published=True)
    assert {deal.stage for deal in published} == set(Stage)
    assert {deal.structure for deal in published} == set(Deal.Structure)
    assert {deal.equity_leg for deal in published} == {LegPublication.FULL, LegPublication.HIDDEN}
    assert {deal.technology_leg for deal in published} == {LegPublication.FULL, LegPublication.TEASER}
    assert Deal.objects.filter(is_published=False, state=DealState.DRAFT).exists()


def test_every_contract_adds_up() -> None:
    for contract in TechnologyContract.objects.prefetch_related("deductions", "payments"):
        deducted = sum(deduction.amount for deduction in contract.deductions.all())
        assert contract.technology_value == contract.contract_value - deducted, contract
        assert sum(payment.amount for payment in contract.payments.all()) <= contract.contract_value, contract


def test_the_worked_contract_counts_without_its_equipment() -> None:
    contract = TechnologyContract.objects.get(deductions__kind="equipment", deductions__amount=500_000)
    assert (contract.contract_value, contract.technology_value) == (2_000_000, 1_500_000)


# ------------------------------------------------------------------ without the samples
def rows_left() -> dict[str, set[int]]:
    return {model.__name__: set(all_rows(model).values_list("pk", flat=True)) for model in WITH_ORIGIN}


def test_removing_the_samples_leaves_exactly_what_is_real() -> None:
    real = {model.__name__: set(all_rows(model).filter(REAL).values_list("pk", flat=True)) for model in WITH_ORIGIN}
    call_command("remove_samples", verbosity=0, yes=True)
    assert rows_left() == real
    assert not Holding.objects.exclude(innovation__origin=Origin.EDITORIAL).exists()
    assert not Parameter.objects.filter(metrics=None).exists()
    assert not TermSheet.objects.exists()
    assert not TargetMetric.objects.exists()
    assert set(Country.objects.values_list("code", flat=True)) == {"DE", "JP"}
    assert PolicyRule.objects.exists()
    assert Edition.objects.current() is not None
    assert Organization.objects.count() == 4
    assert Sector.objects.themes().count() == 2
    assert not PlacePoint.objects.exists()


def test_every_public_page_still_works_without_the_samples(client: Client) -> None:
    call_command("remove_samples", verbosity=0, yes=True)
    pages = [in_language(path, language) for path in public_pages() for language in LANGUAGES]
    assert len(pages) > 80
    assert {path: status for path in pages if (status := client.get(path).status_code) != 200} == {}


def test_removing_the_samples_twice_is_no_harm() -> None:
    call_command("remove_samples", verbosity=0, yes=True)
    before = rows_left()
    call_command("remove_samples", verbosity=0, yes=True)
    assert rows_left() == before
