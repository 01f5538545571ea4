"""TermSheet: one numbered version of a deal's terms, with its lines of technology, team and equity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from expo.errors import DomainError
from expo.identifiers import check_cn_patent
from expo.models import IpRight
from expo.models.base import Bilingual, NaturalKeyed, NaturalKeyQuerySet, Stamped, Versioned, one_language_at_least
from matchmaking import equity
from matchmaking.models.deal import Deal


class TermSheet(Versioned, Stamped, NaturalKeyed):
    """`content_hash` is the SHA-256 of all terms in one fixed order: everybody signs one and the same text."""

    NATURAL_KEY = ("deal__code", "number")

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="term_sheets", verbose_name=_("deal"))
    number = models.PositiveSmallIntegerField(_("version number"), validators=[MinValueValidator(1)])
    is_current = models.BooleanField(_("in force"), default=True, editable=False)
    content_hash = models.CharField(_("content hash"), max_length=64, blank=True, editable=False)
    par_value = models.DecimalField(
        _("value of a unit"), max_digits=18, decimal_places=2, default=Decimal("1.00"),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("In a limited company one unit is one yuan of registered capital."),
    )  # fmt: skip
    total_units = models.PositiveBigIntegerField(
        _("units in all"), null=True, blank=True, help_text=_("The lines below must add up to it.")
    )
    vesting_months = models.PositiveSmallIntegerField(_("vesting (months)"), null=True, blank=True)
    cliff_months = models.PositiveSmallIntegerField(_("nothing before month"), null=True, blank=True)
    note_en = models.TextField(_("what is new in this version (English)"), blank=True)
    note_zh = models.TextField(_("what is new in this version (Chinese)"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip

    note = Bilingual()
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("term sheet")
        verbose_name_plural = _("term sheets")
        ordering = ["deal", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "number"], name="term_sheet_number_once"),
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(is_current=True),
                name="term_sheet_one_current",
                violation_error_message=_("This deal has another term sheet in force."),
            ),
            models.CheckConstraint(
                condition=Q(cliff_months=None) | Q(vesting_months__gte=F("cliff_months")),
                name="term_sheet_cliff_within_vesting",
                violation_error_message=_("The first vesting lies after the last one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal}, {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse_when_frozen(self.deal)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_when_frozen(self.deal)
        return super().delete(*args, **kwargs)

    @property
    def is_sample(self) -> bool:
        return self.deal.is_sample


def refuse_when_frozen(deal: Deal) -> None:
    """What is signed or closed changes no more, whoever writes it."""
    if deal.is_frozen:
        raise DomainError(_("“%(deal)s” is signed or closed: its terms change no more.") % {"deal": deal})


class Line(NaturalKeyed):
    """What the lines of a term sheet share."""

    NATURAL_KEY = ("term_sheet__deal__code", "term_sheet__number", "position")

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse_when_frozen(self.term_sheet.deal)  # type: ignore[attr-defined]
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_when_frozen(self.term_sheet.deal)  # type: ignore[attr-defined]
        return super().delete(*args, **kwargs)


class TechnologyLine(Line):
    """An asset that goes into the company or is licensed, with the right given and its price."""

    class Right(models.TextChoices):
        OWNERSHIP = "ownership", _("ownership")
        USE_RIGHT = "use_right", _("right of use")

    class PriceBasis(models.TextChoices):
        NEGOTIATED = "negotiated", _("by negotiation")
        LISTED = "listed", _("by listing")
        AUCTION = "auction", _("by auction")

    term_sheet = models.ForeignKey(TermSheet, models.CASCADE, related_name="technology_lines")
    title_en = models.CharField(_("asset (English)"), max_length=200, blank=True)
    title_zh = models.CharField(_("asset (Chinese)"), max_length=200, blank=True)
    innovation = models.ForeignKey(
        "expo.Innovation", models.PROTECT, null=True, blank=True, related_name="technology_lines",
        verbose_name=_("innovation"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=20, choices=IpRight.Kind)
    number = models.CharField(_("number"), max_length=40, blank=True)
    right = models.CharField(_("right given"), max_length=12, choices=Right, default=Right.OWNERSHIP)
    appraised_value = models.DecimalField(
        _("appraised value"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    agreed_value = models.DecimalField(
        _("agreed value"), max_digits=18, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    price_basis = models.CharField(_("price basis"), max_length=12, choices=PriceBasis, default=PriceBasis.NEGOTIATED)
    appraised_on = models.DateField(_("appraised on"), null=True, blank=True)

    title = Bilingual()

    class Meta(Line.Meta):
        verbose_name = _("technology line")
        verbose_name_plural = _("technology lines")
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("title"), name="technology_line_titled"),
            models.CheckConstraint(condition=Q(agreed_value__gte=0), name="technology_line_agreed_not_negative"),
            models.CheckConstraint(
                condition=Q(appraised_value=None) | Q(agreed_value__lte=F("appraised_value")),
                name="technology_line_agreed_within_appraised",
                violation_error_message=_("The agreed value is above the appraised value."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        super().clean()
        if self.number and self.kind in IpRight.PATENTS:
            try:
                check_cn_patent(self.number)
            except ValidationError as error:
                raise ValidationError({"number": error}) from error


class TeamLine(Line):
    """A person of the research team: the part in the result, and how much time goes into the company."""

    class Role(models.TextChoices):
        PI = "pi", _("lead")
        CORE = "core", _("core member")
        MEMBER = "member", _("member")
        STUDENT = "student", _("student")
        EXTERNAL = "external", _("external")

    class Commitment(models.TextChoices):
        FULL_TIME = "full_time", _("full time")
        SABBATICAL = "sabbatical", _("on leave to found")
        CONCURRENT = "concurrent", _("part time beside the post")
        SECONDMENT = "secondment", _("seconded")
        CONSULTING = "consulting", _("adviser")

    term_sheet = models.ForeignKey(TermSheet, models.CASCADE, related_name="team_lines")
    name_en = models.CharField(_("name (English)"), max_length=150, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    contribution = models.DecimalField(
        _("contribution to the result, %"), max_digits=5, decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )  # fmt: skip
    commitment = models.CharField(_("commitment"), max_length=12, choices=Commitment)
    fte = models.DecimalField(
        _("full-time equivalent"), max_digits=3, decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))], help_text=_("1 is full time."),
    )  # fmt: skip
    months = models.PositiveSmallIntegerField(_("for how many months"), null=True, blank=True)

    name = Bilingual()

    class Meta(Line.Meta):
        verbose_name = _("team line")
        verbose_name_plural = _("team lines")
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("name"), name="team_line_named"),
            models.CheckConstraint(condition=Q(contribution__range=(0, 100)), name="team_line_contribution_0_to_100"),
            models.CheckConstraint(condition=Q(fte__range=(0, 1)), name="team_line_fte_0_to_1"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class EquityLine(Line):
    """Units proposed for a holder. Units are whole numbers; percentages are derived and never stored."""

    class Contribution(models.TextChoices):
        CASH = equity.CASH, _("cash")
        TECHNOLOGY = equity.TECHNOLOGY, _("technology")
        POOL = equity.POOL, _("option pool")
        GRANT = equity.GRANT, _("converted grant")

    class Family(models.TextChoices):
        """Who holds: it gives the color in the cap table."""

        INVESTOR = "investor", _("investor")
        INSTITUTION = "institution", _("university or institute")
        TEAM = "team", _("team")
        POOL = "pool", _("option pool")
        FUND = "fund", _("fund")

    term_sheet = models.ForeignKey(TermSheet, models.CASCADE, related_name="equity_lines")
    short = models.CharField(_("short name"), max_length=12, help_text=_("As in a table: INV, UNI, PI."))
    holder_en = models.CharField(_("holder (English)"), max_length=200, blank=True)
    holder_zh = models.CharField(_("holder (Chinese)"), max_length=200, blank=True)
    family = models.CharField(_("kind of holder"), max_length=12, choices=Family)
    contribution = models.CharField(_("brings in"), max_length=12, choices=Contribution)
    member = models.ForeignKey(
        TeamLine,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="equity_lines",
        verbose_name=_("team member"),
        help_text=_("Where the holder is a person of the team."),
    )
    units = models.PositiveBigIntegerField(_("units"), validators=[MinValueValidator(1)])
    note_en = models.CharField(_("note (English)"), max_length=200, blank=True)
    note_zh = models.CharField(_("note (Chinese)"), max_length=200, blank=True)

    holder, note = Bilingual(), Bilingual()

    class Meta(Line.Meta):
        verbose_name = _("equity line")
        verbose_name_plural = _("equity lines")
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("holder"), name="equity_line_has_holder"),
            models.CheckConstraint(
                condition=Q(units__gt=0), name="equity_line_units_positive",
                violation_error_message=_("Units are whole numbers above zero."),
            ),
            models.UniqueConstraint(
                fields=["term_sheet", "short", "contribution"],
                name="equity_line_once",
                violation_error_message=_("This holder is listed already with the same contribution."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.short} {self.units:,}"

    def clean(self) -> None:
        super().clean()
        if self.member and self.member.term_sheet_id != self.term_sheet_id:
            raise ValidationError({"member": _("This person is in the team of another term sheet.")})

    @property
    def is_of_team(self) -> bool:
        return self.family == self.Family.TEAM
