"""InnovationPlatform: laboratories, centers and bases that research and firms may lean on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from expo.models.base import Bilingual, NaturalKeyQuerySet, Stateful, one_language_at_least


class PlatformState(models.TextChoices):
    APPLIED = "applied", _("applied for")
    APPROVED = "approved", _("approved")
    OPERATING = "operating", _("operating")
    UNDER_RECTIFICATION = "under_rectification", _("under rectification")
    DELISTED = "delisted", _("delisted")
    MERGED = "merged", _("merged")


S = PlatformState
PLATFORM_MOVES: dict[str, tuple[str, ...]] = {
    S.APPLIED: (S.APPROVED, S.DELISTED),
    S.APPROVED: (S.OPERATING, S.DELISTED),
    S.OPERATING: (S.UNDER_RECTIFICATION, S.DELISTED, S.MERGED),
    S.UNDER_RECTIFICATION: (S.OPERATING, S.DELISTED, S.MERGED),
    S.DELISTED: (),
    S.MERGED: (),
}


class PlatformQuerySet(NaturalKeyQuerySet):
    def public(self) -> PlatformQuerySet:
        """Those that work, and those told to mend something; with what a card names."""
        open_ones = [PlatformState.OPERATING, PlatformState.UNDER_RECTIFICATION]
        return self.filter(state__in=open_ones).select_related("organization", "sector")


class InnovationPlatform(Stateful):
    class Kind(models.TextChoices):
        """As the state names them. National key laboratories were called state key laboratories before."""

        NATIONAL_KEY_LAB = "national_key_lab", _("national key laboratory")
        NATIONAL_LAB = "national_lab", _("national laboratory")
        ENGINEERING_TECH_CENTER = "engineering_tech_center", _("engineering technology research center")
        ENGINEERING_RESEARCH_CENTER = "engineering_research_center", _("engineering research center")
        TECH_INNOVATION_CENTER = "tech_innovation_center", _("technology innovation center")
        ENTERPRISE_TECH_CENTER = "enterprise_tech_center", _("enterprise technology center")
        NEW_RND = "new_rnd", _("new research and development institution")
        PILOT_BASE = "pilot_base", _("pilot base")
        POC_CENTER = "poc_center", _("proof-of-concept center")
        INCUBATOR = "incubator", _("incubator")

    class Level(models.TextChoices):
        NATIONAL = "national", _("national")
        PROVINCIAL = "provincial", _("provincial")
        MUNICIPAL = "municipal", _("municipal")

    class Evaluation(models.TextChoices):
        EXCELLENT = "excellent", _("excellent")
        GOOD = "good", _("good")
        PASS = "pass", _("passed")
        FAIL = "fail", pgettext_lazy("evaluation", "failed")

    MOVES = PLATFORM_MOVES
    PUBLIC_FIELDS = (
        "slug", "name_en", "name_zh", "claim_en", "claim_zh", "about_en", "about_zh", "kind", "level", "organization",
        "co_hosts", "successor", "sector", "approver_en", "approver_zh", "approved_on", "valid_to", "evaluation",
        "state",
    )  # fmt: skip

    slug = models.SlugField(_("short name in addresses"), max_length=100, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    claim_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    claim_zh = models.CharField(_("in one sentence (Chinese)"), max_length=300, blank=True)
    about_en = models.TextField(_("what it offers (English)"), blank=True)
    about_zh = models.TextField(_("what it offers (Chinese)"), blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    organization = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="platforms", verbose_name=_("host")
    )
    co_hosts = models.ManyToManyField(
        "expo.Organization", blank=True, related_name="co_hosted_platforms", verbose_name=_("co-hosts")
    )
    sector = models.ForeignKey(
        "expo.Sector", models.PROTECT, null=True, blank=True, related_name="platforms", verbose_name=_("sector")
    )
    approver_en = models.CharField(_("approved by (English)"), max_length=200, blank=True)
    approver_zh = models.CharField(_("approved by (Chinese)"), max_length=200, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("Empty: until further notice."))
    evaluation = models.CharField(_("last evaluation"), max_length=10, choices=Evaluation, blank=True)
    successor = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="predecessors", verbose_name=_("continued by"),
        help_text=_("The platform it was merged into or recognized as."),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=20, choices=PlatformState, default=PlatformState.APPLIED)
    position = models.PositiveSmallIntegerField(_("position"), default=1000, help_text=_("Small numbers come first."))

    name, claim, about, approver = Bilingual(), Bilingual(), Bilingual(), Bilingual()
    objects = PlatformQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("innovation platform")
        verbose_name_plural = _("innovation platforms")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("name"), name="platform_named"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(approved_on=None) | Q(valid_to__gte=F("approved_on")),
                name="platform_valid_after_approval",
                violation_error_message=_("The approval ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(successor__isnull=False),
                name="platform_merged_has_successor",
                violation_error_message=_("Say into which platform it was merged."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        super().clean()
        if self.successor and self.successor == self:
            raise ValidationError({"successor": _("A platform cannot continue itself.")})

    def get_absolute_url(self) -> str:
        return reverse("innovationplatform-detail", args=[self.slug])

    @property
    def hue(self) -> str:
        return self.sector.hue if self.sector else "u"

    @property
    def cover_family(self) -> str:
        return self.sector.cover_family if self.sector else "grid"
