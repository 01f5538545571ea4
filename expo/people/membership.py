"""Who acts for an organization: invitations, roles, leaving. Every act holds the organization's row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Invitation, MemberRole, Membership, Organization, User
from expo.notices import members_of, tell
from expo.people.addresses import accounts_of, verified_addresses
from expo.people.invitation_mail import post_invitation
from expo.people.second_factor import acts_as_staff
from expo.rights import RANK, forget_roles

INVITATION_DAYS = 14  # long enough for a holiday, short enough that a forgotten link opens nothing
MOST_OPEN_INVITATIONS = 50  # an organization is no list of addresses to be mailed to
MOST_A_DAY = 3  # to one address, those taken back as well: to take back and invite again mails it again
RESEND_AFTER = dt.timedelta(hours=1)  # nobody's inbox is filled by a button


# ------------------------------------------------------------------ who decides
def is_organizer(user: User) -> bool:
    """Staff who keep the organizations of the fair."""
    return acts_as_staff(user) and user.has_perm("expo.change_organization")


def has_owner(organization: Organization) -> bool:
    """Whether an owner is there who can still sign in."""
    return organization.memberships.filter(role=MemberRole.OWNER, user__is_active=True).exists()


def held(organization: Organization) -> Organization:
    """The organization's row, locked until the transaction ends: what concerns its people is decided in turn."""
    return Organization.objects.select_for_update().get(pk=organization.pk)


def require_leader(organization: Organization, by: User) -> None:
    """Raise DomainError for anybody but an owner or an organizer, by what is stored now."""
    is_owner = organization.memberships.filter(user=by, role=MemberRole.OWNER).exists()
    if not (is_owner or is_organizer(by)):
        raise DomainError(_("Only an owner of “%(organization)s” may do this.") % {"organization": organization.name})


def named(organization: Organization) -> dict[str, Any]:
    """The organization's name in both languages, as notices want it."""
    one_at_least = organization.name_en or organization.name_zh
    return {
        "organization_en": organization.name_en or one_at_least,
        "organization_zh": organization.name_zh or one_at_least,
    }


def address(name: str, *args: object) -> str:
    """The address of a page without its language, as notices want it."""
    with translation.override("en"):
        return reverse(name, args=args).removeprefix("/en")


# ------------------------------------------------------------------ invitations
def invite(
    organization: Organization, *, email: str, role: str = MemberRole.MEMBER, by: User, now: dt.datetime | None = None
) -> Invitation:
    """Invite an address to act for an organization: by mail, or by a notice where it has an account.

    Nobody learns from the answer whether it has one.
    """
    at, wanted = now or timezone.now(), email.strip().lower()
    with transaction.atomic():
        held(organization)
        require_leader(organization, by)
        _require_new(organization, wanted, at)
        invitation = Invitation(
            organization=organization,
            email=wanted,
            role=role,
            invited_by=by,
            expires_at=at + dt.timedelta(days=INVITATION_DAYS),
        )
        invitation.full_clean(exclude={"accepted_by"})
        invitation.save()
        _deliver(invitation, by=by, now=at)
    return invitation


def _require_new(organization: Organization, email: str, at: dt.datetime) -> None:
    """Raise DomainError where the address belongs to a member or is invited; what is out of date is closed."""
    if organization.memberships.filter(user__in=accounts_of(email)).exists():
        raise DomainError(_("This person belongs to the organization already."), field="email")
    rows = organization.invitations.filter(accepted_at=None, revoked_at=None)
    rows.filter(expires_at__lte=at).update(revoked_at=at)
    if rows.filter(email__iexact=email).exists():
        raise DomainError(_("This address is invited already. You can send the invitation again."), field="email")
    if rows.count() >= MOST_OPEN_INVITATIONS:
        raise DomainError(_("Too many invitations are open. Take back those that nobody will accept, then invite."))
    lately = organization.invitations.filter(created_at__gt=at - dt.timedelta(days=1))
    if lately.filter(email__iexact=email).count() >= MOST_A_DAY or lately.count() >= MOST_OPEN_INVITATIONS:
        raise DomainError(_("Too many invitations were sent today. Please go on tomorrow."))


def _deliver(invitation: Invitation, *, by: User, now: dt.datetime) -> None:
    """To the inbox of whoever has proved the address; by mail where nobody has."""
    organization = invitation.organization
    person = accounts_of(invitation.email).filter(is_active=True).first()
    key = f"invitation-{invitation.pk}-{now:%Y%m%d%H%M%S}"
    if person is not None and invitation.email in verified_addresses(person):
        url = address("invitation-detail", invitation.token)
        tell("membership-invited", [person], key=key, url=url, now=now, **named(organization))
        return
    post_invitation(invitation, key=key, language=person.language if person else by.language, now=now)


def resend_invitation(invitation: Invitation, *, by: User, now: dt.datetime | None = None) -> Invitation:
    """Send an open or forgotten invitation once more; it is valid anew from now on."""
    at = now or timezone.now()
    with transaction.atomic():
        held(invitation.organization)
        require_leader(invitation.organization, by)
        stored = _unanswered(invitation)
        if stored.updated_at > at - RESEND_AFTER:
            raise DomainError(_("This invitation was sent less than an hour ago. Wait a little, or ask the person."))
        stored.expires_at = at + dt.timedelta(days=INVITATION_DAYS)
        stored.invited_by = by
        stored.save()
        _deliver(stored, by=by, now=at)
    return stored


def revoke_invitation(invitation: Invitation, *, by: User, now: dt.datetime | None = None) -> Invitation:
    """Take an invitation back: its link opens nothing any more."""
    with transaction.atomic():
        held(invitation.organization)
        require_leader(invitation.organization, by)
        stored = _unanswered(invitation)
        stored.revoked_at = now or timezone.now()
        stored.save()
    return stored


def close_invitations(rows: QuerySet[Invitation]) -> None:
    """Take back those that are unanswered: who sent them speaks for the organization no longer. Hold it first."""
    for invitation in rows.filter(accepted_at=None, revoked_at=None):
        invitation.revoked_at = timezone.now()
        invitation.save()


def _unanswered(invitation: Invitation) -> Invitation:
    stored = Invitation.objects.select_for_update(of=("self",)).select_related("organization").get(pk=invitation.pk)
    if stored.accepted_at is not None:
        raise DomainError(_("This invitation was accepted already."))
    if stored.revoked_at is not None:
        raise DomainError(_("This invitation was taken back."))
    return stored


def accept_invitation(invitation: Invitation, *, user: User, now: dt.datetime | None = None) -> Membership:
    """Join by an invitation. Only who has proved the invited address may: a link that was passed on opens nothing."""
    at = now or timezone.now()
    with transaction.atomic():
        held(invitation.organization)
        stored = _unanswered(invitation)
        if stored.expires_at <= at:
            raise DomainError(_("This invitation is out of date. Ask for a new one."))
        if stored.email.lower() not in verified_addresses(user):
            raise DomainError(
                _(
                    "This invitation is for another e-mail address. Sign in with the account of that address, or "
                    "change the address of yours to it."
                )
            )
        membership = join(stored.organization, user=user, role=stored.role)
        stored.accepted_at, stored.accepted_by = at, user
        stored.save()
        owners = [person for person in members_of(stored.organization, least=MemberRole.OWNER) if person != user]
        tell_owners("membership-joined", stored.organization, owners, key=f"invitation-{stored.pk}-accepted", by=user)
    return membership


def join(organization: Organization, *, user: User, role: str) -> Membership:
    """Make somebody a member. Who has a higher role keeps it. Call it while the organization is held."""
    membership, is_new = Membership.objects.get_or_create(organization=organization, user=user, defaults={"role": role})
    if not is_new and RANK[MemberRole(role)] > RANK[MemberRole(membership.role)]:
        membership.role = role
        membership.save()
    forget_roles(user)
    return membership


# ------------------------------------------------------------------ members
def add_member(organization: Organization, *, user: User, role: str, by: User) -> Membership:
    """Let an organizer make somebody a member without being asked; the person is told."""
    with transaction.atomic():
        held(organization)
        require_leader(organization, by)
        if organization.memberships.filter(user=user).exists():
            raise DomainError(_("This person belongs to the organization already."), field="user")
        membership = join(organization, user=user, role=role)
        _tell("membership-approved", membership, key=f"membership-{membership.pk}-made")
    return membership


def change_role(membership: Membership, *, role: str, by: User) -> Membership:
    """Give a member another role. The last owner keeps theirs."""
    with transaction.atomic():
        stored = _member(membership)
        require_leader(stored.organization, by)
        if stored.role == role:
            return stored
        if stored.role == MemberRole.OWNER:
            _require_another_owner(stored)
        stored.role = MemberRole(role)
        stored.save()
        key = f"membership-{stored.pk}-{stored.updated_at:%Y%m%d%H%M%S%f}"
        if stored.user != by:
            _tell("membership-role", stored, key=key, person=str(by))
    forget_roles(stored.user)
    return stored


def remove_member(membership: Membership, *, by: User) -> Membership:
    """Somebody acts for the organization no longer. The last owner stays."""
    with transaction.atomic():
        stored = _member(membership)
        require_leader(stored.organization, by)
        _go(stored)
        if stored.user != by:
            tell(
                "membership-removed",
                [stored.user],
                key=f"membership-{membership.pk}-removed",
                **named(stored.organization),
            )
    return stored


def leave(membership: Membership) -> Membership:
    """Go oneself. The last owner hands over first."""
    with transaction.atomic():
        stored = _member(membership)
        _go(stored)
        owners = members_of(stored.organization, least=MemberRole.OWNER)
        tell_owners(
            "membership-left", stored.organization, owners, key=f"membership-{membership.pk}-left", by=stored.user
        )
    return stored


def _member(membership: Membership) -> Membership:
    """The membership as it is stored now, its organization held."""
    held(membership.organization)
    stored = Membership.objects.select_related("organization", "user").filter(pk=membership.pk).first()
    if stored is None:
        raise DomainError(_("This person does not belong to the organization any more."))
    return stored


def _go(stored: Membership) -> None:
    if stored.role == MemberRole.OWNER:
        _require_another_owner(stored)
    close_invitations(stored.organization.invitations.filter(invited_by=stored.user))
    stored.delete()
    forget_roles(stored.user)


def _require_another_owner(stored: Membership) -> None:
    rows = Membership.objects.filter(organization=stored.organization, role=MemberRole.OWNER, user__is_active=True)
    if not rows.exclude(pk=stored.pk).exists():
        raise DomainError(_("An organization keeps one owner. Make somebody else an owner first."), field="role")


# ------------------------------------------------------------------ telling
def _tell(kind: str, membership: Membership, *, key: str, **data: Any) -> None:
    organization = membership.organization
    tell(kind, [membership.user], key=key, url=address("work-start", organization.slug), **named(organization), **data)


def tell_owners(kind: str, organization: Organization, owners: list[User], *, key: str, by: User) -> None:
    url = address("work-members", organization.slug)
    tell(kind, owners, key=key, url=url, person=str(by), **named(organization))
