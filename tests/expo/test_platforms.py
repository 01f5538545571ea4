"""Platforms and instruments: which moves are allowed, what they need, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from expo import platforms
from expo.errors import DomainError
from expo.models import (
    INSTRUMENT_MOVES,
    PLATFORM_MOVES,
    Country,
    InnovationPlatform,
    Instrument,
    InstrumentState,
    Organization,
    PlatformState,
    Transition,
    User,
)
from tests.factories import (
    make_capability,
    make_country,
    make_instrument,
    make_organization,
    make_partnercity,
    make_platform,
)

pytestmark = pytest.mark.django_db
Act = Callable[..., Any]


# ------------------------------------------------------------------ moves
PLATFORM_ACTS: dict[str, tuple[Act, dict[str, str]]] = {
    PlatformState.APPROVED: (platforms.approve_platform, {}),
    PlatformState.OPERATING: (platforms.open_platform, {}),
    PlatformState.UNDER_RECTIFICATION: (platforms.order_rectification, {"reason": "No report for two years."}),
    PlatformState.DELISTED: (platforms.delist_platform, {"reason": "Closed."}),
    PlatformState.MERGED: (platforms.merge_platform, {"reason": "Reorganized."}),
}
INSTRUMENT_ACTS: dict[str, tuple[Act, dict[str, str]]] = {
    InstrumentState.AVAILABLE: (platforms.offer_instrument, {}),
    InstrumentState.MAINTENANCE: (platforms.begin_maintenance, {"reason": "Yearly service."}),
    InstrumentState.FAULT: (platforms.report_fault, {"reason": "The pump leaks."}),
    InstrumentState.HIDDEN: (platforms.hide_instrument, {}),
    InstrumentState.RETIRED: (platforms.retire_instrument, {"reason": "Twenty years old."}),
}


@pytest.mark.parametrize("source", PlatformState.values)
@pytest.mark.parametrize("target", PLATFORM_ACTS)
def test_a_platform_moves_only_where_the_table_leads(source: str, target: str, organizer: User) -> None:
    successor = make_platform()
    platform = make_platform(state=source, successor=successor)
    act, words = PLATFORM_ACTS[target]
    if target in PLATFORM_MOVES[source]:
        act(platform, by=organizer, **words)
        noted = Transition.objects.of(platform).get()
        assert (noted.from_state, noted.to_state, noted.by) == (source, target, organizer)
        assert noted.reason == words.get("reason", "")
    else:
        with pytest.raises(DomainError):
            act(platform, by=organizer, **words)
    stored = InnovationPlatform.objects.get(pk=platform.pk).state
    assert stored == (target if target in PLATFORM_MOVES[source] else source)


@pytest.mark.parametrize("source", InstrumentState.values)
@pytest.mark.parametrize("target", INSTRUMENT_ACTS)
def test_an_instrument_moves_only_where_the_table_leads(source: str, target: str, organizer: User) -> None:
    instrument = make_instrument(state=source)
    act, words = INSTRUMENT_ACTS[target]
    if target in INSTRUMENT_MOVES[source]:
        act(instrument, by=organizer, **words)
        noted = Transition.objects.of(instrument).get()
        assert (noted.from_state, noted.to_state, noted.by) == (source, target, organizer)
        assert noted.reason == words.get("reason", "")
    else:
        with pytest.raises(DomainError):
            act(instrument, by=organizer, **words)
    stored = Instrument.objects.get(pk=instrument.pk).state
    assert stored == (target if target in INSTRUMENT_MOVES[source] else source)


@pytest.mark.parametrize("missing", [{"approver_en": "", "approver_zh": ""}, {"approved_on": None}])
def test_an_approval_names_who_and_when(missing: dict[str, Any], organizer: User) -> None:
    platform = make_platform(state="applied", **missing)
    with pytest.raises(DomainError, match="who approved") as refusal:
        platforms.approve_platform(platform, by=organizer)
    assert refusal.value.field == "approved_on"
    assert InnovationPlatform.objects.get().state == "applied"


def test_a_platform_is_merged_into_a_named_one_only(organizer: User) -> None:
    platform = make_platform()
    with pytest.raises(DomainError, match="Name the platform that continues"):
        platforms.merge_platform(platform, by=organizer)
    InnovationPlatform.objects.filter(pk=platform.pk).update(successor=make_platform())
    assert platforms.merge_platform(platform, by=organizer).state == "merged"  # a copy read before sees the successor


@pytest.mark.parametrize("act", [platforms.order_rectification, platforms.delist_platform])
def test_taking_from_a_platform_needs_a_reason(act: Act, organizer: User) -> None:
    platform = make_platform()
    with pytest.raises(DomainError):
        act(platform, by=organizer, reason="  ")
    assert InnovationPlatform.objects.get().state == "operating"


@pytest.mark.parametrize("act", [platforms.report_fault, platforms.retire_instrument])
def test_a_fault_and_an_end_need_a_reason(act: Act, organizer: User) -> None:
    instrument = make_instrument()
    with pytest.raises(DomainError):
        act(instrument, by=organizer, reason="")
    assert Instrument.objects.get().state == "available"


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"claim_en": "", "claim_zh": ""}, "one sentence"),
        ({"modes": []}, "a way to use it"),
        ({"rate": None}, "a rate for others"),
    ],
)
def test_an_instrument_is_offered_with_what_its_users_need_to_know(
    missing: dict[str, Any], words: str, organizer: User
) -> None:
    instrument = make_instrument(state="hidden", **missing)
    with pytest.raises(DomainError, match=words):
        platforms.offer_instrument(instrument, by=organizer)
    assert Instrument.objects.get().state == "hidden"


def test_a_rate_for_the_own_people_does_not_make_an_offer(organizer: User) -> None:
    instrument = make_instrument(state="hidden", rate=None)
    instrument.rates.create(audience="internal", basis="hour", amount=10)
    with pytest.raises(DomainError, match="a rate for others"):
        platforms.offer_instrument(instrument, by=organizer)
    instrument.rates.create(audience="sme_voucher", basis="sample", amount=0)
    assert platforms.offer_instrument(instrument, by=organizer).state == "available"


# ------------------------------------------------------------------ who is public by them
@pytest.mark.parametrize("state", PlatformState.values)
def test_the_public_sees_platforms_that_work(state: str) -> None:
    host, guest = make_organization(), make_organization()
    platform = make_platform(state=state, organization=host, successor=make_platform() if state == "merged" else None)
    platform.co_hosts.add(guest)
    is_open = state in ("operating", "under_rectification")
    assert InnovationPlatform.objects.public().filter(pk=platform.pk).exists() == is_open
    for organization in (host, guest):
        assert Organization.objects.public().filter(pk=organization.pk).exists() == is_open


@pytest.mark.parametrize("external_open", [True, False])
@pytest.mark.parametrize("state", InstrumentState.values)
def test_the_public_sees_instruments_that_others_may_use(state: str, external_open: bool) -> None:
    instrument = make_instrument(state=state, external_open=external_open)
    is_shown = external_open and state in ("available", "maintenance", "fault")
    assert Instrument.objects.public().exists() == is_shown
    assert Organization.objects.public().filter(pk=instrument.organization_id).exists() == is_shown


def test_a_hidden_instrument_does_not_name_an_owner_by_another_one_that_is_closed_to_others() -> None:
    owner = make_organization()
    make_instrument(organization=owner, state="hidden", external_open=True)
    make_instrument(organization=owner, state="available", external_open=False)
    assert not Organization.objects.public().exists()


# ------------------------------------------------------------------ what the database refuses
def refused(act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_the_database_refuses_impossible_platforms() -> None:
    refused(lambda: make_platform(name_en="", name_zh=""))
    refused(lambda: make_platform(approved_on=dt.date(2020, 5, 1), valid_to=dt.date(2020, 4, 30)))
    refused(lambda: make_platform(state="merged", successor=None))
    make_platform(approved_on=None, valid_to=dt.date(2030, 1, 1))


def test_the_database_refuses_impossible_instruments() -> None:
    refused(lambda: make_instrument(name_en="", name_zh=""))
    refused(lambda: make_instrument(original_value=-1))
    refused(lambda: make_instrument(rate=-1))
    instrument = make_instrument()
    refused(lambda: instrument.rates.create(audience="external", basis="hour", amount=5))
    refused(lambda: instrument.service_modes.create(mode="sample_test"))
    refused(lambda: make_capability(instrument=instrument, operator="between", value=5, value_to=5))
    refused(lambda: make_capability(instrument=instrument, operator="le", value=5, value_to=6))


def test_a_capability_is_unlike_a_metric_in_nothing_but_its_owner() -> None:
    capability = make_capability(operator="between", value=Decimal("0.5"), value_to=2)
    assert capability.unit == "nm"
    assert capability.parameter.capabilities.get() == capability


def test_a_platform_does_not_continue_itself() -> None:
    platform = make_platform()
    platform.successor = platform
    with pytest.raises(ValidationError) as refusal:
        platform.full_clean()
    assert "successor" in refusal.value.message_dict


def test_a_country_takes_its_names_from_its_code() -> None:
    country = Country(code="JP")
    country.full_clean()
    country.save()
    assert (country.slug, country.name_en, country.name_zh) == ("jp", "Japan", "日本")
    other = Country(code="KR", name_en="Republic of Korea")
    other.full_clean()
    assert (other.name_en, other.name_zh) == ("Republic of Korea", "韩国")


def test_one_row_stands_for_a_country() -> None:
    make_country(code="FR")
    refused(lambda: Country.objects.create(code="FR", slug="xx", name_en="France"))
    with pytest.raises(ValidationError):
        Country(code="FR").full_clean()


def test_the_database_refuses_a_city_without_a_name() -> None:
    refused(lambda: make_partnercity(name_en="", name_zh=""))


@pytest.mark.parametrize("subdivision", ["de-th", "DE", "Thuringia", "DE-THUR"])
def test_a_region_of_a_country_is_written_as_the_standard_says(subdivision: str) -> None:
    city = make_partnercity()
    city.subdivision = subdivision
    with pytest.raises(ValidationError) as refusal:
        city.full_clean()
    assert "subdivision" in refusal.value.message_dict
