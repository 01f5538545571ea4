"""Innovation: what research and industry can do, how mature it is, what is on offer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from expo.identifiers import check_cn_patent
from expo.models.base import COMPARE, Bilingual, NaturalKeyed, NaturalKeyQuerySet, Stateful, one_language_at_least
from expo.models.instrument import currency_code
from expo.models.sector import Cover

if TYPE_CHECKING:
    from expo.models.organization import Organization


class InnovationState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    RETURNED = "returned", _("returned")
    REJECTED = "rejected", _("rejected")
    PAUSED = "paused", _("paused")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TRANSFORMED = "transformed", _("transformed")
    ARCHIVED = "archived", _("archived")


S = InnovationState
INNOVATION_MOVES: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.SUBMITTED,),
    S.SUBMITTED: (S.IN_REVIEW,),
    S.IN_REVIEW: (S.PUBLISHED, S.RETURNED, S.REJECTED),
    S.RETURNED: (S.DRAFT,),
    S.REJECTED: (),
    S.PUBLISHED: (S.PAUSED, S.EXPIRED, S.WITHDRAWN, S.TRANSFORMED),
    S.PAUSED: (S.PUBLISHED,),
    S.EXPIRED: (S.ARCHIVED,),
    S.WITHDRAWN: (S.ARCHIVED,),
    S.TRANSFORMED: (S.ARCHIVED,),
    S.ARCHIVED: (),
}


class Stage(models.TextChoices):
    """As in the national registration of achievements."""

    EARLY = "early", _("early stage")
    MIDDLE = "middle", _("middle stage")
    MATURE = "mature", _("mature application")


class TrlScale(models.TextChoices):
    ISO_16290 = "iso16290", "ISO 16290"
    GJB_7688 = "gjb7688", "GJB 7688"
    GBT_22900 = "gbt22900", "GB/T 22900"


class Secrecy(models.TextChoices):
    """What is classified is not stored at all; “internal” is stored and never published."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")


class IpTitle(models.TextChoices):
    """Who may dispose of the rights: the first question of every deal."""

    SOLE = "sole", _("one owner")
    CO_OWNED = "co_owned", _("co-owned")
    LICENSED_IN = "licensed_in", _("licensed in")
    UNCLEAR = "unclear", _("to be settled")


class Mode(models.TextChoices):
    """Ways of cooperation. “Exclusive” shuts out the licensor too; “sole” leaves the licensor its own use."""

    ASSIGNMENT = "assignment", _("assignment")
    EXCLUSIVE = "exclusive", _("exclusive license")
    SOLE = "sole", _("sole license")
    NON_EXCLUSIVE = "non_exclusive", _("non-exclusive license")
    IN_KIND = "in_kind", _("in-kind equity")
    JOINT_DEVELOPMENT = "joint_development", _("joint development")
    USE_FIRST_PAY_LATER = "use_first_pay_later", _("use first, pay later")


class InnovationQuerySet(NaturalKeyQuerySet):
    def published(self) -> InnovationQuerySet:
        return self.filter(state=InnovationState.PUBLISHED)

    def public(self) -> InnovationQuerySet:
        return self.published().select_related("sector")

    def waiting(self) -> InnovationQuerySet:
        return self.filter(state__in=[InnovationState.SUBMITTED, InnovationState.IN_REVIEW])

    def of_organization(self, organization: Organization) -> InnovationQuerySet:
        """Those that it holds, alone or with others."""
        return self.filter(holdings__organization=organization, holdings__role__in=Holding.OWNERS)


class Innovation(Stateful):
    MOVES = INNOVATION_MOVES
    PUBLIC_FIELDS = (
        "slug", "title_en", "title_zh", "claim_en", "claim_zh", "abstract_en", "abstract_zh", "uses_en", "uses_zh",
        "sector", "stage", "trl", "trl_scale", "ip_title", "team_available", "price_min", "price_max", "currency",
        "ready_on", "is_landmark",
    )  # fmt: skip
    CONFIDENTIAL_FIELDS = ("abstract_confidential",)
    LINES = ("offered_modes", "metrics", "ip_rights", "evidence", "team")

    slug = models.SlugField(_("short name in addresses"), max_length=100, unique=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    claim_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    claim_zh = models.CharField(_("in one sentence (Chinese)"), max_length=300, blank=True)
    abstract_en = models.TextField(_("what it does (English)"), blank=True)
    abstract_zh = models.TextField(_("what it does (Chinese)"), blank=True)
    uses_en = models.TextField(_("where it can be used (English)"), blank=True)
    uses_zh = models.TextField(_("where it can be used (Chinese)"), blank=True)
    abstract_confidential = models.TextField(
        _("confidential abstract"), blank=True, help_text=_("Never shown in public, not even in a search.")
    )
    sector = models.ForeignKey(
        "expo.Sector", models.PROTECT, null=True, blank=True, related_name="innovations", verbose_name=_("sector")
    )
    organizations = models.ManyToManyField(
        "expo.Organization", through="expo.Holding", related_name="innovations", verbose_name=_("organizations")
    )
    stage = models.CharField(_("stage"), max_length=8, choices=Stage, blank=True)
    trl = models.PositiveSmallIntegerField(
        _("technology readiness level"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    trl_scale = models.CharField(_("TRL scale"), max_length=12, choices=TrlScale, blank=True)
    ip_title = models.CharField(_("title to the rights"), max_length=12, choices=IpTitle, blank=True)
    team_available = models.BooleanField(_("the team comes along"), null=True, blank=True)
    price_min = models.DecimalField(
        _("price expected from"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))], help_text=_("For the rights or the work. Empty: to be agreed."),
    )  # fmt: skip
    price_max = models.DecimalField(
        _("price expected to"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[currency_code])
    ready_on = models.DateField(
        _("ready for use from"), null=True, blank=True, help_text=_("The day from which a partner could work with it.")
    )
    secrecy = models.CharField(_("secrecy"), max_length=8, choices=Secrecy, default=Secrecy.PUBLIC)
    ownership_confirmed = models.BooleanField(
        _("ownership confirmed"), default=False, help_text=_("The holder confirms that it may offer these rights.")
    )
    trl_assessed_on = models.DateField(_("TRL assessed on"), null=True, blank=True)
    is_landmark = models.BooleanField(_("landmark"), default=False, help_text=_("Shown on the home page."))
    state = models.CharField(_("state"), max_length=12, choices=InnovationState, default=InnovationState.DRAFT)
    position = models.PositiveSmallIntegerField(_("position"), default=1000, help_text=_("Small numbers come first."))
    cover_family_own = models.CharField(
        _("cover"), max_length=12, choices=Cover, blank=True, help_text=_("Empty: by the sector.")
    )

    pictures = GenericRelation("expo.Picture")

    title, claim, abstract, uses = Bilingual(), Bilingual(), Bilingual(), Bilingual()
    objects = InnovationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["abstract_confidential"])

    class Meta:
        verbose_name = _("innovation")
        verbose_name_plural = _("innovations")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("title"), name="innovation_titled"),
            models.CheckConstraint(
                condition=Q(trl=None) | Q(trl__range=(1, 9)),
                name="innovation_trl_1_to_9",
                violation_error_message=_("TRL goes from 1 to 9."),
            ),
            models.CheckConstraint(
                condition=Q(trl=None) | ~Q(trl_scale=""),
                name="innovation_trl_has_scale",
                violation_error_message=_("Say by which scale the TRL was judged."),
            ),
            models.CheckConstraint(
                condition=Q(price_min=None) | Q(price_max=None) | Q(price_max__gte=F("price_min")),
                name="innovation_price_in_order",
                violation_error_message=_("The price ends below where it begins."),
            ),
            models.CheckConstraint(
                condition=(Q(price_min=None) | Q(price_min__gte=0)) & (Q(price_max=None) | Q(price_max__gte=0)),
                name="innovation_price_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["state", "position", "slug"], name="innovation_listed")]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        super().clean()
        if self.slug == COMPARE:
            raise ValidationError({"slug": _("This word is an address of its own already.")})

    def get_absolute_url(self) -> str:
        return reverse("innovation-detail", args=[self.slug])

    @property
    def hue(self) -> str:
        return self.sector.hue if self.sector else "m"

    @property
    def cover_family(self) -> str:
        return self.cover_family_own or (self.sector.cover_family if self.sector else "grid")


class Holding(NaturalKeyed):
    """An organization's part in an innovation; a joint one has several."""

    class Role(models.TextChoices):
        HOLDER = "holder", _("holder")
        CO_HOLDER = "co_holder", _("co-holder")
        DEVELOPER = "developer", _("developer")
        MANUFACTURER = "manufacturer", _("manufacturer")

    OWNERS = (Role.HOLDER, Role.CO_HOLDER)
    NATURAL_KEY = ("innovation__slug", "organization__slug")

    innovation = models.ForeignKey(Innovation, models.CASCADE, related_name="holdings", verbose_name=_("innovation"))
    organization = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="holdings", verbose_name=_("organization")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.HOLDER)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization's part")
        verbose_name_plural = _("organizations' parts")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["innovation", "organization"],
                name="holding_once",
                violation_error_message=_("This organization is named already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} ({self.get_role_display()})"


class OfferedMode(NaturalKeyed):
    """One way of cooperation that an innovation is offered in."""

    NATURAL_KEY = ("innovation__slug", "mode")

    innovation = models.ForeignKey(Innovation, models.CASCADE, related_name="offered_modes")
    mode = models.CharField(_("mode"), max_length=20, choices=Mode)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("mode on offer")
        verbose_name_plural = _("modes on offer")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["innovation", "mode"], name="offered_mode_once")]

    def __str__(self) -> str:
        return self.get_mode_display()


class IpRight(NaturalKeyed):
    """A right the innovation rests on."""

    class Kind(models.TextChoices):
        INVENTION = "invention", _("invention patent")
        UTILITY_MODEL = "utility_model", _("utility model")
        DESIGN = "design", _("design")
        PATENT_APPLICATION = "patent_application", _("patent application")
        SOFTWARE_COPYRIGHT = "software_copyright", _("software copyright")
        IC_LAYOUT = "ic_layout", _("circuit layout design")
        PLANT_VARIETY = "plant_variety", _("plant variety")
        TRADE_SECRET = "trade_secret", _("trade secret")

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        GRANTED = "granted", _("granted")
        LAPSED = "lapsed", _("lapsed")
        EXPIRED = "expired", _("expired")

    PATENTS = (Kind.INVENTION, Kind.UTILITY_MODEL, Kind.DESIGN, Kind.PATENT_APPLICATION)
    NATURAL_KEY = ("innovation__slug", "kind", "number")

    innovation = models.ForeignKey(Innovation, models.CASCADE, related_name="ip_rights")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    number = models.CharField(_("number"), max_length=40, blank=True)
    status = models.CharField(_("legal status"), max_length=10, choices=Status, default=Status.GRANTED)

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["innovation", "kind", "number"], name="ip_right_once")]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.get_kind_display(), self.number]))

    def clean(self) -> None:
        super().clean()
        if self.number and self.kind in self.PATENTS:
            try:
                check_cn_patent(self.number)
            except ValidationError as error:
                raise ValidationError({"number": error}) from error


class Evidence(models.Model):
    """What shows that a claim holds: a test report, a user's proof."""

    class Kind(models.TextChoices):
        TEST_REPORT = "test_report", _("test report")
        USER_PROOF = "user_proof", _("user's proof")
        AWARD = "award", _("award")
        PUBLICATION = "publication", _("publication")
        RELEASE = "release", _("public statement")

    innovation = models.ForeignKey(Innovation, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title_en = models.CharField(_("title (English)"), max_length=250, blank=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=250, blank=True)
    dated = models.DateField(_("date"), null=True, blank=True)

    title = Bilingual()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-dated", "pk"]
        constraints = [models.CheckConstraint(condition=one_language_at_least("title"), name="evidence_titled")]

    def __str__(self) -> str:
        return str(self.title)
