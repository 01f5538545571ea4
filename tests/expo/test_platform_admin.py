"""The organizers' pages of platforms, instruments, partner cities and countries."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from expo.errors import DomainError
from expo.models import Country, InnovationPlatform, Instrument, Organization, Transition
from expo.samples import remove_samples
from expo.waiting import without_capability, without_keeper
from tests.expo.admin_pages import act_url, bulk, listing, page, typed, words_of
from tests.factories import (
    make_capability,
    make_country,
    make_instrument,
    make_organization,
    make_partnercity,
    make_platform,
    make_user,
)

pytestmark = pytest.mark.django_db


def client_who_may(*codenames: str) -> Client:
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


# ------------------------------------------------------------------ acts
def test_a_hidden_instrument_is_offered_by_its_button(organizer_client: Client) -> None:
    instrument = make_instrument(state="hidden")
    organizer_client.post(act_url(instrument, "offer"))
    assert Instrument.objects.get().state == "available"


def test_an_incomplete_instrument_is_refused_in_words_and_stops_no_other(organizer_client: Client) -> None:
    bare, whole = make_instrument(state="hidden", modes=[]), make_instrument(state="hidden")
    said = words_of(bulk(organizer_client, Instrument, "offer", [bare, whole]))
    assert "It lacks: a way to use it" in said
    assert set(Instrument.objects.values_list("pk", "state")) == {(bare.pk, "hidden"), (whole.pk, "available")}


def test_a_fault_is_reported_with_words(organizer_client: Client) -> None:
    instrument = make_instrument()
    organizer_client.post(act_url(instrument, "report-fault"), {"reason": ""})
    assert Instrument.objects.get().state == "available"
    organizer_client.post(act_url(instrument, "report-fault"), {"reason": "The pump leaks."})
    assert Transition.objects.of(instrument).get().reason == "The pump leaks."


def test_delisting_a_platform_shows_what_loses_it_and_wants_a_tick(organizer_client: Client) -> None:
    platform = make_platform()
    instrument = make_instrument(platform=platform, name_en="Neutron source")
    asked = words_of(organizer_client.get(act_url(platform, "delist")))
    assert "Neutron source" in asked
    assert str(platform.organization) in asked
    organizer_client.post(act_url(platform, "delist"), {"reason": "Closed."})
    assert InnovationPlatform.objects.get().state == "operating"
    assert Instrument.objects.public().get() == instrument


def test_the_state_of_an_instrument_is_not_typed_in(organizer_client: Client) -> None:
    instrument = make_instrument(state="hidden")
    organizer_client.post(page(instrument), typed(organizer_client, page(instrument), state="available"))
    assert Instrument.objects.get().state == "hidden"


# ------------------------------------------------------------------ forms
def test_choosing_a_country_fills_its_names(organizer_client: Client) -> None:
    url = reverse("admin:expo_country_add")
    response = organizer_client.post(url, typed(organizer_client, url, code="FR"))
    assert response.status_code == 302
    country = Country.objects.get()
    assert (country.slug, country.name_en, country.name_zh) == ("fr", "France", "法国")


def test_a_country_is_added_once(organizer_client: Client) -> None:
    make_country(code="FR")
    url = reverse("admin:expo_country_add")
    response = organizer_client.post(url, typed(organizer_client, url, code="FR"))
    assert response.status_code == 200
    assert Country.objects.count() == 1


def test_a_platform_that_continues_itself_is_refused_beside_the_field(organizer_client: Client) -> None:
    platform = make_platform()
    data = typed(organizer_client, page(platform), successor=platform.pk)
    assert "A platform cannot continue itself." in words_of(organizer_client.post(page(platform), data))


def test_a_platform_gets_a_successor_and_co_hosts(organizer_client: Client) -> None:
    platform, successor, guests = make_platform(), make_platform(), [make_organization(), make_organization()]
    data = typed(organizer_client, page(platform), successor=successor.pk, co_hosts=[guest.pk for guest in guests])
    assert organizer_client.post(page(platform), data).status_code == 302
    platform.refresh_from_db()
    assert (platform.successor, set(platform.co_hosts.all())) == (successor, set(guests))
    data = typed(organizer_client, page(platform), name_en="Renamed", co_hosts=[guests[0].pk])
    assert organizer_client.post(page(platform), data).status_code == 302
    platform.refresh_from_db()
    assert (platform.name_en, list(platform.co_hosts.all())) == ("Renamed", guests[:1])


@pytest.mark.parametrize("make", [make_instrument, make_partnercity])
def test_contacts_and_values_are_for_those_who_may_change_the_record(make: Any, organizer_client: Client) -> None:
    record = make(contact_name="Canary 51", contact_email="canary52@example.org")
    name = record._meta.model_name
    reader = client_who_may(f"view_{name}")
    assert "anary5" in words_of(organizer_client.get(page(record)))
    assert "Canary 51" not in words_of(reader.get(page(record)))
    assert "canary52" not in words_of(reader.get(page(record)))
    assert "original_value" not in words_of(reader.get(page(record)))
    assert reader.get(listing(type(record))).status_code == 200


# ------------------------------------------------------------------ readiness and samples
def test_the_readiness_page_names_public_instruments_without_capability_or_contact(organizer_client: Client) -> None:
    bare = make_instrument(name_en="Bare instrument")
    whole = make_instrument(name_en="Whole instrument", contact_name="Li", contact_email="li@example.org")
    make_capability(instrument=whole)
    make_instrument(state="hidden")
    assert list(without_capability()) == [bare]
    assert list(without_keeper()) == [bare]
    said = words_of(organizer_client.get(reverse("admin:readiness")))
    assert "Instrument without a capability" in said
    assert page(bare) in said


def test_samples_that_continue_each_other_go_together() -> None:
    owner = make_organization(origin="sample")
    links = {"organization": owner, "sector": None, "origin": "sample"}
    successor = make_platform(**links)
    make_platform(**links, state="merged", successor=successor)
    make_instrument(**links, platform=successor)
    make_partnercity(origin="sample", country=make_country(origin="sample"))
    remove_samples()
    for model in (InnovationPlatform, Instrument, Country, Organization):
        assert not model.objects.exists(), model


def test_a_real_platform_that_a_sample_continues_keeps_the_samples() -> None:
    successor = make_platform(origin="sample", sector=None)
    real = make_platform(name_en="Real laboratory", state="merged", successor=successor)
    with pytest.raises(DomainError, match="Real laboratory"):
        remove_samples()
    assert InnovationPlatform.objects.get(pk=successor.pk).state == "operating"
    assert InnovationPlatform.objects.get(pk=real.pk).successor == successor
