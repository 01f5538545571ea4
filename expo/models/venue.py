"""Halls, zones, stands and places. Lengths are metres, from the north-west inner corner of the hall."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from expo.models.base import Bilingual, NaturalKeyQuerySet, Record, one_language_at_least
from expo.models.exhibitor import Exhibitor, ExhibitorState
from expo.models.sector import HUES


class Metres(models.DecimalField):
    """A length from 0 to 9999.99 m."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 6, "decimal_places": 2, **kwargs})

    default_validators = [MinValueValidator(Decimal(0))]


class Area(models.Model):
    """A rectangle on the floor of a hall, in metres."""

    x = Metres(_("from the west wall (m)"), default=0)
    y = Metres(_("from the north wall (m)"), default=0)
    width = Metres(_("width (m)"), default=0)
    depth = Metres(_("depth (m)"), default=0)

    class Meta:
        abstract = True

    @property
    def area(self) -> Decimal:
        """Square metres."""
        return self.width * self.depth

    def overlaps(self, other: Area) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.depth
            and other.y < self.y + self.depth
        )

    def lies_in(self, other: Area) -> bool:
        return (
            self.x >= other.x
            and self.y >= other.y
            and self.x + self.width <= other.x + other.width
            and self.y + self.depth <= other.y + other.depth
        )


class OfCurrentEdition(NaturalKeyQuerySet):
    """Rows with an `edition`: the public sees the current one's unless it asks for another."""

    def of(self, edition: object) -> OfCurrentEdition:
        return self.filter(edition=edition)

    def public(self) -> OfCurrentEdition:
        return self.filter(edition__is_current=True)


class Hall(Record):
    NATURAL_KEY = ("edition__number", "slug")
    PUBLIC_FIELDS = ("slug", "name_en", "name_zh", "width", "depth", "note_en", "note_zh")

    edition = models.ForeignKey("expo.Edition", models.PROTECT, related_name="halls", verbose_name=_("edition"))
    slug = models.SlugField(_("short name in addresses"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100, blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)
    note_zh = models.TextField(_("note (Chinese)"), blank=True)
    width = Metres(_("width (m)"))
    depth = Metres(_("depth (m)"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name, note = Bilingual(), Bilingual()
    objects = OfCurrentEdition.as_manager()

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        ordering = ["position", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="hall_slug_once_an_edition"),
            models.CheckConstraint(condition=one_language_at_least("name"), name="hall_named"),
            models.CheckConstraint(condition=Q(width__gt=0, depth__gt=0), name="hall_has_floor"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("hall-detail", args=[self.slug])


class Zone(Record, Area):
    """A part of the exhibition with a letter and a hue. Its place on a plan may come later: then the hall is empty."""

    NATURAL_KEY = ("edition__number", "letter")
    PUBLIC_FIELDS = ("letter", "slug", "name_en", "name_zh", "claim_en", "claim_zh", "hall", "is_sales_zone")

    edition = models.ForeignKey("expo.Edition", models.PROTECT, related_name="zones", verbose_name=_("edition"))
    letter = models.CharField(_("letter"), max_length=1)
    slug = models.SlugField(_("short name in addresses"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120, blank=True)
    claim_en = models.TextField(_("what it shows (English)"), blank=True)
    claim_zh = models.TextField(_("what it shows (Chinese)"), blank=True)
    hue = models.CharField(_("hue"), max_length=1, choices=HUES, default="m")
    hall = models.ForeignKey(Hall, models.SET_NULL, null=True, blank=True, related_name="zones", verbose_name=_("hall"))
    is_sales_zone = models.BooleanField(_("products are sold here"), default=False)

    name, claim = Bilingual(), Bilingual()
    objects = OfCurrentEdition.as_manager()

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ["letter"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "letter"], name="zone_letter_once_an_edition"),
            models.UniqueConstraint(fields=["edition", "slug"], name="zone_slug_once_an_edition"),
            models.CheckConstraint(condition=one_language_at_least("name"), name="zone_named"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("zone-detail", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        if self.hall and self.hall.edition_id != self.edition_id:
            raise ValidationError({"hall": _("This hall belongs to another edition.")})
        if self.hall and (self.x + self.width > self.hall.width or self.y + self.depth > self.hall.depth):
            raise ValidationError({"hall": _("The zone reaches beyond the walls of the hall.")})


check_number = RegexValidator(r"^[0-9]{1,3}[A-Z]?$", _("Write the number as on the sign: digits, perhaps a letter."))


class StandQuerySet(NaturalKeyQuerySet):
    def public(self) -> StandQuerySet:
        return self.filter(zone__edition__is_current=True).select_related("zone")

    def empty(self) -> StandQuerySet:
        return self.filter(exhibitor=None)


class Stand(Record, Area):
    """A numbered place in a zone. One exhibitor holds it; that exhibitor's co-exhibitors share it."""

    NATURAL_KEY = ("zone__edition__number", "zone__letter", "number")
    PUBLIC_FIELDS = ("number", "zone", "x", "y", "width", "depth", "exhibitor")

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="stands", verbose_name=_("zone"))
    number = models.CharField(_("number"), max_length=6, validators=[check_number])
    exhibitor = models.ForeignKey(
        "expo.Exhibitor", models.SET_NULL, null=True, blank=True, related_name="stands", verbose_name=_("exhibitor")
    )

    objects = StandQuerySet.as_manager()

    class Meta:
        verbose_name = _("stand")
        verbose_name_plural = _("stands")
        ordering = ["zone__letter", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "number"],
                name="stand_number_once_a_zone",
                violation_error_message=_("This zone has a stand of that number."),
            ),
            models.CheckConstraint(condition=Q(width__gt=0, depth__gt=0), name="stand_has_floor"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        hall = self.zone.hall
        return (
            f"{hall.get_absolute_url()}?stand={self.code}#stand-{self.code}" if hall else self.zone.get_absolute_url()
        )

    @property
    def holder(self) -> Exhibitor | None:
        """Its exhibitor as the public sees it: only an accepted one."""
        return self.exhibitor if self.exhibitor and self.exhibitor.state == ExhibitorState.ACCEPTED else None

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        self.number = self.number.strip().upper()
        super().clean_fields(exclude=exclude)

    @property
    def code(self) -> str:
        """As on the signs: zone letter and number, like C12."""
        return f"{self.zone.letter}{self.number}"

    @property
    def order(self) -> tuple[str, str]:
        """By which stands are listed: 2 before 2A before 10."""
        number = self.number if self.number[-1:].isalpha() else f"{self.number} "
        return self.zone.letter, number.rjust(7)

    def clean(self) -> None:
        super().clean()
        if self.zone_id and self.zone.hall_id and not self.lies_in(self.zone):
            raise ValidationError({"zone": _("The stand reaches beyond its zone.")})


class PlacePoint(Record):
    """A stage, room, entrance or service on a hall's floor."""

    class Kind(models.TextChoices):
        ENTRANCE = "entrance", _("entrance")
        EXIT = "exit", _("emergency exit")
        STAGE = "stage", pgettext_lazy("on a plan", "stage")
        ROOM = "room", _("room")
        INFORMATION = "information", _("information")
        TOILET = "toilet", _("toilet")
        ACCESSIBLE_TOILET = "accessible_toilet", _("accessible toilet")
        FIRST_AID = "first_aid", _("first aid")
        FOOD = "food", _("food and drink")
        LIFT = "lift", _("lift")
        STAIRS = "stairs", _("stairs")
        WARDROBE = "wardrobe", _("wardrobe")

    NATURAL_KEY = ("hall__edition__number", "hall__slug", "slug")
    PUBLIC_FIELDS = ("slug", "kind", "name_en", "name_zh", "hall", "x", "y")

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="places", verbose_name=_("hall"))
    slug = models.SlugField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100, blank=True)
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="places", verbose_name=_("zone")
    )
    x = Metres(_("from the west wall (m)"))
    y = Metres(_("from the north wall (m)"))

    name = Bilingual()
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["hall", "kind", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "slug"], name="place_slug_once_a_hall"),
            models.CheckConstraint(condition=one_language_at_least("name"), name="place_named"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hall})"

    def clean(self) -> None:
        super().clean()
        if self.hall_id and (self.x > self.hall.width or self.y > self.hall.depth):
            raise ValidationError(_("The place lies beyond the walls of the hall."))
