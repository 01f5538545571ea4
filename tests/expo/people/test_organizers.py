"""What organizers do where an organization has nobody who could: requests, members, invitations in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from expo.models import JoinRequest, Membership, Notice
from expo.people.joining import request_to_join
from expo.people.membership import invite
from tests.expo.people.test_joining import staff
from tests.expo.people.test_member_pages import said, signed_in
from tests.factories import make_member, make_organization, make_person

pytestmark = pytest.mark.django_db


def test_a_request_without_owner_waits_on_the_start_page_of_organizers() -> None:
    asker, organization = make_person(name="Asker"), make_organization(name_en="Aurora Optics")
    request_to_join(organization, user=asker)
    request_to_join(make_organization(name_en="Led Works"), user=asker)
    led = JoinRequest.objects.get(organization__name_en="Led Works").organization
    make_member(led, "owner")
    client = signed_in(staff("exhibition_manager"))
    assert "People who ask to act for an organization" in client.get(reverse("admin:index")).content.decode()
    listed = client.get(reverse("admin:expo_joinrequest_changelist") + "?unled=1").content.decode()
    assert "Aurora Optics" in listed
    assert "Led Works" not in listed


def test_an_organizer_makes_the_first_owner_or_says_why_not() -> None:
    first, second = (request_to_join(make_organization(), user=make_person()) for _ in range(2))
    client = signed_in(staff("organizer"))
    page = reverse("admin:expo_joinrequest_change", args=[first.pk])
    assert "Make owner" in client.get(page).content.decode()
    client.post(reverse("admin:expo_joinrequest_act", args=[first.pk, "approve"]))
    assert Membership.objects.get(user=first.user).role == "owner"
    address = reverse("admin:expo_joinrequest_act", args=[second.pk, "decline"])
    assert client.post(address, {"reason": ""}).status_code == 200
    client.post(address, {"reason": "Call us first."})
    assert JoinRequest.objects.get(pk=second.pk).state == "declined"


def test_where_there_is_an_owner_organizers_do_not_answer() -> None:
    organization = make_organization()
    make_member(organization, "owner")
    request = request_to_join(organization, user=make_person())
    client = signed_in(staff("organizer"))
    assert "Make owner" not in client.get(reverse("admin:expo_joinrequest_change", args=[request.pk])).content.decode()
    assert client.post(reverse("admin:expo_joinrequest_act", args=[request.pk, "approve"])).status_code == 403
    bulk = {"action": "approve", "_selected_action": [request.pk]}
    client.post(reverse("admin:expo_joinrequest_changelist"), bulk)
    assert JoinRequest.objects.get().state == "waiting"


def test_requests_and_invitations_are_not_typed_over() -> None:
    organization = make_organization()
    owner = make_member(organization, "owner")
    request, invitation = (
        request_to_join(organization, user=make_person()),
        invite(organization, email="a@b.cn", by=owner),
    )
    client = signed_in(staff("organizer"))
    for row, name in ((request, "joinrequest"), (invitation, "invitation")):
        address = reverse(f"admin:expo_{name}_change", args=[row.pk])
        assert client.get(address).status_code == 200
        assert client.post(address, {"state": "approved", "role": "owner"}).status_code == 403
        assert client.get(reverse(f"admin:expo_{name}_add")).status_code == 403
    client.post(reverse("admin:expo_invitation_act", args=[invitation.pk, "revoke"]))
    invitation.refresh_from_db()
    assert not invitation.is_open


def test_an_organizer_brings_in_changes_and_removes_members() -> None:
    organization, person = make_organization(), make_person()
    client = signed_in(staff("organizer"))
    data = {"organization": organization.pk, "user": person.pk, "role": "owner", "function": ""}
    client.post(reverse("admin:expo_membership_add"), data)
    row = Membership.objects.get(user=person)
    assert Notice.objects.filter(user=person).count() == 1
    address = reverse("admin:expo_membership_change", args=[row.pk])
    refused = client.post(address, {"role": "member", "function": "researcher"})
    assert "keeps one owner" in refused.content.decode()
    make_member(organization, "owner")
    client.post(address, {"role": "member", "function": "researcher", "user": 1})
    row.refresh_from_db()
    assert (row.role, row.function, row.user) == ("member", "researcher", person)
    client.post(reverse("admin:expo_membership_act", args=[row.pk, "remove"]))
    assert not Membership.objects.filter(user=person).exists()


def test_the_last_owner_is_not_removed_by_organizers_either() -> None:
    organization = make_organization()
    row = Membership.objects.get(user=make_member(organization, "owner"))
    client = signed_in(staff("organizer"))
    told = said(client.post(reverse("admin:expo_membership_act", args=[row.pk, "remove"])))
    assert "keeps one owner" in told


def test_publicity_sees_nobodys_membership() -> None:
    client = signed_in(staff("publicity"))
    for name in ("membership", "invitation", "joinrequest"):
        assert client.get(reverse(f"admin:expo_{name}_changelist")).status_code == 403
