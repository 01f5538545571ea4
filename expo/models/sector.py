"""Sector: fields of technology on two levels; some are themes of the year with a page in the spotlight."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, NaturalKeyQuerySet, Record, one_language_at_least

HUES = [(letter, letter.upper()) for letter in "abcdesmu"]


class Cover(models.TextChoices):
    """What the drawn covers of a field look like; `expo/covers.py` draws them."""

    FIELD = "field", _("field lines")
    ORBIT = "orbit", _("orbits")
    LATTICE = "lattice", _("lattice")
    PATH = "path", _("paths")
    JOINT = "joint", _("joints")
    WAVE = "wave", _("waves")
    SHEET = "sheet", _("sheets")
    BEAM = "beam", _("beams")
    TRACE = "trace", _("traces")
    ROTOR = "rotor", _("rotors")
    GRID = "grid", _("grid")


class SectorQuerySet(NaturalKeyQuerySet):
    def public(self) -> SectorQuerySet:
        return self.select_related("parent")

    def themes(self) -> SectorQuerySet:
        return self.filter(is_theme=True).order_by("position", "slug")


class Sector(Record):
    PUBLIC_FIELDS = ("slug", "name_en", "name_zh", "claim_en", "claim_zh", "parent", "is_theme")

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120, blank=True)
    claim_en = models.TextField(_("what it is about (English)"), blank=True)
    claim_zh = models.TextField(_("what it is about (Chinese)"), blank=True)
    is_theme = models.BooleanField(_("theme of the year"), default=False)
    hue = models.CharField(_("hue"), max_length=1, choices=HUES, default="m")
    cover_family = models.CharField(_("cover"), max_length=12, choices=Cover, default=Cover.GRID)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name, claim = Bilingual(), Bilingual()
    objects = SectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["position", "slug"]
        constraints = [models.CheckConstraint(condition=one_language_at_least("name"), name="sector_named")]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        super().clean()
        if self.parent and (self.parent.parent_id or self.parent == self):
            raise ValidationError({"parent": _("Sectors have two levels: choose one of the first level.")})
        if self.parent and self.pk and self.children.exists():
            raise ValidationError({"parent": _("This sector has parts of its own, so it stays on the first level.")})

    def get_absolute_url(self) -> str:
        return reverse("sector-detail", args=[self.slug])
