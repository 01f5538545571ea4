"""Listings and pages of platforms, instruments, partner cities and countries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expo import registry
from expo.models import Instrument, Parameter
from expo.templatetags.metrics import measure
from tests.expo.test_listings import counts, found, page
from tests.factories import (
    make_capability,
    make_country,
    make_edition,
    make_exhibitor,
    make_instrument,
    make_metric,
    make_organization,
    make_partnercity,
    make_platform,
    make_sector,
)

pytestmark = pytest.mark.django_db


def body_of(client: Client, record: Any, language: str = "en") -> str:
    response = client.get(record.get_absolute_url().replace("/en/", f"/{language}/"))
    assert response.status_code == 200
    return str(response.content.decode())


# ------------------------------------------------------------------ instruments: the listing
def test_instruments_are_filtered_by_mode_state_and_qualification() -> None:
    lab = make_instrument(modes=["sample_test", "remote"], qualification_required=True)
    shop = make_instrument(modes=["sample_test"], state="fault")
    assert set(found("instrument", "mode=sample_test")) == {lab, shop}
    assert found("instrument", "mode=remote") == [lab]
    assert counts("instrument", "mode") == {"sample_test": 2, "self_operated": 0, "assisted": 0, "remote": 1}
    assert found("instrument", "state=fault") == [shop]
    assert counts("instrument", "state") == {"available": 1, "maintenance": 0, "fault": 1}
    assert found("instrument", "qualification=True") == [lab]
    assert counts("instrument", "qualification") == {"False": 1, "True": 1}


def test_instruments_are_filtered_by_owner_region_sector_and_platform() -> None:
    parent = make_sector()
    owner = make_organization(kind="university", region="CN-BJ")
    platform = make_platform(organization=owner)
    mine = make_instrument(organization=owner, sector=make_sector(parent=parent), platform=platform)
    other = make_instrument()
    other_platform = make_platform()
    queries = (
        "kind=university", "region=CN-BJ", f"sector={parent.slug}", f"platform={platform.slug}",
        f"organization={owner.slug}",
    )  # fmt: skip
    for query in queries:
        assert found("instrument", query) == [mine], query
    assert counts("instrument", "platform") == {platform.slug: 1, other_platform.slug: 0}
    assert counts("instrument", "kind", "region=CN-SC")["university"] == 0
    assert set(found("instrument", "")) == {mine, other}


def test_a_platform_that_is_not_public_is_no_filter_and_on_no_page(client: Client) -> None:
    hidden = make_platform(state="applied", name_en="Secret laboratory")
    instrument = make_instrument(platform=hidden)
    assert page("instrument", f"platform={hidden.slug}").ignored == [f"platform={hidden.slug}"]
    assert "Secret laboratory" not in body_of(client, instrument)
    assert "Secret laboratory" not in client.get(reverse("instrument-list")).content.decode()


def test_the_rate_range_is_what_others_pay_an_hour_in_its_currency() -> None:
    cheap, dear = make_instrument(rate=100), make_instrument(rate=900)
    by_sample = make_instrument(rate=None)
    by_sample.rates.create(audience="external", basis="sample", amount=100)
    inside = make_instrument(rate=None)
    inside.rates.create(audience="internal", basis="hour", amount=100)
    foreign = make_instrument(rate=None)
    foreign.rates.create(audience="external", basis="hour", amount=100, currency="EUR")
    assert found("instrument", "rate_min=100&rate_max=100.00") == [cheap]
    assert found("instrument", "rate_min=101") == [dear]
    assert found("instrument", "rate_max=99") == []
    assert [row.pk for row in found("instrument", "sort=rate")][:2] == [cheap.pk, dear.pk]
    assert len(found("instrument", "sort=rate")) == 5


@pytest.mark.parametrize("query", ["rate_min=abc", "rate_max=-1", "mode=nope", "platform=nope", "qualification=maybe"])
def test_what_is_not_understood_of_an_instruments_address_is_left_out(query: str) -> None:
    make_instrument()
    result = page("instrument", query)
    assert (result.total, result.ignored) == (1, [query])


@pytest.mark.parametrize("text", ["microscope", "atom", "显微镜", "optik", "resolution"])
def test_an_instrument_is_found_by_what_it_is_can_do_and_measures(text: str) -> None:
    parameter = Parameter.objects.create(slug="resolution", name_en="Point resolution", name_zh="点分辨率")
    wanted = make_instrument(name_en="Electron microscope", manufacturer="Optik AG", claim_en="Sees an atom")
    make_capability(instrument=wanted, parameter=parameter)
    make_instrument(name_en="Furnace", name_zh="炉子", claim_en="Melts", claim_zh="熔化")
    assert [row.pk for row in found("instrument", f"q={text}")] == [wanted.pk]


def test_instruments_are_sorted_by_name_and_age() -> None:
    old, new = make_instrument(slug="b"), make_instrument(slug="a")
    first = make_instrument(slug="c", position=1)
    assert found("instrument", "") == [first, new, old]
    assert found("instrument", "sort=name") == [new, old, first]
    assert found("instrument", "sort=newest") == [first, new, old]


def test_the_public_listing_has_public_instruments_only() -> None:
    shown = make_instrument()
    for overrides in ({"state": "hidden"}, {"state": "retired"}, {"external_open": False}):
        make_instrument(**overrides)
    assert found("instrument", "") == [shown]


# ------------------------------------------------------------------ instruments: the page
def test_an_instruments_page_says_what_it_can_do_when_and_at_what_rate(client: Client) -> None:
    instrument = make_instrument(
        rate=1800, modes=["sample_test", "assisted"], state="maintenance", made_in="DE", functions_en="Diffraction",
        specification_en="Four detectors", location_en="Building 3",
    )  # fmt: skip
    instrument.rates.create(audience="internal", basis="hour", amount=0)
    make_capability(instrument=instrument, operator="le", value=Decimal("0.08"))
    body = body_of(client, instrument)
    for words in (
        "Diffraction", "Four detectors", "Building 3", "Germany", "¥1,800", "per hour", "free of charge", "≤ 0.08 nm",
        "Send a sample, work at it with help", "under maintenance", "Own organization", "Ask about it",
    ):  # fmt: skip
        assert words in body, words
    assert instrument.organization.get_absolute_url() in body


def test_the_country_of_origin_is_named_in_the_language_of_the_page(client: Client) -> None:
    instrument = make_instrument(made_in="JP")
    assert "Japan" in body_of(client, instrument)
    assert "日本" in body_of(client, instrument, "zh-hans")


def test_a_rate_without_an_external_one_names_whom_it_is_for(client: Client) -> None:
    instrument = make_instrument(rate=None)
    instrument.rates.create(audience="sme_voucher", basis="sample", amount=80)
    body = client.get(reverse("instrument-list")).content.decode()
    assert "¥80" in body
    assert "per sample, small firms with an innovation voucher" in body


def test_an_instrument_without_any_rate_is_on_request(client: Client) -> None:
    make_instrument(rate=None)
    assert "Rate on request" in client.get(reverse("instrument-list")).content.decode()


@pytest.mark.parametrize("make", [make_capability, make_metric])
def test_whatever_is_measured_is_told_alike(make: Any) -> None:
    row = make(operator="between", value=1, value_to=5)
    assert measure(row) == f"1 to 5 {row.parameter.unit}"


def test_an_owners_page_opens_from_its_instrument(client: Client) -> None:
    instrument = make_instrument()
    assert client.get(instrument.organization.get_absolute_url()).status_code == 200
    Instrument.objects.update(state="hidden")
    assert client.get(instrument.organization.get_absolute_url()).status_code == 404


# ------------------------------------------------------------------ platforms
def test_platforms_are_filtered_by_kind_level_sector_and_region() -> None:
    sector = make_sector()
    lab = make_platform(
        kind="national_key_lab", level="national", sector=sector, organization=make_organization(region="CN-BJ")
    )
    make_platform()
    for query in ("kind=national_key_lab", "level=national", f"sector={sector.slug}", "region=CN-BJ"):
        assert found("innovationplatform", query) == [lab], query
    assert counts("innovationplatform", "level") == {"national": 1, "provincial": 1, "municipal": 0}
    assert counts("innovationplatform", "region") == {"CN-BJ": 1, "CN-SC": 1}
    assert counts("innovationplatform", "level", "region=CN-SC") == {"national": 0, "provincial": 1, "municipal": 0}


def test_a_platforms_page_tells_who_runs_it_who_approved_it_and_what_it_continues(client: Client) -> None:
    guest = make_organization(name_en="Guest institute")
    platform = make_platform(evaluation="excellent", valid_to=dt.date(2031, 4, 30))
    platform.co_hosts.add(guest)
    make_platform(name_en="State laboratory of old", state="merged", successor=platform)
    make_platform(name_en="Never approved", state="applied", successor=platform)
    body = body_of(client, platform)
    for words in (
        str(platform.organization), "Guest institute", "The ministry", "1 May 2020", "30 April 2031", "excellent",
        "State laboratory of old",
    ):  # fmt: skip
        assert words in body, words
    assert "Never approved" not in body


def test_a_platform_leads_to_the_public_one_that_continues_it(client: Client) -> None:
    successor = make_platform(name_en="The new laboratory")
    platform = make_platform(successor=successor)
    assert successor.get_absolute_url() in body_of(client, platform)
    successor.state = "applied"
    successor.save()
    assert "The new laboratory" not in body_of(client, platform)


# ------------------------------------------------------------------ partner cities and countries
def test_partner_cities_are_filtered_by_country_and_relation() -> None:
    germany, japan = make_country(), make_country(code="JP")
    make_country(code="FR")
    jena = make_partnercity(country=germany, relation="sister_city")
    nara = make_partnercity(country=japan, relation="mou")
    assert found("partnercity", "country=de") == [jena]
    assert found("partnercity", "relation=mou") == [nara]
    assert counts("partnercity", "country") == {"de": 1, "jp": 1}
    assert counts("partnercity", "relation", "country=de") == {"sister_city": 1, "friendly_exchange": 0, "mou": 0}


def test_a_country_counts_its_cities_and_this_years_exhibitors() -> None:
    germany = make_country()
    for _ in range(2):
        make_partnercity(country=germany)
    for _ in range(3):
        make_exhibitor(organization=make_organization(country="DE"))
    make_exhibitor(organization=make_organization(country="DE"), state="submitted")
    make_exhibitor(organization=make_organization(country="DE"), edition=make_edition(number=12))
    make_country(code="FR")
    rows = {row.slug: (row.city_count, row.exhibitor_count) for row in found("country", "")}
    assert rows == {"de": (2, 3), "fr": (0, 0)}


def test_a_country_shows_its_cities_exhibitors_and_organizations_that_are_public(client: Client) -> None:
    city = make_partnercity()
    make_exhibitor(organization=make_organization(country="DE", name_en="Optik GmbH"))
    make_exhibitor(organization=make_organization(country="DE", name_en="Applicant GmbH"), state="submitted")
    body = body_of(client, city.country)
    assert city.name_en in body
    assert body.count("Optik GmbH") == 2
    assert "Applicant GmbH" not in body


def test_a_city_leads_to_its_country_and_its_website(client: Client) -> None:
    city = make_partnercity(website="https://city.example/", signed_on=dt.date(2014, 5, 1))
    body = body_of(client, city)
    assert city.country.get_absolute_url() in body
    assert 'href="https://city.example/"' in body
    assert "1 May 2014" in body


# ------------------------------------------------------------------ on other pages, and the menu
@pytest.mark.parametrize("noun", ["organization", "exhibitor", "sector", "innovationplatform"])
def test_public_instruments_stand_on_the_pages_they_belong_to(client: Client, noun: str) -> None:
    owner = make_organization()
    exhibitor, sector, platform = make_exhibitor(organization=owner), make_sector(), make_platform(organization=owner)
    links = {"organization": owner, "sector": sector, "platform": platform}
    shown = make_instrument(name_en="Shown instrument", **links)
    make_instrument(name_en="Hidden instrument", state="hidden", **links)
    make_instrument(name_en="Closed instrument", external_open=False, **links)
    record = {"organization": owner, "exhibitor": exhibitor, "sector": sector, "innovationplatform": platform}[noun]
    body = body_of(client, record)
    assert shown.get_absolute_url() in body
    assert "Hidden instrument" not in body
    assert "Closed instrument" not in body


@pytest.mark.parametrize("noun", ["organization", "exhibitor", "sector"])
def test_public_platforms_stand_on_the_pages_they_belong_to(client: Client, noun: str) -> None:
    host, sector = make_organization(), make_sector()
    exhibitor = make_exhibitor(organization=host)
    make_platform(name_en="Shown platform", organization=host, sector=sector)
    make_platform(name_en="Hidden platform", organization=host, sector=sector, state="delisted")
    co_hosted = make_platform(name_en="Platform next door", sector=sector)
    co_hosted.co_hosts.add(host)
    body = body_of(client, {"organization": host, "exhibitor": exhibitor, "sector": sector}[noun])
    assert "Shown platform" in body
    assert "Platform next door" in body
    assert "Hidden platform" not in body


def test_a_page_asks_as_many_questions_for_many_instruments_as_for_one(client: Client) -> None:
    def queries(count: int) -> int:
        platform = make_platform()
        for _ in range(count):
            platform.co_hosts.add(make_organization())
            make_platform(state="merged", successor=platform)
            instrument = make_instrument(platform=platform, organization=platform.organization)
            instrument.rates.create(audience="internal", basis="hour", amount=1)
        for _ in range(count):
            make_capability(instrument=instrument)
        with CaptureQueriesContext(connection) as asked:
            body_of(client, platform)
            body_of(client, instrument)
        return len(asked)

    queries(2)
    assert queries(2) == queries(6)


def test_the_menu_is_made_of_the_listings_that_want_to_be_in_it(client: Client) -> None:
    make_edition()
    nouns = [row.noun for row in registry.menu()]
    ours = ["exhibitor", "innovation", "product", "instrument", "session", "hall"]
    assert [noun for noun in nouns if noun in ours] == ours
    links = client.get(reverse("instrument-list")).context["navigation"]
    assert [link.url for link in links] == [reverse(row.url_name) for row in registry.menu()]
    assert [str(link.label) for link in links if link.is_current] == ["Instruments"]


@pytest.mark.parametrize("noun", ["innovationplatform", "partnercity", "country", "figure", "announcement", "edition"])
def test_what_is_not_in_the_menu_is_at_the_foot_of_every_page(client: Client, noun: str) -> None:
    foot = client.get("/en/").content.decode().partition('class="colophon"')[2]
    assert f'href="{reverse(f"{noun}-list")}"' in foot
