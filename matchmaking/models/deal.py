"""Deal: a research team and an enterprise bind technology, team and equity; its parties, and what of it is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from expo.models.base import Bilingual, NaturalKeyed, NaturalKeyQuerySet, Stateful, one_language_at_least
from expo.models.instrument import currency_code
from matchmaking.models.codes import new_code
from matchmaking.models.kept import changed_of

if TYPE_CHECKING:
    from matchmaking.models.term_sheet import TermSheet


class DealState(models.TextChoices):
    DRAFT = "draft", _("draft")
    TERM_SHEET = "term_sheet", _("term sheet")
    DUE_DILIGENCE = "due_diligence", _("due diligence")
    VALUATION = "valuation", _("valuation")
    INTERNAL_APPROVAL = "internal_approval", _("approval")
    PUBLIC_NOTICE = "public_notice", _("public notice")
    OBJECTION = "objection", _("objection")
    SIGNING = "signing", _("signing")
    SIGNED = "signed", _("signed")
    CLOSING = "closing", _("closing")
    EFFECTIVE = "effective", _("effective")
    COMPLETED = "completed", _("completed")
    TERMINATED = "terminated", _("terminated")
    CANCELED = "canceled", _("canceled")
    ARCHIVED = "archived", _("archived")


S = DealState
DEAL_MOVES: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.TERM_SHEET, S.CANCELED),
    S.TERM_SHEET: (S.DUE_DILIGENCE, S.CANCELED),
    S.DUE_DILIGENCE: (S.VALUATION, S.CANCELED),
    S.VALUATION: (S.INTERNAL_APPROVAL, S.CANCELED),
    S.INTERNAL_APPROVAL: (S.PUBLIC_NOTICE, S.SIGNING, S.VALUATION, S.CANCELED),
    S.PUBLIC_NOTICE: (S.SIGNING, S.OBJECTION, S.CANCELED),
    S.OBJECTION: (S.VALUATION, S.PUBLIC_NOTICE, S.CANCELED),
    S.SIGNING: (S.SIGNED, S.CANCELED),
    S.SIGNED: (S.CLOSING, S.TERMINATED),
    S.CLOSING: (S.EFFECTIVE, S.TERMINATED),
    S.EFFECTIVE: (S.COMPLETED, S.TERMINATED),
    S.COMPLETED: (S.ARCHIVED,),
    S.TERMINATED: (S.ARCHIVED,),
    S.CANCELED: (S.ARCHIVED,),
    S.ARCHIVED: (),
}
SIGNED_STATES = (S.SIGNED, S.CLOSING, S.EFFECTIVE, S.COMPLETED, S.TERMINATED)
FROZEN_STATES = (*SIGNED_STATES, S.CANCELED, S.ARCHIVED)
# The way a deal goes when nothing stands against it, as the steps on its page.
WAY = (
    S.TERM_SHEET, S.DUE_DILIGENCE, S.VALUATION, S.INTERNAL_APPROVAL, S.PUBLIC_NOTICE, S.SIGNING, S.SIGNED, S.CLOSING,
    S.EFFECTIVE, S.COMPLETED,
)  # fmt: skip


class Stage(models.TextChoices):
    """What visitors tell deals apart by."""

    OPEN = "open", _("open")
    AGREED = "agreed", _("signed")
    DONE = "done", _("completed")
    ENDED = "ended", _("ended early")


STAGE_STATES: dict[str, tuple[str, ...]] = {
    Stage.OPEN: (
        S.DRAFT, S.TERM_SHEET, S.DUE_DILIGENCE, S.VALUATION, S.INTERNAL_APPROVAL, S.PUBLIC_NOTICE, S.OBJECTION,
        S.SIGNING,
    ),
    Stage.AGREED: (S.SIGNED, S.CLOSING, S.EFFECTIVE),
    Stage.DONE: (S.COMPLETED,),
    Stage.ENDED: (S.TERMINATED, S.CANCELED),
}  # fmt: skip


class LegPublication(models.TextChoices):
    HIDDEN = "hidden", _("hidden")
    TEASER = "teaser", _("teaser: what kind, no amounts and no names")
    FULL = "full", _("in full")


class DealQuerySet(NaturalKeyQuerySet):
    def public(self) -> DealQuerySet:
        """What its parties published; `shown_…` columns are empty where the leg they belong to is not open.

        Without equity the amount is the price of the technology, which belongs to another leg.
        """
        full = Q(equity_leg=LegPublication.FULL, team_share__isnull=False)
        return (
            self.filter(is_published=True)
            .exclude(state=DealState.ARCHIVED)
            .select_related("sector")
            .annotate(
                shown_team_share=Case(When(full, then=F("team_share")), default=None),
                shown_amount=Case(When(full, then=F("amount")), default=None),
            )
        )


class Deal(Stateful):
    class Structure(models.TextChoices):
        BUNDLE_EQUITY = "bundle_equity", _("bundle for equity")
        LICENSE = "license", _("license")
        ASSIGNMENT = "assignment", _("assignment")
        JOINT_LAB = "joint_lab", _("joint laboratory")
        DEVELOPMENT = "development", _("commissioned or joint development")

    class Vehicle(models.TextChoices):
        NEW_COMPANY = "new_company", _("new company")
        EXISTING_COMPANY = "existing_company", _("capital increase of a company")

    NATURAL_KEY = ("code",)
    MOVES = DEAL_MOVES
    PUBLIC_FIELDS = (
        "code", "title_en", "title_zh", "claim_en", "claim_zh", "story_en", "story_zh", "structure", "vehicle",
        "sector", "state",
    )  # fmt: skip
    CONFIDENTIAL_FIELDS = ("note",)
    FROZEN_FIELDS = ("structure", "vehicle", "currency", "has_reward_agreement")

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code, editable=False)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    claim_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    claim_zh = models.CharField(_("in one sentence (Chinese)"), max_length=300, blank=True)
    story_en = models.TextField(
        _("what is planned (English)"),
        blank=True,
        help_text=_("Shown as soon as the deal is published: name no amount and nobody that a leg keeps back."),
    )
    story_zh = models.TextField(_("what is planned (Chinese)"), blank=True)
    structure = models.CharField(_("structure"), max_length=16, choices=Structure, default=Structure.BUNDLE_EQUITY)
    vehicle = models.CharField(_("vehicle"), max_length=20, choices=Vehicle, blank=True)
    company_en = models.CharField(_("company (English)"), max_length=200, blank=True)
    company_zh = models.CharField(_("company (Chinese)"), max_length=200, blank=True)
    founded_on = models.DateField(_("founded or to be founded on"), null=True, blank=True)
    sector = models.ForeignKey(
        "expo.Sector", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("sector")
    )
    demand = models.ForeignKey(
        "matchmaking.Demand", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("demand")
    )
    innovations = models.ManyToManyField(
        "expo.Innovation", blank=True, related_name="deals", verbose_name=_("innovations")
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[currency_code])
    has_reward_agreement = models.BooleanField(
        _("written rule or agreement on the reward"), default=False,
        help_text=_("Where the institution is not the state's, such a rule takes the place of the legal floor."),
    )  # fmt: skip
    note = models.TextField(_("note of the organizers"), blank=True, help_text=_("Never shown."))
    state = models.CharField(_("state"), max_length=20, choices=DealState, default=DealState.DRAFT)
    is_published = models.BooleanField(_("published"), default=False, editable=False)
    technology_leg = models.CharField(
        _("technology"), max_length=8, choices=LegPublication, default=LegPublication.TEASER
    )
    team_leg = models.CharField(_("team"), max_length=8, choices=LegPublication, default=LegPublication.TEASER)
    equity_leg = models.CharField(_("equity"), max_length=8, choices=LegPublication, default=LegPublication.TEASER)
    team_share = models.DecimalField(
        _("team's share of the company, %"), max_digits=5, decimal_places=2, null=True, editable=False
    )
    amount = models.DecimalField(_("registered capital"), max_digits=18, decimal_places=2, null=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=1000, help_text=_("Small numbers come first."))

    title, claim, story, company = Bilingual(), Bilingual(), Bilingual(), Bilingual()
    objects = DealQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["note"])

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=one_language_at_least("title"), name="deal_titled"),
            models.CheckConstraint(
                condition=Q(team_share=None) | Q(team_share__range=(0, 100)), name="deal_team_share_0_to_100"
            ),
        ]
        indexes = [models.Index(fields=["is_published", "position", "code"], name="deal_listed")]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        super().clean()
        if self.is_frozen and (changed := changed_of(self, self.FROZEN_FIELDS)):
            told = _("This deal is signed or closed: its terms change no more.")
            raise ValidationError(dict.fromkeys(changed, told))

    def get_absolute_url(self) -> str:
        return reverse("matchmaking:deal-detail", args=[self.code])

    @property
    def slug(self) -> str:
        return self.code

    @property
    def is_frozen(self) -> bool:
        """Signed or closed: its terms change no more."""
        return self.state in FROZEN_STATES

    @property
    def stage(self) -> str:
        return next((stage for stage, states in STAGE_STATES.items() if self.state in states), Stage.ENDED)

    def get_stage_display(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def current_sheet(self) -> TermSheet | None:
        """Its term sheet in force. Prefetch `term_sheets` for many deals."""
        return next((sheet for sheet in self.term_sheets.all() if sheet.is_current), None)

    @property
    def shown_parties(self) -> list[DealParty]:
        """The parties that may be named."""
        return [party for party in self.parties.all() if party.is_named]

    @property
    def hue(self) -> str:
        return self.sector.hue if self.sector else "m"

    @property
    def cover_family(self) -> str:
        return self.sector.cover_family if self.sector else "grid"


class DealParty(NaturalKeyed):
    class Role(models.TextChoices):
        INVESTOR = "investor", _("investor")
        UNIVERSITY = "university", _("university or institute")
        TEAM = "team", _("research team")
        PLATFORM_FUND = "platform_fund", _("holding partnership")
        GOV_FUND = "gov_fund", _("government fund")

    NATURAL_KEY = ("deal__code", "position", "role")

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="parties")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    organization = models.ForeignKey(
        "expo.Organization", models.PROTECT, null=True, blank=True, related_name="deal_parties",
        verbose_name=_("organization"),
    )  # fmt: skip
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    is_named = models.BooleanField(_("may be named"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    own_name = Bilingual("name")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | one_language_at_least("name"), name="deal_party_named"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_role_display()})"

    def clean(self) -> None:
        super().clean()
        if not (self.organization_id or self.name_en or self.name_zh):
            raise ValidationError({"organization": _("Choose an organization, or write a name.")})

    @property
    def name(self) -> str:
        if self.organization is not None:
            return self.organization.name
        return self.own_name
