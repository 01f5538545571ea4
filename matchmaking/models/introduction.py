"""Introduction: one organization wishes to meet another about a demand or an offer, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from expo.models.base import Bilingual, NaturalKeyQuerySet, Stateful
from matchmaking.models.codes import new_code
from matchmaking.models.match import OFFERS, DeclineReason, Side

if TYPE_CHECKING:
    from expo.models import Innovation, Instrument, Organization, Product, User


class IntroductionState(models.TextChoices):
    SENT = "sent", pgettext_lazy("introduction", "sent")
    ACKNOWLEDGED = "acknowledged", _("seen")
    CLARIFYING = "clarifying", _("a question is open")
    ACCEPTED = "accepted", pgettext_lazy("introduction", "accepted")
    DECLINED = "declined", pgettext_lazy("introduction", "declined")
    STALE = "stale", _("not answered in time")
    CLOSED = "closed", pgettext_lazy("introduction", "closed")


S = IntroductionState
INTRODUCTION_MOVES: dict[str, tuple[str, ...]] = {
    S.SENT: (S.ACKNOWLEDGED, S.CLARIFYING, S.ACCEPTED, S.DECLINED, S.STALE, S.CLOSED),
    S.ACKNOWLEDGED: (S.CLARIFYING, S.ACCEPTED, S.DECLINED, S.STALE, S.CLOSED),
    S.CLARIFYING: (S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.STALE, S.CLOSED),
    S.ACCEPTED: (S.CLOSED,),
    S.DECLINED: (S.CLOSED,),
    S.STALE: (S.ACKNOWLEDGED, S.CLARIFYING, S.ACCEPTED, S.DECLINED, S.CLOSED),
    S.CLOSED: (),
}
WAITING_STATES = (S.SENT, S.ACKNOWLEDGED, S.CLARIFYING)  # the clock runs
OPEN_STATES = (*WAITING_STATES, S.STALE, S.ACCEPTED)  # another one between the same two about the same makes no sense


class IntroductionQuerySet(NaturalKeyQuerySet):
    def of_organization(self, organization: Organization) -> IntroductionQuerySet:
        return self.filter(Q(asking=organization) | Q(offering=organization))

    def visible_to(self, user: User) -> IntroductionQuerySet:
        """Those of the organizations a person acts for."""
        own = user.memberships.values("organization")
        return self.filter(Q(asking__in=own) | Q(offering__in=own))

    def waiting(self) -> IntroductionQuerySet:
        """The other side has not answered, and still can in time."""
        return self.filter(state__in=WAITING_STATES)

    def open(self) -> IntroductionQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def waiting_for(self, organization: Organization) -> IntroductionQuerySet:
        """Those that this organization is to answer."""
        theirs = Q(asking=organization, from_side=Side.OFFERING) | Q(offering=organization, from_side=Side.ASKING)
        return self.filter(theirs, state__in=(*WAITING_STATES, S.STALE))


class Introduction(Stateful):
    """`asking` needs something, `offering` has it; `from_side` wrote first. `due_at` is the clock that both sides see.

    `pair_key` names who and what it is about: of two that both click at once, one remains.
    """

    class Source(models.TextChoices):
        SEARCH = "search", _("found by searching")
        MATCH = "match", _("a match")
        BROKER = "broker", _("a broker's proposal")
        EVENT = "event", _("an event")

    class NextStep(models.TextChoices):
        MEETING = "meeting", _("a meeting at the fair")
        DEAL = "deal", _("a deal room")

    class CloseReason(models.TextChoices):
        MET = "met", _("we have met")
        NO_REPLY = "no_reply", _("no reply")
        TAKEN_BACK = "taken_back", _("taken back")
        GONE = "gone", _("what it was about is gone")
        LED_NOWHERE = "led_nowhere", _("it led nowhere")
        DONE = "done", _("it led to an agreement")

    NATURAL_KEY = ("code",)
    MOVES = INTRODUCTION_MOVES

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    pair_key = models.CharField(max_length=100, editable=False)
    asking = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="introductions_asking", verbose_name=_("who asks")
    )
    offering = models.ForeignKey(
        "expo.Organization", models.PROTECT, related_name="introductions_offering", verbose_name=_("who offers")
    )
    demand = models.ForeignKey(
        "matchmaking.Demand", models.PROTECT, null=True, blank=True, related_name="introductions",
        verbose_name=_("demand"),
    )  # fmt: skip
    innovation = models.ForeignKey(
        "expo.Innovation", models.PROTECT, null=True, blank=True, related_name="introductions",
        verbose_name=_("innovation"),
    )  # fmt: skip
    product = models.ForeignKey(
        "expo.Product", models.PROTECT, null=True, blank=True, related_name="introductions", verbose_name=_("product")
    )
    instrument = models.ForeignKey(
        "expo.Instrument", models.PROTECT, null=True, blank=True, related_name="introductions",
        verbose_name=_("instrument"),
    )  # fmt: skip
    from_side = models.CharField(_("who wrote first"), max_length=8, choices=Side)
    source = models.CharField(_("source"), max_length=6, choices=Source, default=Source.SEARCH)
    score = models.PositiveSmallIntegerField(
        _("score then"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    parts = models.JSONField(_("parts then"), default=list, blank=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    asking_handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("in charge at who asks"),
    )  # fmt: skip
    offering_handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("in charge at who offers"),
    )  # fmt: skip
    broker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="introductions_brokered",
        verbose_name=_("broker"),
    )  # fmt: skip
    due_at = models.DateTimeField(_("answer due"))
    nudged_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    decline_reason = models.CharField(_("why it was declined"), max_length=20, choices=DeclineReason, blank=True)
    decline_note = models.CharField(_("in words"), max_length=500, blank=True)
    close_reason = models.CharField(_("why it was closed"), max_length=12, choices=CloseReason, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=IntroductionState, default=IntroductionState.SENT)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair_key"], condition=Q(state__in=OPEN_STATES), name="introduction_open_once",
                violation_error_message=_("An introduction about this is open already."),
            ),
            models.CheckConstraint(condition=~Q(asking=F("offering")), name="introduction_of_two"),
            models.CheckConstraint(
                condition=Q(demand__isnull=False) | ~Q(**{f"{name}__isnull": True for name in OFFERS}),
                name="introduction_about_something",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""), name="introduction_declined_with_reason",
                violation_error_message=_("Choose why."),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(close_reason=""), name="introduction_closed_with_reason",
                violation_error_message=_("Choose why."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["asking", "state", "due_at"], name="introduction_of_asking"),
            models.Index(fields=["offering", "state", "due_at"], name="introduction_of_offering"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def offer(self) -> Innovation | Product | Instrument | None:
        return self.innovation or self.product or self.instrument

    @property
    def answering_side(self) -> Side:
        """The side that is to answer."""
        return Side(self.from_side).other

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING_STATES

    def side_of(self, organization: Organization) -> Side:
        return Side.ASKING if organization.pk == self.asking_id else Side.OFFERING

    def organization_of(self, side: str) -> Organization:
        return self.asking if side == Side.ASKING else self.offering


class IntroductionMessage(models.Model):
    """The first message, a question, or its answer; read by both sides."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="messages")
    side = models.CharField(_("side"), max_length=8, choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(_("message"), max_length=5000)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("message of an introduction")
        verbose_name_plural = _("messages of introductions")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class IntroductionWish(models.Model):
    """What one side wishes for next, once both want to meet. Each side wishes for itself."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="wishes")
    side = models.CharField(_("side"), max_length=8, choices=Side)
    step = models.CharField(_("next step"), max_length=8, choices=Introduction.NextStep)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("wish for the next step")
        verbose_name_plural = _("wishes for the next step")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction", "side", "step"], name="introduction_wished_once",
                violation_error_message=_("Your side wishes for this already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.pk}"


class NdaText(models.Model):
    """The confidentiality agreement in one version. One that somebody has accepted is never changed: a new version is
    written. `digest` is the SHA-256 of both texts as they are shown.
    """

    version = models.PositiveIntegerField(_("version"), unique=True)
    text_en = models.TextField(_("text (English)"))
    text_zh = models.TextField(_("text (Chinese)"))
    digest = models.CharField(_("SHA-256"), max_length=64, editable=False)
    is_current = models.BooleanField(_("in force"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("made by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    text = Bilingual()

    class Meta:
        verbose_name = _("confidentiality agreement")
        verbose_name_plural = _("confidentiality agreements")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="one_nda_in_force")
        ]

    def __str__(self) -> str:
        return str(_("version %(number)d") % {"number": self.version})


class NdaAcceptance(models.Model):
    """One side accepts the agreement for one introduction. Append-only. Both accepted the same `digest`: it opens."""

    introduction = models.ForeignKey(Introduction, models.PROTECT, related_name="nda_acceptances")
    side = models.CharField(_("side"), max_length=8, choices=Side)
    nda = models.ForeignKey(NdaText, models.PROTECT, related_name="acceptances", verbose_name=_("agreement"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name of who accepted"), max_length=150)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("acceptance of a confidentiality agreement")
        verbose_name_plural = _("acceptances of confidentiality agreements")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction", "side", "digest"], name="nda_accepted_once",
                violation_error_message=_("Your side has accepted this agreement already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.pk}"


class ConfidentialReading(models.Model):
    """Somebody read what is confidential. Append-only, and shown to whose it is."""

    introduction = models.ForeignKey(Introduction, models.PROTECT, related_name="readings")
    organization = models.ForeignKey("expo.Organization", models.PROTECT, related_name="+", verbose_name=_("reader"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("what was read"), max_length=300)
    digest = models.CharField(_("SHA-256"), max_length=64)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("reading of confidential text")
        verbose_name_plural = _("readings of confidential texts")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
