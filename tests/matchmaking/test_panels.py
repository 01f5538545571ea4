"""Demands and deals on the pages of those they belong to: only where they bear the name in public."""

from __future__ import annotations

import pytest

from matchmaking.panels import all_demands_of, deals_of, demands_alike, demands_of, innovations_of
from tests.factories import make_deal, make_demand, make_exhibitor, make_innovation, make_organization, make_party

pytestmark = pytest.mark.django_db


def test_an_organization_shows_only_demands_that_bear_its_name() -> None:
    exhibitor = make_exhibitor()
    organization = exhibitor.organization
    named = make_demand(organization=organization)
    make_demand(organization=organization, confidentiality="anonymous")
    make_demand(organization=organization, state="draft")
    make_demand()
    assert list(demands_of(organization)) == list(demands_of(exhibitor)) == [named]
    assert all_demands_of(organization).endswith(f"/demands/?organization={organization.slug}")


def test_an_organization_shows_only_published_deals_in_which_it_may_be_named() -> None:
    organization = make_organization()
    exhibitor = make_exhibitor(organization=organization)
    shown, secret, draft = make_deal(is_published=True), make_deal(is_published=True), make_deal()
    for deal, is_named in ((shown, True), (shown, True), (secret, False), (draft, True)):
        make_party(deal=deal, organization=organization, is_named=is_named)
    assert list(deals_of(organization)) == list(deals_of(exhibitor)) == [shown]
    assert list(deals_of(make_organization())) == []


def test_demands_of_the_same_field_stand_together_whoever_asks() -> None:
    demand = make_demand()
    other = make_demand(sector=demand.sector)
    make_demand(organization=demand.organization)
    make_demand(sector=demand.sector, state="solved")
    assert list(demands_alike(demand)) == [other]
    assert list(demands_alike(make_demand(sector=None))) == []


def test_a_deal_that_hides_its_technology_hides_its_innovations() -> None:
    innovation = make_innovation()
    assert list(innovations_of(make_deal(innovations=[innovation], technology_leg="full"))) == [innovation]
    assert list(innovations_of(make_deal(innovations=[innovation], technology_leg="hidden"))) == []
