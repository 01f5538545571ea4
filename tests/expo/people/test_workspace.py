"""The frame of every workspace page: for whom one acts, the menu, what waits; and a person's own start page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expo.people.joining import request_to_join
from expo.people.membership import invite
from tests.expo.people.test_member_pages import signed_in
from tests.factories import make_member, make_organization, make_person, make_user

pytestmark = pytest.mark.django_db


def test_who_acts_for_two_sees_for_whom_and_switches_on_the_same_page() -> None:
    first, second = make_organization(name_en="First"), make_organization(name_en="Second")
    user = make_member(first, "owner")
    second.memberships.create(user=user, role="member")
    client = signed_in(user)
    page = client.get(reverse("work-members", args=[first.slug])).content.decode()
    assert reverse("work-members", args=[second.slug]) in page
    profile = client.get(reverse("work-profile", args=[first.slug])).content.decode()
    assert f'href="{reverse("work-start", args=[second.slug])}"' in profile, "a member may not open the profile there"


def test_the_menu_shows_what_the_role_opens_and_marks_the_page() -> None:
    organization = make_organization()
    member, owner = make_member(organization), make_member(organization, "owner")
    address, profile = (reverse(name, args=[organization.slug]) for name in ("work-members", "work-profile"))
    assert f'<a href="{address}" aria-current="page">' in signed_in(owner).get(address).content.decode()
    assert profile in signed_in(owner).get(address).content.decode()
    assert profile not in signed_in(member).get(address).content.decode()
    assert signed_in(member).get(profile).status_code == 403


def test_the_start_of_an_organization_says_what_waits_and_what_comes_next() -> None:
    organization = make_organization()
    client = signed_in(make_member(organization, "owner"))
    address = reverse("work-start", args=[organization.slug])
    assert "Invite a colleague" in client.get(address).content.decode()
    request_to_join(organization, user=make_person())
    page = client.get(address).content.decode()
    assert "What waits for you" in page
    assert "People who ask to act for the organization" in page
    assert client.post(address).status_code == 405


def test_a_person_starts_with_what_waits_over_all_organizations() -> None:
    first, second = make_organization(name_en="First Works"), make_organization(name_en="Second Works")
    user = make_member(first, "owner")
    invite(second, email=user.email, by=make_member(second, "owner"))
    request_to_join(first, user=make_person())
    page = signed_in(user).get(reverse("my-start")).content.decode()
    for words in ("First Works", "Second Works", "People who ask", "invites you"):
        assert words in page


def test_the_start_page_of_a_newcomer_says_what_to_do() -> None:
    organization = make_organization(mail_domain="aurora.example.net", name_en="Aurora Optics")
    page = signed_in(make_person(email="li@aurora.example.net")).get(reverse("my-start")).content.decode()
    assert "Do you come for an organization?" in page
    assert reverse("organization-join", args=[organization.slug]) in page
    assert "Aurora Optics" not in signed_in(make_person()).get(reverse("my-start")).content.decode()


def test_an_invitation_is_shown_to_who_confirmed_the_address_alone() -> None:
    organization = make_organization(name_en="Aurora Optics")
    invite(organization, email="li@example.net", by=make_member(organization, "owner"))
    unproved = signed_in(make_user(email="li@example.net"))
    assert "Aurora Optics" not in unproved.get(reverse("my-start")).content.decode()


def test_organizers_find_the_way_to_their_pages_and_others_do_not() -> None:
    staff, visitor = make_user(is_staff=True, is_superuser=True), make_user()
    way = "Organizers’ pages"
    assert way in signed_in(staff).get(reverse("my-start")).content.decode()
    assert way not in signed_in(visitor).get(reverse("my-start")).content.decode()


def test_public_pages_ask_nothing_about_workspaces() -> None:
    user = make_member(make_organization(), "owner")
    client = signed_in(user)
    client.get(reverse("styleguide"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("styleguide"))
    assert not [row for row in queries if "expo_membership" in row["sql"]]


def test_start_pages_are_in_no_search_engine_and_need_an_account() -> None:
    organization = make_organization()
    client = signed_in(make_member(organization))
    for address in (reverse("my-start"), reverse("work-start", args=[organization.slug])):
        assert client.get(address)["X-Robots-Tag"] == "noindex"
        assert Client().get(address).status_code == 302
