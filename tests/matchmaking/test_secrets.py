"""What is not to be known is not guessed either: by a name written otherwise, by an old address, by a filter."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client

from expo.models import Organization
from expo.roles import ROLES
from matchmaking.models import Demand, EquityLine
from matchmaking.models.naming import gives_away, identifying_words
from matchmaking.showing import shown
from tests.factories import make_deal, make_demand, make_organization, make_party, make_term_sheet, make_user

pytestmark = pytest.mark.django_db


def enter_as(role: str, client: Client) -> None:
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


@pytest.fixture
def starhelm() -> Organization:
    return make_organization(
        slug="starhelm", name_en="Starhelm Magnet Technology Co., Ltd.", name_zh="绵阳星舵磁材科技股份有限公司",
        city_zh="绵阳", website="https://www.starhelm.example/en/",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "STARHELM needs a magnet",
        "Ｓｔａｒｈｅｌｍ needs a magnet",
        "Star-Helm needs a magnet",
        "Star\u200bhelm needs a magnet",
        "starhelm   magnet\ttechnology",
        "write to buy@starhelm.example",
        "绵阳星舵磁材需要磁体",
        "星舵磁材需要磁体",
        "绵 阳 星 舵 磁 材",
    ],
)
def test_a_name_is_found_however_it_is_written(starhelm: Organization, text: str) -> None:
    demand = make_demand(organization=starhelm, confidentiality="anonymous")
    demand.problem_en = text
    with pytest.raises(ValidationError) as refusal:
        demand.full_clean()
    assert list(refusal.value.message_dict) == ["problem_en"]


@pytest.mark.parametrize("text", ["A magnet at the helm of a star", "绵阳的一家企业需要磁材", "Magnet technology"])
def test_words_that_name_nobody_are_left_alone(starhelm: Organization, text: str) -> None:
    assert not gives_away(text, identifying_words(starhelm))


def test_a_short_latin_name_counts_only_where_it_stands_alone() -> None:
    words = identifying_words(make_organization(slug="boe", name_en="BOE", name_zh="", website=""))
    assert gives_away("a panel for BOE", words)
    assert gives_away("BOE的面板", words)
    assert not gives_away("an oboe", words)


def test_a_name_of_two_signs_is_a_name() -> None:
    words = identifying_words(make_organization(slug="hx", name_en="", name_zh="华星技术有限公司", website=""))
    assert gives_away("华星需要磁体", words)


def test_a_place_alone_names_nobody() -> None:
    words = identifying_words(make_organization(slug="mykj", name_en="", name_zh="绵阳科技有限公司", city_zh="绵阳"))
    assert not gives_away("绵阳的一家企业", words)


def test_a_demand_that_loses_its_name_loses_the_address_it_was_named_at() -> None:
    demand = make_demand(slug="")
    named_at = demand.slug
    assert demand.has_code
    demand.confidentiality = "anonymous"
    demand.full_clean()
    once = demand.slug
    demand.full_clean()
    demand.save()
    assert (demand.slug == once, demand.slug == named_at, demand.has_code) == (True, False, True)
    demand.full_clean()
    assert demand.slug == once


@pytest.mark.parametrize("holder", ["STARHELM  Magnet Technology", "Ｓｔａｒｈｅｌｍ", "星舵磁材（绵阳）"])
def test_an_unnamed_party_stays_unnamed_however_the_cap_table_writes_it(starhelm: Organization, holder: str) -> None:
    deal = make_deal(equity_leg="full", parties=[{"organization": starhelm}, {"role": "university", "is_named": True}])
    sheet = make_term_sheet(deal=deal)
    EquityLine.objects.filter(term_sheet=sheet, family="investor").update(holder_en=holder)
    rows = shown(deal).equity.rows
    assert (rows[0].short, rows[0].holder, rows[0].note) == ("I1", "investor", "")


def test_a_party_without_a_page_stays_unnamed_without_its_legal_form_too() -> None:
    deal = make_deal(equity_leg="full", parties=[])
    make_party(deal=deal, organization=None, name_en="Quiet Valley Capital Co., Ltd.")
    EquityLine.objects.filter(term_sheet=make_term_sheet(deal=deal), family="investor").update(
        holder_en="Quiet Valley Capital"
    )
    assert shown(deal).equity.rows[0].holder == "investor"


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"organizer", "matchmaking_broker"}))
@pytest.mark.parametrize("lookup", ["decision_owner__startswith=W", "decision_owner_email__gt=a", "verified_by=1"])
def test_who_may_not_read_who_decides_cannot_filter_by_it(client: Client, role: str, lookup: str) -> None:
    make_demand()
    enter_as(role, client)
    assert client.get("/admin/matchmaking/demand/").status_code == 200
    assert client.get(f"/admin/matchmaking/demand/?{lookup}").status_code == 400


def test_who_may_edit_a_demand_may_filter_by_who_decides(client: Client) -> None:
    make_demand()
    enter_as("matchmaking_broker", client)
    assert client.get("/admin/matchmaking/demand/?decision_owner__startswith=W").status_code == 200
    assert Demand.objects.count() == 1
