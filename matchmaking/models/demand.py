"""Demand: what an enterprise needs, in figures an offer can be held against; and how much of it is public."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from expo.models import Measured, Mode, Organization, Parameter, Region
from expo.models.base import Bilingual, NaturalKeyed, NaturalKeyQuerySet, Stateful, one_language_at_least
from expo.models.instrument import currency_code
from matchmaking.models.codes import is_code, new_code
from matchmaking.models.naming import gives_away, identifying_words

CODED = "d-"


class DemandState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    VERIFIED = "verified", _("verified")
    PUBLISHED = "published", _("published")
    MATCHING = "matching", _("in matching")
    NEGOTIATING = "negotiating", _("in negotiation")
    CONTRACTED = "contracted", _("contracted")
    SOLVED = "solved", _("solved")
    UNSOLVED = "unsolved", _("unsolved")
    RETURNED = "returned", _("returned")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")
    ARCHIVED = "archived", _("archived")


S = DemandState
# Nothing closes without an outcome: from `published` on, the ways out are a contract, withdrawal and expiry.
DEMAND_MOVES: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.SUBMITTED, S.WITHDRAWN),
    S.SUBMITTED: (S.VERIFIED, S.RETURNED, S.WITHDRAWN),
    S.RETURNED: (S.DRAFT, S.WITHDRAWN),
    S.VERIFIED: (S.PUBLISHED, S.RETURNED, S.WITHDRAWN),
    S.PUBLISHED: (S.MATCHING, S.WITHDRAWN, S.EXPIRED),
    S.MATCHING: (S.NEGOTIATING, S.WITHDRAWN, S.EXPIRED),
    S.NEGOTIATING: (S.MATCHING, S.CONTRACTED, S.WITHDRAWN, S.EXPIRED),
    S.CONTRACTED: (S.SOLVED, S.UNSOLVED),
    S.SOLVED: (S.ARCHIVED,),
    S.UNSOLVED: (S.ARCHIVED,),
    S.WITHDRAWN: (S.ARCHIVED,),
    S.EXPIRED: (S.DRAFT, S.ARCHIVED),
    S.ARCHIVED: (),
}
OPEN_STATES = (S.PUBLISHED, S.MATCHING, S.NEGOTIATING)
SHOWN_STATES = (*OPEN_STATES, S.CONTRACTED, S.SOLVED)


class Confidentiality(models.TextChoices):
    PUBLIC = "public", _("public, with our name")
    ANONYMOUS = "anonymous", _("anonymous: the content without our name")
    NDA_ONLY = "nda_only", _("title only; the rest after a confidentiality agreement")


def is_coded(slug: str) -> bool:
    """Whether an address tells nothing."""
    return slug.startswith(CODED) and is_code(slug.removeprefix(CODED))


class DemandQuerySet(NaturalKeyQuerySet):
    def public(self) -> DemandQuerySet:
        return self.filter(state__in=SHOWN_STATES).with_shown().select_related("sector", "organization")

    def open(self) -> DemandQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def named(self) -> DemandQuerySet:
        """Those whose organization the public may see and search by."""
        return self.filter(confidentiality=Confidentiality.PUBLIC)

    def detailed(self) -> DemandQuerySet:
        """Those whose targets and budget the public may see and search by."""
        return self.exclude(confidentiality=Confidentiality.NDA_ONLY)

    def waiting(self) -> DemandQuerySet:
        return self.filter(state__in=[DemandState.SUBMITTED, DemandState.VERIFIED])

    def of_organization(self, organization: Organization) -> DemandQuerySet:
        return self.filter(organization=organization)

    def with_shown(self) -> DemandQuerySet:
        """`shown_…` columns hold what the public may search, sort and count by; empty where it may not."""
        detailed = ~Q(confidentiality=Confidentiality.NDA_ONLY)
        named = Q(confidentiality=Confidentiality.PUBLIC)
        texts = {name: (detailed, name) for name in DETAILED_TEXTS}
        texts |= {f"organization_{lang}": (named, f"organization__name_{lang}") for lang in ("en", "zh")}
        columns: dict[str, Any] = {
            f"shown_{name}": Case(When(rule, then=F(path)), default=Value(""), output_field=models.TextField())
            for name, (rule, path) in texts.items()
        }
        for name in ("budget_min", "budget_max", "deadline"):
            columns[f"shown_{name}"] = Case(When(detailed, then=F(name)), default=None)
        return self.annotate(**columns)


DETAILED_TEXTS = ("problem_en", "problem_zh", "situation_en", "situation_zh", "limits_en", "limits_zh")


class Demand(Stateful):
    class Kind(models.TextChoices):
        KEY_TECHNOLOGY = "key_technology", _("key technology")
        PROCESS = "process", _("better process")
        PRODUCT = "product", _("new product")
        EQUIPMENT = "equipment", _("equipment")
        TESTING = "testing", _("testing")
        TALENT = "talent", _("people and teams")
        CAPITAL_TEAM = "capital_team", _("a team to build with")

    class IpExpectation(models.TextChoices):
        OWN = "own", _("to own the rights")
        EXCLUSIVE = "exclusive", _("an exclusive license")
        SHARED = "shared", _("shared rights")
        LICENSE = "license", _("a license")

    class UnsolvedReason(models.TextChoices):
        TARGETS_MISSED = "targets_missed", _("targets missed")
        TOO_LATE = "too_late", _("too late")
        TOO_EXPENSIVE = "too_expensive", _("too expensive")
        PARTNER_LEFT = "partner_left", _("the partner left")
        NEED_GONE = "need_gone", _("the need is gone")
        OTHER = "other", _("other")

    MOVES = DEMAND_MOVES
    PUBLIC_FIELDS = (
        "slug", "title_en", "title_zh", "claim_en", "claim_zh", "kind", "sector", "confidentiality", "state",
    )  # fmt: skip
    DETAILED_FIELDS = (
        *DETAILED_TEXTS, "budget_min", "budget_max", "currency", "budget_reason_en", "budget_reason_zh", "deadline",
        "accepts_equity", "ip_expectation", "trl_wanted", "wants_team", "region_wanted",
    )  # fmt: skip
    CONFIDENTIAL_FIELDS = ("decision_owner", "decision_owner_email", "verified_by", "verified_at")
    LINES = ("wanted_modes", "target_metrics")

    slug = models.SlugField(
        _("short name in addresses"), max_length=100, unique=True, blank=True,
        help_text=_("Empty: a code. What is not public with its name always has a code."),
    )  # fmt: skip
    organization = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="demands", verbose_name=_("enterprise")
    )
    confidentiality = models.CharField(
        _("what the public sees"), max_length=12, choices=Confidentiality, default=Confidentiality.PUBLIC
    )
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    claim_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    claim_zh = models.CharField(_("in one sentence (Chinese)"), max_length=300, blank=True)
    problem_en = models.TextField(_("the problem (English)"), blank=True)
    problem_zh = models.TextField(_("the problem (Chinese)"), blank=True)
    situation_en = models.TextField(_("how it is done today (English)"), blank=True)
    situation_zh = models.TextField(_("how it is done today (Chinese)"), blank=True)
    limits_en = models.TextField(_("what must not change (English)"), blank=True)
    limits_zh = models.TextField(_("what must not change (Chinese)"), blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.KEY_TECHNOLOGY)
    sector = models.ForeignKey(
        "expo.Sector", models.PROTECT, null=True, blank=True, related_name="demands", verbose_name=_("sector")
    )
    trl_wanted = models.PositiveSmallIntegerField(
        _("TRL wanted, at least"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    budget_min = models.DecimalField(
        _("budget from"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    budget_max = models.DecimalField(
        _("budget to"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[currency_code])
    budget_reason_en = models.CharField(
        _("why no budget is stated (English)"), max_length=200, blank=True, help_text=_("“Negotiable”, and why.")
    )
    budget_reason_zh = models.CharField(_("why no budget is stated (Chinese)"), max_length=200, blank=True)
    deadline = models.DateField(_("needed by"), null=True, blank=True)
    accepts_equity = models.BooleanField(_("would give shares"), null=True, blank=True)
    wants_team = models.BooleanField(_("the people should come along"), null=True, blank=True)
    region_wanted = models.CharField(
        _("region of the partner"), max_length=6, choices=Region, blank=True,
        help_text=_("Empty: anywhere. A wish, no condition."),
    )  # fmt: skip
    ip_expectation = models.CharField(_("wish for the rights"), max_length=12, choices=IpExpectation, blank=True)
    decision_owner = models.CharField(
        _("who decides"), max_length=150, blank=True, help_text=_("The person with the authority. Never shown.")
    )
    decision_owner_email = models.EmailField(_("e-mail of who decides"), blank=True, help_text=_("Never shown."))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("verified by"),
    )  # fmt: skip
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True, editable=False)
    expires_on = models.DateField(_("shown until"), null=True, blank=True)
    unsolved_reason = models.CharField(_("why unsolved"), max_length=16, choices=UnsolvedReason, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=DemandState, default=DemandState.DRAFT)
    position = models.PositiveSmallIntegerField(_("position"), default=1000, help_text=_("Small numbers come first."))

    title, claim, problem = Bilingual(), Bilingual(), Bilingual()
    situation, limits, budget_reason = Bilingual(), Bilingual(), Bilingual()
    objects = DemandQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["decision_owner", "decision_owner_email"])

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("title"), name="demand_titled"),
            models.CheckConstraint(
                condition=Q(budget_min=None) | Q(budget_max=None) | Q(budget_max__gte=F("budget_min")),
                name="demand_budget_in_order",
                violation_error_message=_("The budget ends below where it begins."),
            ),
            models.CheckConstraint(
                condition=Q(budget_min=None) | Q(budget_min__gte=0), name="demand_budget_min_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(budget_max=None) | Q(budget_max__gte=0), name="demand_budget_max_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(trl_wanted=None) | Q(trl_wanted__range=(1, 9)), name="demand_trl_1_to_9"
            ),
            models.CheckConstraint(
                condition=Q(confidentiality="public") | Q(slug__startswith=CODED),
                name="demand_unnamed_has_code",
                violation_error_message=_("Its address would name what is not to be named."),
            ),
            models.CheckConstraint(
                condition=~Q(state="unsolved") | ~Q(unsolved_reason=""),
                name="demand_unsolved_has_reason",
                violation_error_message=_("Say why it is unsolved."),
            ),
        ]
        indexes = [models.Index(fields=["state", "position", "slug"], name="demand_listed")]

    def __str__(self) -> str:
        return str(self.title)

    def clean_fields(self, exclude: object = None) -> None:
        """What is not named gets a code for an address that never told the name: not its own of named days either."""
        if not self.slug or (not self.is_named and (not self.has_code or self._was_named_here())):
            self.slug = CODED + new_code()
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]

    def _was_named_here(self) -> bool:
        """Whether its page, at the address it has now, still tells the name."""
        rows = Demand._base_manager.filter(pk=self.pk, slug=self.slug, confidentiality=Confidentiality.PUBLIC)
        return self.pk is not None and rows.exists()

    def clean(self) -> None:
        super().clean()
        self.check_that_none_names_it(self, ("title", "claim", "problem", "situation", "limits", "budget_reason"))

    def check_that_none_names_it(self, record: models.Model, texts: tuple[str, ...]) -> None:
        """ValidationError at each text of a record that tells who asks, where the public is not to know it."""
        if self.is_named or not self.organization_id:
            return
        names = identifying_words(self.organization)
        found = {
            field: _("This text names the enterprise, but the public is not to know it. Take the name out.")
            for field in (f"{text}_{lang}" for text in texts for lang in ("en", "zh"))
            if gives_away(getattr(record, field), names)
        }
        if found:
            raise ValidationError(found)

    def get_absolute_url(self) -> str:
        return reverse("matchmaking:demand-detail", args=[self.slug])

    @property
    def has_code(self) -> bool:
        return is_coded(self.slug)

    @property
    def is_named(self) -> bool:
        return self.confidentiality == Confidentiality.PUBLIC

    @property
    def is_detailed(self) -> bool:
        """Whether the public sees more than its title."""
        return self.confidentiality != Confidentiality.NDA_ONLY

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def named_organization(self) -> Organization | None:
        """The enterprise, where the public may know it. Pages, feeds and JSON-LD read this, never `organization`."""
        return self.organization if self.is_named else None

    @property
    def shown_targets(self) -> list[TargetMetric]:
        """The targets the public may see."""
        return list(self.target_metrics.all()) if self.is_detailed else []

    @property
    def hue(self) -> str:
        return self.sector.hue if self.sector else "m"

    @property
    def cover_family(self) -> str:
        return self.sector.cover_family if self.sector else "grid"


class WantedMode(NaturalKeyed):
    """One way of cooperation that the enterprise could agree to."""

    NATURAL_KEY = ("demand__slug", "mode")

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="wanted_modes")
    mode = models.CharField(_("mode"), max_length=20, choices=Mode)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("mode wanted")
        verbose_name_plural = _("modes wanted")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["demand", "mode"], name="wanted_mode_once")]

    def __str__(self) -> str:
        return self.get_mode_display()


class TargetMetric(Measured):
    """A figure that an answer must reach. A change in per cent (−10) is held against today's baseline."""

    NATURAL_KEY = ("demand__slug", "parameter__slug", "position")

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="target_metrics")
    parameter = models.ForeignKey(Parameter, models.PROTECT, related_name="target_metrics", verbose_name=_("parameter"))

    class Meta(Measured.Meta):
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def clean(self) -> None:
        super().clean()
        self.demand.check_that_none_names_it(self, ("baseline", "condition"))
