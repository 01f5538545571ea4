"""Who acts for an organization: members with a role, invitations to become one, and requests to be let in."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from expo.models.base import Stamped


def new_token() -> str:
    """What an address carries that nobody can guess."""
    return secrets.token_urlsafe(24)


class MemberRole(models.TextChoices):
    """Each may do what those after it may: owners also decide who belongs, editors write, members read."""

    OWNER = "owner", pgettext_lazy("role of a member", "owner")
    EDITOR = "editor", pgettext_lazy("role of a member", "editor")
    MEMBER = "member", pgettext_lazy("role of a member", "member")


class MemberFunction(models.TextChoices):
    """What somebody does in the organization; rights come from the role alone."""

    ENTERPRISE_REP = "enterprise_rep", _("representative of the enterprise")
    RESEARCHER = "researcher", _("researcher")
    TTO_OFFICER = "tto_officer", _("technology transfer officer")
    APPROVER = "approver", _("approver")
    INSTRUMENT_MANAGER = "instrument_manager", _("instrument manager")


class Membership(Stamped):
    organization = models.ForeignKey(
        "expo.Organization", models.CASCADE, related_name="memberships", verbose_name=_("organization")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=8, choices=MemberRole, default=MemberRole.MEMBER)
    function = models.CharField(_("function"), max_length=20, choices=MemberFunction, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"],
                name="membership_once",
                violation_error_message=_("This person belongs to the organization already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: dt.datetime | None = None) -> InvitationQuerySet:
        """Neither accepted nor taken back, and not out of date."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now or timezone.now())

    def addressed_to(self, addresses: Iterable[str]) -> InvitationQuerySet:
        """Those for one of some addresses in small letters, as invitations keep them."""
        return self.filter(email__in=list(addresses)).select_related("organization", "invited_by")


class Invitation(Stamped):
    """An e-mail address that may join; whoever holds the link must also prove that address."""

    organization = models.ForeignKey("expo.Organization", models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=8, choices=MemberRole, default=MemberRole.MEMBER)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open",
                violation_error_message=_("This address is invited already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization}: #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()


class RequestState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def waiting(self) -> JoinRequestQuerySet:
        return self.filter(state=RequestState.WAITING)

    def for_organizers(self) -> JoinRequestQuerySet:
        """Those that wait where no owner is there to answer."""
        owners = Membership.objects.filter(
            organization=OuterRef("organization"), role=MemberRole.OWNER, user__is_active=True
        )
        return self.waiting().exclude(Exists(owners))


class JoinRequest(Stamped):
    """Somebody asks to act for an organization. An owner answers, or an organizer where there is none."""

    organization = models.ForeignKey("expo.Organization", models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    message = models.TextField(_("message"), blank=True, max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("why"), blank=True, max_length=2000)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"],
                condition=Q(state="waiting"),
                name="joinrequest_one_waiting",
                violation_error_message=_("You have asked already. The organization answers soon."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization}: #{self.pk}"
