"""Figure: a number worth reading, with its unit, year, scope, definition and source."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, NaturalKeyQuerySet, Record


class FigureQuerySet(NaturalKeyQuerySet):
    def public(self) -> FigureQuerySet:
        """All that can be stood up for: a sample is no figure."""
        return self.exclude(origin="sample")


class Figure(Record):
    class Precision(models.TextChoices):
        EXACT = "exact", _("exactly")
        AT_LEAST = "at_least", _("at least")
        OVER = "over", _("more than")
        PROJECTED_OVER = "projected_over", _("projected to exceed")

    PUBLIC_FIELDS = (
        "slug", "label_en", "label_zh", "value", "precision", "unit", "year", "scope_en", "scope_zh", "definition_en",
        "definition_zh", "source_en", "source_zh", "stated_on",
    )  # fmt: skip

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    label_en = models.CharField(_("what it counts (English)"), max_length=200)
    label_zh = models.CharField(_("what it counts (Chinese)"), max_length=200)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=2)
    precision = models.CharField(_("precision"), max_length=16, choices=Precision, default=Precision.EXACT)
    unit = models.CharField(
        _("unit"), max_length=24, blank=True, help_text=_("CNY for money, otherwise empty: things counted.")
    )
    year = models.CharField(_("year or years"), max_length=20, blank=True)
    scope_en = models.CharField(_("scope (English)"), max_length=200)
    scope_zh = models.CharField(_("scope (Chinese)"), max_length=200)
    definition_en = models.TextField(_("definition (English)"))
    definition_zh = models.TextField(_("definition (Chinese)"))
    source_en = models.CharField(_("source (English)"), max_length=250)
    source_zh = models.CharField(_("source (Chinese)"), max_length=250)
    stated_on = models.DateField(_("stated on"), null=True, blank=True)
    on_home = models.BooleanField(_("on the home page"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    label, scope, definition, source = Bilingual(), Bilingual(), Bilingual(), Bilingual()
    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return str(self.label)
