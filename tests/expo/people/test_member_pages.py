"""The pages of members, invitations and requests: who gets in, what a stranger finds, what cannot be forged."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expo.models import Invitation, JoinRequest, Membership, Organization, User
from expo.people.joining import request_to_join
from expo.people.membership import invite
from tests.factories import make_exhibitor, make_member, make_organization, make_person

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


class Desk:
    """An organization with its people, somebody who asks, somebody who is invited; and another organization."""

    def __init__(self) -> None:
        self.organization, self.other = make_organization(name_en="Aurora Optics"), make_organization()
        self.owner, self.editor, self.member = (
            make_member(self.organization, role, name=role.title()) for role in ("owner", "editor", "member")
        )
        self.rival = make_member(self.other, "owner")
        self.asker = make_person(name="Asker")
        self.request = request_to_join(self.organization, user=self.asker, message="I work here")
        self.invitation = invite(self.organization, email="invited@example.net", by=self.owner)

    def row(self, user: User) -> Membership:
        return Membership.objects.get(user=user)

    def acts(self, slug: str) -> list[tuple[str, dict[str, str]]]:
        """Every write of an owner, asked at the address of some organization, about the rows of this one."""
        return [
            (reverse("work-invite", args=[slug]), {"email": "x@example.net", "role": "owner"}),
            (reverse("work-invitation-resend", args=[slug, self.invitation.pk]), {}),
            (reverse("work-invitation-revoke", args=[slug, self.invitation.pk]), {}),
            (reverse("work-member-role", args=[slug, self.row(self.member).pk]), {"role": "owner"}),
            (reverse("work-member-remove", args=[slug, self.row(self.member).pk]), {}),
            (reverse("work-request-approve", args=[slug, self.request.pk]), {"role": "owner"}),
            (reverse("work-request-decline", args=[slug, self.request.pk]), {"reason": "No"}),
        ]

    def everything(self) -> tuple[Any, ...]:
        return (
            list(Membership.objects.order_by("pk").values_list("pk", "role")),
            list(Invitation.objects.order_by("pk").values_list("pk", "revoked_at", "expires_at")),
            list(JoinRequest.objects.order_by("pk").values_list("pk", "state")),
        )


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


# ------------------------------------------------------------------ who gets in
def test_an_owner_sees_who_belongs_who_asks_and_who_is_invited(desk: Desk) -> None:
    page = signed_in(desk.owner).get(reverse("work-members", args=[desk.organization.slug])).content.decode()
    for words in ("Editor", desk.editor.email, "Asker", "I work here", "invited@example.net", "Invite a colleague"):
        assert words in page


def test_a_member_sees_names_and_no_addresses(desk: Desk) -> None:
    page = signed_in(desk.member).get(reverse("work-members", args=[desk.organization.slug])).content.decode()
    assert "Editor" in page
    for words in (desk.editor.email, desk.owner.email, "I work here", "invited@example.net", "Invite a colleague"):
        assert words not in page


def test_a_stranger_finds_nothing(desk: Desk) -> None:
    for name in ("work-start", "work-members", "work-profile"):
        address = reverse(name, args=[desk.organization.slug])
        assert signed_in(desk.rival).get(address).status_code == 404
        assert signed_in(desk.asker).get(address).status_code == 404
        assert Client().get(address).status_code == 302


def test_writes_take_post_alone(desk: Desk) -> None:
    client = signed_in(desk.owner)
    for address, _data in desk.acts(desk.organization.slug):
        assert client.get(address).status_code == 405
    for address in (
        reverse("work-leave", args=[desk.organization.slug]),
        reverse("invitation-accept", args=[desk.invitation.token]),
        reverse("joinrequest-withdraw", args=[desk.request.pk]),
    ):
        assert client.get(address).status_code == 405


def test_nobody_but_an_owner_writes(desk: Desk) -> None:
    before = desk.everything()
    for address, data in desk.acts(desk.organization.slug):
        assert signed_in(desk.editor).post(address, data).status_code == 403
        assert signed_in(desk.member).post(address, data).status_code == 403
        assert signed_in(desk.rival).post(address, data).status_code == 404
        assert signed_in(desk.asker).post(address, data).status_code == 404
        assert Client().post(address, data).status_code == 302
    assert desk.everything() == before


def test_rows_of_another_organization_are_not_reached_through_ones_own(desk: Desk) -> None:
    before = desk.everything()
    for address, data in desk.acts(desk.other.slug)[1:]:
        assert signed_in(desk.rival).post(address, data).status_code == 404, address
    assert desk.everything() == before


def test_a_form_from_another_site_is_refused(desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.owner)
    for address, data in desk.acts(desk.organization.slug):
        assert client.post(address, data).status_code == 403


# ------------------------------------------------------------------ the acts of an owner
def test_an_owner_invites_and_typed_mistakes_stay_in_the_form(desk: Desk) -> None:
    client, address = signed_in(desk.owner), reverse("work-invite", args=[desk.organization.slug])
    assert "on its way" in said(client.post(address, {"email": "new@example.net", "role": "editor"}))
    again = client.post(address, {"email": "new@example.net", "role": "editor"})
    assert again.status_code == 200
    assert "invited already" in again.content.decode()
    for data in ({"email": "nobody", "role": "editor"}, {"email": "a@b.cn", "role": "emperor"}, {}):
        assert client.post(address, data).status_code == 200
    assert Invitation.objects.filter(email="a@b.cn").count() == 0


def test_what_is_no_field_of_the_form_is_not_taken(desk: Desk) -> None:
    data = {
        "email": "new@example.net", "role": "member", "organization": desk.other.pk, "accepted_at": "2025-01-01",
        "token": "guess", "invited_by": desk.rival.pk, "expires_at": "2099-01-01",
    }  # fmt: skip
    signed_in(desk.owner).post(reverse("work-invite", args=[desk.organization.slug]), data)
    row = Invitation.objects.get(email="new@example.net")
    assert (row.organization, row.invited_by, row.accepted_at) == (desk.organization, desk.owner, None)
    assert row.token != "guess"
    assert row.expires_at.year < 2099
    role = {"role": "editor", "organization": desk.other.pk, "user": desk.rival.pk}
    signed_in(desk.owner).post(
        reverse("work-member-role", args=[desk.organization.slug, desk.row(desk.member).pk]), role
    )
    assert Membership.objects.get(user=desk.member).organization == desk.organization


def test_roles_are_given_and_people_removed_once(desk: Desk) -> None:
    client, slug, row = signed_in(desk.owner), desk.organization.slug, desk.row(desk.member)
    client.post(reverse("work-member-role", args=[slug, row.pk]), {"role": "editor"})
    assert desk.row(desk.member).role == "editor"
    assert "Choose" in said(client.post(reverse("work-member-role", args=[slug, row.pk]), {"role": "emperor"}))
    assert client.post(reverse("work-member-remove", args=[slug, row.pk])).status_code == 302
    assert client.post(reverse("work-member-remove", args=[slug, row.pk])).status_code == 404


def test_the_last_owner_is_told_to_hand_over(desk: Desk) -> None:
    client, slug = signed_in(desk.owner), desk.organization.slug
    assert "keeps one owner" in said(client.post(reverse("work-leave", args=[slug])))
    assert "keeps one owner" in said(client.post(reverse("work-member-remove", args=[slug, desk.row(desk.owner).pk])))
    response = signed_in(desk.member).post(reverse("work-leave", args=[slug]))
    assert response["Location"] == reverse("my-start")
    assert not Membership.objects.filter(user=desk.member).exists()


def test_a_request_is_answered_on_the_page(desk: Desk) -> None:
    client, slug = signed_in(desk.owner), desk.organization.slug
    address = reverse("work-request-decline", args=[slug, desk.request.pk])
    assert "Say why" in said(client.post(address, {"reason": ""}))
    client.post(reverse("work-request-approve", args=[slug, desk.request.pk]), {"role": "editor"})
    assert Membership.objects.get(user=desk.asker).role == "editor"
    assert "answered already" in said(client.post(address, {"reason": "No"}))


def test_the_owner_sees_whose_address_is_of_the_own_domain(desk: Desk) -> None:
    Organization.objects.filter(pk=desk.organization.pk).update(mail_domain="aurora.example.net")
    address = reverse("work-members", args=[desk.organization.slug])
    hint = "The address is of aurora.example.net"
    assert hint not in signed_in(desk.owner).get(address).content.decode()
    request_to_join(desk.organization, user=make_person(email="li@aurora.example.net"))
    assert hint in signed_in(desk.owner).get(address).content.decode()


def test_the_list_asks_the_database_as_often_for_many_people(desk: Desk) -> None:
    client, address = signed_in(desk.owner), reverse("work-members", args=[desk.organization.slug])
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(10):
        make_member(desk.organization)
        request_to_join(desk.organization, user=make_person())
        invite(desk.organization, email=f"n{number}@example.net", by=desk.owner)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


# ------------------------------------------------------------------ accepting
def test_the_invited_accepts_by_the_link(desk: Desk) -> None:
    person = make_person(email="invited@example.net")
    page = reverse("invitation-detail", args=[desk.invitation.token])
    assert "Accept" in signed_in(person).get(page).content.decode()
    response = signed_in(person).post(reverse("invitation-accept", args=[desk.invitation.token]), {"role": "owner"})
    assert response["Location"] == reverse("work-start", args=[desk.organization.slug])
    assert Membership.objects.get(user=person).role == "member"


def test_others_with_the_link_learn_no_address_and_do_not_get_in(desk: Desk) -> None:
    page = reverse("invitation-detail", args=[desk.invitation.token])
    for client in (Client(), signed_in(desk.asker)):
        shown = client.get(page)
        assert shown.status_code == 200
        assert "invited@example.net" not in shown.content.decode()
        assert shown["X-Robots-Tag"] == "noindex"
    accept = reverse("invitation-accept", args=[desk.invitation.token])
    assert "another e-mail address" in said(signed_in(desk.asker).post(accept))
    assert Client().post(accept).status_code == 302
    assert not Membership.objects.filter(user=desk.asker).exists()
    assert Client().get(reverse("invitation-detail", args=["guessed"])).status_code == 404


def test_a_stranger_is_sent_to_sign_up_and_back(desk: Desk) -> None:
    page = reverse("invitation-detail", args=[desk.invitation.token])
    assert f"?next={page}" in Client().get(page).content.decode()


# ------------------------------------------------------------------ asking and registering
def test_one_asks_an_organization_that_the_public_knows(desk: Desk) -> None:
    known = make_exhibitor().organization
    client, address = signed_in(desk.rival), reverse("organization-join", args=[known.slug])
    assert client.get(address).status_code == 200
    client.post(address, {"message": "Hello", "state": "approved", "user": desk.owner.pk})
    row = JoinRequest.objects.get(organization=known)
    assert (row.user, row.state, row.message) == (desk.rival, "waiting", "Hello")
    assert "asked already" in said(client.post(address, {}))
    assert client.post(address, {"message": "x" * 2001}).status_code == 200
    assert client.get(reverse("organization-join", args=[desk.organization.slug])).status_code == 404
    assert Client().get(address).status_code == 302


def test_only_ones_own_request_is_withdrawn(desk: Desk) -> None:
    address = reverse("joinrequest-withdraw", args=[desk.request.pk])
    assert signed_in(desk.rival).post(address).status_code == 404
    signed_in(desk.asker).post(address)
    assert JoinRequest.objects.get(pk=desk.request.pk).state == "withdrawn"
    assert "answered already" in said(signed_in(desk.asker).post(address))


def test_a_new_organization_is_registered_and_a_known_one_offered_first() -> None:
    known = make_exhibitor(organization=make_organization(name_en="Known Works")).organization
    client, address = signed_in(make_person()), reverse("organization-new")
    data = {"name_en": "Known Works", "kind": "enterprise", "country": "CN", "mail_domain": "x.cn", "slug": "mine"}
    offered = client.post(address, data).content.decode()
    assert reverse("organization-join", args=[known.slug]) in offered
    assert Organization.objects.count() == 1
    assert client.post(address, {**data, "is_another": "on"}).status_code == 302
    mine = Organization.objects.exclude(pk=known.pk).get()
    assert (mine.slug, mine.mail_domain, mine.origin) == ("known-works", "", "participant")


def test_what_an_organization_cannot_be_is_said_beside_the_field() -> None:
    client, address = signed_in(make_person()), reverse("organization-new")
    assert client.get(address).status_code == 200
    for data in (
        {"kind": "enterprise", "country": "CN"},
        {"name_en": "A", "kind": "circus", "country": "CN"},
        {"name_en": "A", "kind": "enterprise", "country": "CN", "usci": "91350100M000100Y4Z"},
        {"name_en": "A" * 201, "kind": "enterprise", "country": "CN"},
    ):
        page = client.post(address, data)
        assert page.status_code == 200
        assert "your attention" in page.content.decode()
    assert not Organization.objects.exists()
    assert Client().get(address).status_code == 302
