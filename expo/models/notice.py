"""Notice: what a person is told, and the outbox that mails leave through."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.models.user import User


class Notice(models.Model):
    """`kind` names the words (`expo.notices.KINDS`), `data` fills them when it is read, in the reader's language.

    The unique key of a person says what happened, so that nobody is told the same thing twice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=150)
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=400, blank=True, help_text=_("Without the language at its beginning."))
    at = models.DateTimeField(_("when"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("handed to the outbox"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "read_at", "-at"], name="notice_of_person"),
            models.Index(fields=["mailed_at", "at"], name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Delivery(models.TextChoices):
    AT_ONCE = "at_once", _("by mail, within minutes")
    DAILY = "daily", _("by mail, once a day")
    NEVER = "never", _("here only")


class NoticeSetting(models.Model):
    """How a person wants one kind of notice by mail; without a row, as the kind itself says."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_settings")
    kind = models.CharField(max_length=40)
    delivery = models.CharField(max_length=8, choices=Delivery)

    class Meta:
        verbose_name = _("setting of notices")
        verbose_name_plural = _("settings of notices")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="noticesetting_once")]

    def __str__(self) -> str:
        return self.kind


class OutboxMailQuerySet(models.QuerySet["OutboxMail"]):
    def due(self, now: dt.datetime | None = None) -> OutboxMailQuerySet:
        """Neither sent nor given up, and its next try has come."""
        return self.filter(sent_at=None, given_up_at=None, next_try_at__lte=now or timezone.now())


class OutboxMail(models.Model):
    """A mail that the worker sends. Its unique key says what it is, so that it leaves once."""

    key = models.CharField(max_length=200, unique=True)
    to = models.EmailField(_("to"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=8, choices=User.Language, default=User.Language.CHINESE)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = OutboxMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["sent_at", "given_up_at", "next_try_at"], name="outbox_due")]

    def __str__(self) -> str:
        return f"#{self.pk}"
