"""Broadcast: a message of the organizers to chosen exhibitors, kept as it was sent, to each once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, Versioned, one_language_at_least


class Broadcast(Versioned):
    """`chosen` is the query of the exhibitors it goes to, as the listing of the admin reads it."""

    edition = models.ForeignKey("expo.Edition", models.PROTECT, related_name="broadcasts", verbose_name=_("edition"))
    subject_en = models.CharField(_("subject (English)"), max_length=150, blank=True)
    subject_zh = models.CharField(_("subject (Chinese)"), max_length=150, blank=True)
    body_en = models.TextField(_("message (English)"), blank=True, max_length=10000)
    body_zh = models.TextField(_("message (Chinese)"), blank=True, max_length=10000)
    chosen = models.JSONField(_("chosen exhibitors"), default=dict, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)

    subject, body = Bilingual(), Bilingual()

    class Meta:
        verbose_name = _("message to exhibitors")
        verbose_name_plural = _("messages to exhibitors")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_language_at_least("subject") & one_language_at_least("body"), name="broadcast_has_words"
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject)


class BroadcastRecipient(models.Model):
    """An exhibitor that a message went to, with how many people it reached."""

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="recipients")
    exhibitor = models.ForeignKey("expo.Exhibitor", models.CASCADE, related_name="broadcasts")
    people = models.PositiveSmallIntegerField(_("people"), default=0)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "exhibitor"], name="broadcast_once_each"),
            models.CheckConstraint(condition=Q(people__gte=0), name="broadcast_people_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.exhibitor)
