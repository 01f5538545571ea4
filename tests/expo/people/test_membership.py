"""Who acts for an organization: invited, given roles, removed; and the owner who must not be missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from expo.errors import DomainError
from expo.models import Invitation, Membership, Notice, Organization, OutboxMail, User
from expo.people.membership import (
    accept_invitation,
    change_role,
    invite,
    leave,
    remove_member,
    resend_invitation,
    revoke_invitation,
)
from expo.rights import may_lead, may_read, may_write
from tests.expo.test_at_the_same_moment import together
from tests.factories import make_member, make_organization, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(db: None) -> Organization:
    return make_organization(name_en="Aurora Optics", name_zh="极光光学")


@pytest.fixture
def owner(organization: Organization) -> User:
    return make_member(organization, "owner", name="Olga")


def membership_of(user: User, organization: Organization) -> Membership:
    return Membership.objects.get(user=user, organization=organization)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return str(caught.value)


# ------------------------------------------------------------------ rights
def test_each_role_may_do_what_those_below_it_may(organization: Organization) -> None:
    member, editor, owner = (make_member(organization, role) for role in ("member", "editor", "owner"))
    people, other = [member, editor, owner, make_user()], make_organization()
    assert [may_read(user, organization) for user in people] == [True, True, True, False]
    assert [may_write(user, organization) for user in people] == [False, True, True, False]
    assert [may_lead(user, organization) for user in people] == [False, False, True, False]
    assert not any(may_read(user, other) for user in people)


def test_an_account_that_is_switched_off_may_nothing(organization: Organization) -> None:
    owner = make_member(organization, "owner", is_active=False)
    assert not may_read(owner, organization)


# ------------------------------------------------------------------ invitations
def test_an_address_without_account_is_invited_by_mail(organization: Organization, owner: User) -> None:
    invitation = invite(organization, email=" New.Colleague@Example.org ", role="editor", by=owner)
    mail = OutboxMail.objects.get()
    assert mail.to == invitation.email == "new.colleague@example.org"
    assert "Aurora Optics" in mail.subject
    assert f"/invitations/{invitation.token}/" in mail.text
    assert f"/invitations/{invitation.token}/" in mail.html
    assert not Notice.objects.exists()


def test_somebody_with_an_account_finds_the_invitation_in_the_inbox(organization: Organization, owner: User) -> None:
    colleague = make_person()
    invitation = invite(organization, email=colleague.email.upper(), by=owner)
    notice = Notice.objects.get(user=colleague)
    assert notice.url == f"/invitations/{invitation.token}/"
    assert not OutboxMail.objects.filter(to=colleague.email, subject__contains="Aurora").exists()


def test_an_address_that_nobody_has_confirmed_gets_the_mail(organization: Organization, owner: User) -> None:
    stranger = make_user()
    invite(organization, email=stranger.email, by=owner)
    assert OutboxMail.objects.filter(to=stranger.email).exists()
    assert not Notice.objects.filter(user=stranger).exists()


def test_the_name_of_an_organization_cannot_add_lines_to_the_mail(owner: User) -> None:
    organization = make_organization(name_en="Evil\r\nBcc: all@example.org", name_zh="")
    Membership.objects.create(organization=organization, user=owner, role="owner")
    invite(organization, email="somebody@example.net", by=owner)
    subject = OutboxMail.objects.get().subject
    assert "\n" not in subject
    assert "\r" not in subject


def test_who_has_proved_the_address_accepts_and_the_owners_are_told(organization: Organization, owner: User) -> None:
    colleague = make_person(name="Colleague")
    invitation = invite(organization, email=colleague.email, role="editor", by=owner)
    accept_invitation(invitation, user=colleague)
    assert membership_of(colleague, organization).role == "editor"
    assert may_write(colleague, organization)
    assert Notice.objects.filter(user=owner, kind="membership-joined").count() == 1
    assert "accepted already" in refused(lambda: accept_invitation(invitation, user=colleague))


def test_a_link_that_was_passed_on_opens_nothing(organization: Organization, owner: User) -> None:
    invitation = invite(organization, email="invited@example.org", by=owner)
    assert "another e-mail address" in refused(lambda: accept_invitation(invitation, user=make_person()))
    unproved = make_user(email="invited@example.org")
    assert "another e-mail address" in refused(lambda: accept_invitation(invitation, user=unproved))
    assert not Membership.objects.filter(user=unproved).exists()


def test_an_invitation_ends_when_it_is_taken_back_or_too_old(organization: Organization, owner: User) -> None:
    colleague = make_person()
    invitation = invite(organization, email=colleague.email, by=owner)
    later = timezone.now() + dt.timedelta(days=15)
    assert "out of date" in refused(lambda: accept_invitation(invitation, user=colleague, now=later))
    revoke_invitation(invitation, by=owner)
    assert "taken back" in refused(lambda: accept_invitation(invitation, user=colleague))
    assert "taken back" in refused(lambda: resend_invitation(invitation, by=owner))


def test_nobody_is_invited_twice_but_may_be_after_the_first_is_out_of_date(
    organization: Organization, owner: User
) -> None:
    invite(organization, email="new@example.org", by=owner)
    assert "invited already" in refused(lambda: invite(organization, email="NEW@example.org", by=owner))
    again = invite(organization, email="new@example.org", by=owner, now=timezone.now() + dt.timedelta(days=15))
    assert list(Invitation.objects.filter(revoked_at=None)) == [again]


def test_a_member_is_not_invited(organization: Organization, owner: User) -> None:
    assert "belongs to the organization already" in refused(lambda: invite(organization, email=owner.email, by=owner))


def test_an_invitation_is_sent_again_after_an_hour_and_lives_longer(organization: Organization, owner: User) -> None:
    invitation = invite(organization, email="new@example.org", by=owner)
    assert "less than an hour" in refused(lambda: resend_invitation(invitation, by=owner))
    later = timezone.now() + dt.timedelta(hours=2)
    sent = resend_invitation(invitation, by=owner, now=later)
    assert sent.expires_at == later + dt.timedelta(days=14)
    assert OutboxMail.objects.filter(to="new@example.org").count() == 2


def test_an_organization_is_no_mailing_list(organization: Organization, owner: User) -> None:
    for number in range(50):
        invite(organization, email=f"n{number}@example.net", by=owner)
    assert "Too many" in refused(lambda: invite(organization, email="one-more@example.net", by=owner))


def test_who_has_a_higher_role_keeps_it_when_accepting(organization: Organization, owner: User) -> None:
    colleague = make_person()
    invitation = invite(organization, email=colleague.email, role="member", by=owner)
    Membership.objects.create(organization=organization, user=colleague, role="editor")
    accept_invitation(invitation, user=colleague)
    assert membership_of(colleague, organization).role == "editor"


@pytest.mark.parametrize("role", ["member", "editor"])
def test_only_owners_and_organizers_decide_who_belongs(organization: Organization, owner: User, role: str) -> None:
    by, other_owner = make_member(organization, role), make_member(make_organization(), "owner")
    mine, invitation = membership_of(by, organization), invite(organization, email="x@example.net", by=owner)
    for person in (by, other_owner):
        for act in (
            lambda person=person: invite(organization, email="y@example.net", by=person),
            lambda person=person: revoke_invitation(invitation, by=person),
            lambda person=person: resend_invitation(invitation, by=person),
            lambda person=person: change_role(mine, role="owner", by=person),
            lambda person=person: remove_member(membership_of(owner, organization), by=person),
        ):
            assert "Only an owner" in refused(act)
    assert membership_of(by, organization).role == role
    organizer = make_user(is_staff=True, is_superuser=True)
    assert change_role(mine, role="owner", by=organizer).role == "owner"


# ------------------------------------------------------------------ roles and leaving
def test_a_new_role_counts_at_once_and_its_holder_is_told(organization: Organization, owner: User) -> None:
    member = make_member(organization)
    change_role(membership_of(member, organization), role="editor", by=owner)
    assert may_write(User.objects.get(pk=member.pk), organization)
    assert Notice.objects.filter(user=member, kind="membership-role").count() == 1
    change_role(membership_of(member, organization), role="editor", by=owner)
    assert Notice.objects.filter(user=member, kind="membership-role").count() == 1


def test_the_last_owner_hands_over_first(organization: Organization, owner: User) -> None:
    mine, colleague = membership_of(owner, organization), make_member(organization)
    for act in (
        lambda: leave(mine),
        lambda: change_role(mine, role="editor", by=owner),
        lambda: remove_member(mine, by=owner),
    ):
        assert "keeps one owner" in refused(act)
    change_role(membership_of(colleague, organization), role="owner", by=owner)
    leave(mine)
    assert not may_read(User.objects.get(pk=owner.pk), organization)
    assert Notice.objects.filter(user=colleague, kind="membership-left").count() == 1


def test_an_owner_who_cannot_sign_in_is_no_other_owner(organization: Organization, owner: User) -> None:
    make_member(organization, "owner", is_active=False)
    assert "keeps one owner" in refused(lambda: leave(membership_of(owner, organization)))


def test_who_is_removed_is_told_and_removed_once(organization: Organization, owner: User) -> None:
    member = make_member(organization)
    row = membership_of(member, organization)
    remove_member(row, by=owner)
    assert Notice.objects.filter(user=member, kind="membership-removed").count() == 1
    assert "does not belong" in refused(lambda: remove_member(row, by=owner))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_of_two_owners_who_leave_at_once_one_stays() -> None:
    organization = make_organization()
    rows = [membership_of(make_member(organization, "owner"), organization) for _ in range(2)]
    results = together(*(lambda row=row: leave(row) for row in rows))  # type: ignore[misc]
    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert organization.memberships.filter(role="owner").count() == 1
