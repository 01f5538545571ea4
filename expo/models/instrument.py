"""Instrument: large equipment that others may use; how, for what, and at what rate."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from simple_history.models import HistoricalRecords

from expo.models.base import Bilingual, NaturalKeyed, NaturalKeyQuerySet, Stateful, one_language_at_least

if TYPE_CHECKING:
    from expo.models.organization import Organization


class InstrumentState(models.TextChoices):
    HIDDEN = "hidden", _("hidden")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    AVAILABLE = "available", _("available")
    MAINTENANCE = "maintenance", _("under maintenance")
    FAULT = "fault", _("out of order")
    RETIRED = "retired", _("retired")


S = InstrumentState
INSTRUMENT_MOVES: dict[str, tuple[str, ...]] = {
    S.HIDDEN: (S.SUBMITTED, S.AVAILABLE, S.RETIRED),
    S.SUBMITTED: (S.AVAILABLE, S.RETURNED, S.RETIRED),
    S.RETURNED: (S.HIDDEN, S.RETIRED),
    S.AVAILABLE: (S.MAINTENANCE, S.FAULT, S.HIDDEN, S.RETIRED),
    S.MAINTENANCE: (S.AVAILABLE, S.FAULT, S.HIDDEN, S.RETIRED),
    S.FAULT: (S.AVAILABLE, S.MAINTENANCE, S.HIDDEN, S.RETIRED),
    S.RETIRED: (),
}

INSTRUMENTS_SHOWN = (S.AVAILABLE, S.MAINTENANCE, S.FAULT)
currency_code = RegexValidator(r"^[A-Z]{3}$", _("Write the currency as three capitals, like CNY."))


class InstrumentQuerySet(NaturalKeyQuerySet):
    def public(self) -> InstrumentQuerySet:
        """Those that others may use, working or soon to work again."""
        rows = self.filter(state__in=INSTRUMENTS_SHOWN, external_open=True)
        return rows.select_related("organization", "platform", "sector")

    def waiting(self) -> InstrumentQuerySet:
        return self.filter(state=InstrumentState.SUBMITTED)

    def of_organization(self, organization: Organization) -> InstrumentQuerySet:
        return self.filter(organization=organization)


class Instrument(Stateful):
    MOVES = INSTRUMENT_MOVES
    PUBLIC_FIELDS = (
        "slug", "name_en", "name_zh", "claim_en", "claim_zh", "functions_en", "functions_zh", "specification_en",
        "specification_zh", "manufacturer", "model_name", "made_in", "organization", "platform", "sector",
        "location_en", "location_zh", "qualification_required", "state",
    )  # fmt: skip

    LINES = ("service_modes", "rates", "capabilities")

    slug = models.SlugField(_("short name in addresses"), max_length=100, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    claim_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    claim_zh = models.CharField(_("in one sentence (Chinese)"), max_length=300, blank=True)
    functions_en = models.TextField(_("what it can do (English)"), blank=True)
    functions_zh = models.TextField(_("what it can do (Chinese)"), blank=True)
    specification_en = models.TextField(_("technical specification (English)"), blank=True)
    specification_zh = models.TextField(_("technical specification (Chinese)"), blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=150, blank=True)
    model_name = models.CharField(_("model"), max_length=100, blank=True)
    made_in = CountryField(_("country of origin"), blank=True)
    commissioned_on = models.DateField(_("in service since"), null=True, blank=True)
    original_value = models.DecimalField(
        _("original value"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[currency_code])
    organization = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="instruments", verbose_name=_("owner")
    )
    platform = models.ForeignKey(
        "expo.InnovationPlatform", models.SET_NULL, null=True, blank=True, related_name="instruments",
        verbose_name=_("platform"),
    )  # fmt: skip
    sector = models.ForeignKey(
        "expo.Sector", models.PROTECT, null=True, blank=True, related_name="instruments", verbose_name=_("sector")
    )
    location_en = models.CharField(_("where it stands (English)"), max_length=200, blank=True)
    location_zh = models.CharField(_("where it stands (Chinese)"), max_length=200, blank=True)
    external_open = models.BooleanField(_("open to others"), default=True)
    qualification_required = models.BooleanField(
        _("qualification required"), default=False, help_text=_("Who works at it alone must have been trained on it.")
    )
    contact_name = models.CharField(_("contact"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=InstrumentState, default=InstrumentState.HIDDEN)
    position = models.PositiveSmallIntegerField(_("position"), default=1000, help_text=_("Small numbers come first."))

    pictures = GenericRelation("expo.Picture")

    name, claim, functions = Bilingual(), Bilingual(), Bilingual()
    specification, location = Bilingual(), Bilingual()
    objects = InstrumentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("name"), name="instrument_named"),
            models.CheckConstraint(
                condition=Q(original_value=None) | Q(original_value__gte=0), name="instrument_value_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["state", "position", "slug"], name="instrument_listed")]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("instrument-detail", args=[self.slug])

    @property
    def hue(self) -> str:
        return self.sector.hue if self.sector else "m"

    @property
    def cover_family(self) -> str:
        return self.sector.cover_family if self.sector else "trace"


class ServiceMode(NaturalKeyed):
    """One way in which an instrument may be used."""

    class Mode(models.TextChoices):
        SAMPLE_TEST = "sample_test", _("send a sample")
        SELF_OPERATED = "self_operated", _("work at it yourself")
        ASSISTED = "assisted", _("work at it with help")
        REMOTE = "remote", _("remote control")

    NATURAL_KEY = ("instrument__slug", "mode")

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="service_modes")
    mode = models.CharField(_("mode"), max_length=16, choices=Mode)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("service mode")
        verbose_name_plural = _("service modes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["instrument", "mode"], name="service_mode_once")]

    def __str__(self) -> str:
        return self.get_mode_display()


class Rate(NaturalKeyed):
    """What an hour or a sample costs, and for whom."""

    class Audience(models.TextChoices):
        INTERNAL = "internal", _("own organization")
        EXTERNAL = "external", _("others")
        SME_VOUCHER = "sme_voucher", _("small firms with an innovation voucher")

    class Basis(models.TextChoices):
        HOUR = "hour", _("per hour")
        SAMPLE = "sample", _("per sample")

    NATURAL_KEY = ("instrument__slug", "audience", "basis")

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="rates")
    audience = models.CharField(_("for"), max_length=12, choices=Audience, default=Audience.EXTERNAL)
    basis = models.CharField(_("charged"), max_length=8, choices=Basis, default=Basis.HOUR)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[currency_code])

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["audience", "basis"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "audience", "basis"],
                name="rate_once",
                violation_error_message=_("This rate is stated already."),
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="rate_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}, {self.get_basis_display()}"
