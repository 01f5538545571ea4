"""The fair that the fixtures tell: complete, in order, and never inventing anything about somebody real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
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
    Edition,
    Exhibitor,
    ExhibitorState,
    Figure,
    Hall,
    Holding,
    Innovation,
    InnovationState,
    OfferedMode,
    OpeningHours,
    Organization,
    Origin,
    Parameter,
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
from tests.fair import LANGUAGES, in_language, loaded, public_pages

pytestmark = pytest.mark.django_db

REAL = Q(origin=Origin.EDITORIAL)
SAMPLE = Q(origin=Origin.SAMPLE)
NOUNS = [model for model in apps.get_app_config("expo").get_models() if not model.__name__.startswith("Historical")]
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
    exact = {"Product": 60, "Hall": 2, "Zone": 8, "Stand": 120, "Session": 25, "Edition": 1}
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


# ------------------------------------------------------------------ without the samples
def rows_left() -> dict[str, set[int]]:
    return {model.__name__: set(all_rows(model).values_list("pk", flat=True)) for model in WITH_ORIGIN}


def test_removing_the_samples_leaves_exactly_what_is_real() -> None:
    real = {model.__name__: set(all_rows(model).filter(REAL).values_list("pk", flat=True)) for model in WITH_ORIGIN}
    call_command("remove_samples", verbosity=0)
    assert rows_left() == real
    assert not Holding.objects.exclude(innovation__origin=Origin.EDITORIAL).exists()
    assert not Parameter.objects.filter(metrics=None).exists()
    assert PolicyRule.objects.exists()
    assert Edition.objects.current() is not None
    assert Organization.objects.count() == 4
    assert Sector.objects.themes().count() == 2
    assert not PlacePoint.objects.exists()


def test_every_public_page_still_works_without_the_samples(client: Client) -> None:
    call_command("remove_samples", verbosity=0)
    pages = [in_language(path, language) for path in public_pages() for language in LANGUAGES]
    assert len(pages) > 80
    assert {path: status for path in pages if (status := client.get(path).status_code) != 200} == {}


def test_removing_the_samples_twice_is_no_harm() -> None:
    call_command("remove_samples", verbosity=0)
    before = rows_left()
    call_command("remove_samples", verbosity=0)
    assert rows_left() == before
