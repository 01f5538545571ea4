"""Enquiry: a visitor's question to an organization about what it shows, and the answers."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.models.base import Stamped
from expo.models.membership import MemberRole, Membership, new_token
from expo.models.user import User


class EnquiryState(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("e-mail address not confirmed")
    OPEN = "open", _("waits for an answer")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
    SPAM = "spam", _("spam")


CONFIRM_WITHIN = dt.timedelta(days=7)
E = EnquiryState
ENQUIRY_MOVES: dict[str, tuple[str, ...]] = {
    E.UNCONFIRMED: (E.OPEN,),
    E.OPEN: (E.ANSWERED, E.CLOSED, E.SPAM),
    E.ANSWERED: (E.OPEN, E.CLOSED, E.SPAM),
    E.CLOSED: (E.OPEN,),
    E.SPAM: (E.OPEN,),
}


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def delivered(self) -> EnquiryQuerySet:
        """Those the organization sees: the sender's address is proved."""
        return self.exclude(state=EnquiryState.UNCONFIRMED)

    def never_confirmed(self, now: dt.datetime | None = None) -> EnquiryQuerySet:
        """Those whose sender did not prove the address in time: nobody has read them, and nobody will."""
        return self.filter(state=EnquiryState.UNCONFIRMED, created_at__lt=(now or timezone.now()) - CONFIRM_WITHIN)

    def waiting(self) -> EnquiryQuerySet:
        return self.filter(state=EnquiryState.OPEN)

    def received_by_nobody(self) -> EnquiryQuerySet:
        """Those that wait at an organization for which nobody can answer: no editor or owner has an active account."""
        answering = Membership.objects.filter(
            organization=models.OuterRef("organization"),
            role__in=[MemberRole.EDITOR, MemberRole.OWNER],
            user__is_active=True,
        )
        return self.waiting().filter(~models.Exists(answering))

    def overdue(self, now: dt.datetime | None = None) -> EnquiryQuerySet:
        return self.waiting().filter(due_at__lt=now or timezone.now())

    def visible_to(self, user: User) -> EnquiryQuerySet:
        """A person's own, and what reached the organizations it acts for."""
        own = Q(sender_id=user.pk)
        theirs = Q(organization__memberships__user_id=user.pk) & ~Q(state=EnquiryState.UNCONFIRMED)
        return self.filter(own | theirs).distinct()


class Enquiry(Stamped):
    """`token` opens it for a sender without an account; `due_at` is the clock that both sides see."""

    MOVES = ENQUIRY_MOVES

    code = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    organization = models.ForeignKey("expo.Organization", models.CASCADE, related_name="enquiries")
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"))
    object_id = models.PositiveBigIntegerField(_("record number"))
    record = GenericForeignKey("content_type", "object_id")
    about = models.CharField(_("about"), max_length=300, help_text=_("As the record was called then."))
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="enquiries"
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    shares_contact = models.BooleanField(
        _("show my contact data to this organization"),
        default=False,
        help_text=_("Without it they see your name and answer through this site."),
    )
    language = models.CharField(max_length=8, choices=User.Language, default=User.Language.CHINESE, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=EnquiryState, default=EnquiryState.UNCONFIRMED)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="enquiries_in_hand"
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["organization", "state", "due_at"], name="enquiry_of_organization"),
            models.Index(fields=["content_type", "object_id"], name="enquiry_about"),
        ]

    def __str__(self) -> str:
        return self.about

    @property
    def is_waiting(self) -> bool:
        return self.state == EnquiryState.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_waiting and self.due_at is not None and self.due_at < timezone.now()


class EnquiryMessage(models.Model):
    """One message; `by` is the colleague who wrote it, or the sender where that has an account."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="messages")
    from_sender = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(_("message"), max_length=5000)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
