"""Edition: one holding of the fair."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, NaturalKeyQuerySet, Record, check_time_zone, one_language_at_least


class EditionQuerySet(NaturalKeyQuerySet):
    def current(self) -> Edition | None:
        """The edition the site opens with."""
        return self.filter(is_current=True).first()

    def public(self) -> EditionQuerySet:
        return self.all()


class Edition(Record):
    NATURAL_KEY = ("number",)
    PUBLIC_FIELDS = (
        "number", "name_en", "name_zh", "short_name_en", "short_name_zh", "opens_on", "closes_on", "venue_en",
        "venue_zh", "city_en", "city_zh", "time_zone", "summary_en", "summary_zh",
    )  # fmt: skip

    number = models.PositiveSmallIntegerField(_("number"), unique=True, help_text=_("13 for the 13th edition."))
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    short_name_en = models.CharField(_("short name (English)"), max_length=60, blank=True)
    short_name_zh = models.CharField(_("short name (Chinese)"), max_length=60, blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    summary_zh = models.TextField(_("summary (Chinese)"), blank=True)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    venue_en = models.CharField(_("venue (English)"), max_length=200, blank=True)
    venue_zh = models.CharField(_("venue (Chinese)"), max_length=200, blank=True)
    city_en = models.CharField(_("city (English)"), max_length=100, blank=True)
    city_zh = models.CharField(_("city (Chinese)"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai", validators=[check_time_zone])
    is_current = models.BooleanField(_("current"), default=False, help_text=_("The edition the site opens with."))

    name, short_name, summary = Bilingual(), Bilingual(), Bilingual()
    venue, city = Bilingual(), Bilingual()
    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("name"), name="edition_named"),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="edition_closes_after_opening",
                violation_error_message=_("The edition closes before it opens."),
            ),
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="edition_one_current",
                violation_error_message=_("Another edition is the current one. Take the mark from it first."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("edition-detail", args=[self.number])

    @property
    def zone_name(self) -> str:
        """Its time zone in words, with the offset on the opening day: China Standard Time (UTC+8)."""
        if self.time_zone == "Asia/Shanghai":
            return gettext("China Standard Time (UTC+8)")
        noon = dt.datetime.combine(self.opens_on, dt.time(12), ZoneInfo(self.time_zone))
        minutes = int((noon.utcoffset() or dt.timedelta()).total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
        offset = f"{sign}{hours}:{rest:02d}" if rest else f"{sign}{hours}"
        return gettext("%(zone)s (UTC%(offset)s)") % {"zone": self.time_zone, "offset": offset}
