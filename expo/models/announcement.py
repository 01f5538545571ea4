"""Announcement: news of the organizers."""

from __future__ import annotations

import datetime as dt

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, NaturalKeyQuerySet, Record, one_language_at_least


class AnnouncementQuerySet(NaturalKeyQuerySet):
    def published(self, now: dt.datetime) -> AnnouncementQuerySet:
        return self.filter(publish_at__lte=now)

    def public(self) -> AnnouncementQuerySet:
        return self.published(timezone.now())


class Announcement(Record):
    PUBLIC_FIELDS = ("slug", "title_en", "title_zh", "body_en", "body_zh", "publish_at")

    slug = models.SlugField(_("short name in addresses"), max_length=100, unique=True)
    edition = models.ForeignKey("expo.Edition", models.PROTECT, related_name="announcements", verbose_name=_("edition"))
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    body_en = models.TextField(_("text (English)"), blank=True)
    body_zh = models.TextField(_("text (Chinese)"), blank=True)
    publish_at = models.DateTimeField(
        _("publish at"), null=True, blank=True, help_text=_("Empty: a draft. In the future: it appears by itself.")
    )

    pictures = GenericRelation("expo.Picture")

    title, body = Bilingual(), Bilingual()
    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-publish_at", "-pk"]
        constraints = [models.CheckConstraint(condition=one_language_at_least("title"), name="announcement_titled")]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("announcement-detail", args=[self.slug])
