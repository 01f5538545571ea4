"""Metrics: measurable statements that can be compared, of what is offered, can be done or is asked for."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from expo.models.base import Bilingual, NaturalKeyed, NaturalKeyQuerySet


class Parameter(NaturalKeyed):
    """A quantity that metrics of different innovations can be compared by."""

    class Better(models.TextChoices):
        HIGHER = "higher", _("higher is better")
        LOWER = "lower", _("lower is better")
        NEITHER = "neither", _("neither")

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=100)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100)
    unit = models.CharField(_("unit"), max_length=24, blank=True, help_text=_("As written: g/cm³, %, ms."))
    better = models.CharField(_("better"), max_length=8, choices=Better, default=Better.NEITHER)

    name = Bilingual()
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("parameter")
        verbose_name_plural = _("parameters")
        ordering = ["slug"]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else str(self.name)


class MeasuredQuerySet(NaturalKeyQuerySet):
    def reaching(self, low: Decimal | None, high: Decimal | None) -> MeasuredQuerySet:
        """Those that can be read as reaching the range a reader asks for, both ends included; None is no end.

        A value reaches what it lies in, a range what it touches. An open end promises nothing: “≥ 8” is at least 8 or
        7.5, but not at least 9, and never at most anything; “≤ 8” is at most 8 or 9, and never at least anything.
        One statement alone reaches both ends. Conditions are not looked at: the reader sees them beside the value.
        """
        one, at_least, at_most, between = Measured.Operator.EQ, Measured.Operator.GE, Measured.Operator.LE, "between"
        rows = self
        if low is not None:
            rows = rows.filter(Q(operator__in=[one, at_least], value__gte=low) | Q(operator=between, value_to__gte=low))
        if high is not None:
            rows = rows.filter(operator__in=[one, at_most, between], value__lte=high)
        return rows


class Measured(NaturalKeyed):
    """Parameter, operator, value or range, condition; or a change in per cent of a baseline."""

    class Operator(models.TextChoices):
        EQ = "eq", "="
        LE = "le", "≤"
        GE = "ge", "≥"
        BETWEEN = "between", _("from … to")

    parameter = models.ForeignKey(Parameter, models.PROTECT, related_name="%(class)ss", verbose_name=_("parameter"))
    operator = models.CharField(_("operator"), max_length=8, choices=Operator, default=Operator.EQ)
    value = models.DecimalField(_("value, or the lower end"), max_digits=18, decimal_places=6)
    value_to = models.DecimalField(_("upper end"), max_digits=18, decimal_places=6, null=True, blank=True)
    is_change = models.BooleanField(
        _("change in per cent"), default=False, help_text=_("−15 means fifteen per cent less than the baseline.")
    )
    baseline_en = models.CharField(_("compared with (English)"), max_length=120, blank=True)
    baseline_zh = models.CharField(_("compared with (Chinese)"), max_length=120, blank=True)
    condition_en = models.CharField(_("condition (English)"), max_length=160, blank=True)
    condition_zh = models.CharField(_("condition (Chinese)"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    baseline, condition = Bilingual(), Bilingual()
    objects = MeasuredQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(operator="between", value_to__isnull=False) & Q(value_to__gt=F("value")))
                | (~Q(operator="between") & Q(value_to=None)),
                name="%(class)s_range_in_order",
                violation_error_message=_("A range has a lower and a higher end; everything else has one value."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.parameter.name} {self.value:f}"

    @property
    def unit(self) -> str:
        return "%" if self.is_change else self.parameter.unit


class Metric(Measured):
    """What an innovation is said to reach."""

    NATURAL_KEY = ("innovation__slug", "parameter__slug", "position")

    innovation = models.ForeignKey("expo.Innovation", models.CASCADE, related_name="metrics")

    class Meta(Measured.Meta):
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")


class Capability(Measured):
    """What an instrument can measure or make, and how well."""

    NATURAL_KEY = ("instrument__slug", "parameter__slug", "position")

    instrument = models.ForeignKey("expo.Instrument", models.CASCADE, related_name="capabilities")
    parameter = models.ForeignKey(Parameter, models.PROTECT, related_name="capabilities", verbose_name=_("parameter"))

    class Meta(Measured.Meta):
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
