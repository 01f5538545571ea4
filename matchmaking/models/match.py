"""Match: why a demand and an offer should meet; what people decided about it, and the weights behind the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from expo.models import Holding, Innovation, Instrument, Product
from matchmaking.models.demand import OPEN_STATES, Confidentiality

if TYPE_CHECKING:
    from expo.models import Organization
    from matchmaking.models.demand import Demand

OFFERS = ("innovation", "product", "instrument")


class Side(models.TextChoices):
    """Which of the two organizations: the one that asks, or the one that offers."""

    ASKING = "asking", _("the one that asks")
    OFFERING = "offering", _("the one that offers")

    @property
    def other(self) -> Side:
        return Side.OFFERING if self == Side.ASKING else Side.ASKING


class DeclineReason(models.TextChoices):
    """Why two do not come together, coded so that it can be counted."""

    TOO_EARLY = "too_early_trl", _("too early (TRL)")
    WRONG_SPEC = "wrong_spec", _("does not meet the requirement")
    NOT_STRATEGIC = "not_strategic", _("not what we work on")
    IP_SCOPE = "ip_scope", _("the rights on offer do not suit us")
    PRICE = "price", _("price")
    EQUITY_TERMS = "equity_terms", _("terms of the shares")
    TEAM_UNAVAILABLE = "team_unavailable", _("the team is not available")
    DUPLICATE = "duplicate", _("we have it already")
    NO_BUDGET = "no_budget", _("no budget")
    NO_REPLY = "no_reply", _("no reply")
    COMPETITOR = "competitor_conflict", _("a competitor")
    OTHER = "other", _("other, in words")


def one_offer() -> Q:
    """The condition that exactly one of the three columns names what is offered."""
    found = Q()
    for name in OFFERS:
        found |= Q(**{f"{other}__isnull": other != name for other in OFFERS})
    return found


def once(name: str, *beside: str) -> list[models.UniqueConstraint]:
    """A demand and an offer stand together once; for each of the values of the columns `beside`."""
    return [
        models.UniqueConstraint(
            fields=["demand", offer, *beside], condition=Q(**{f"{offer}__isnull": False}), name=f"{name}_{offer}_once"
        )
        for offer in OFFERS
    ]


class Paired(models.Model):
    """A demand and one thing that may answer it: an innovation, a product or an instrument."""

    demand = models.ForeignKey("matchmaking.Demand", models.CASCADE, verbose_name=_("demand"))
    innovation = models.ForeignKey(
        "expo.Innovation", models.CASCADE, null=True, blank=True,
        verbose_name=_("innovation"),
    )  # fmt: skip
    product = models.ForeignKey("expo.Product", models.CASCADE, null=True, blank=True, verbose_name=_("product"))
    instrument = models.ForeignKey(
        "expo.Instrument", models.CASCADE, null=True, blank=True,
        verbose_name=_("instrument"),
    )  # fmt: skip

    class Meta:
        abstract = True

    @property
    def noun(self) -> str:
        """Which of the three is offered."""
        return next(name for name in OFFERS if getattr(self, f"{name}_id") is not None)

    @property
    def offer(self) -> Innovation | Product | Instrument:
        return getattr(self, self.noun)

    @property
    def offer_key(self) -> tuple[str, int]:
        """(noun, key) of what is offered, without asking the database."""
        return self.noun, getattr(self, f"{self.noun}_id")


def pair_of(offer: models.Model) -> dict[str, Any]:
    """The column of a `Paired` row that holds this offer, for `create` and `filter`."""
    return {str(offer._meta.model_name): offer}


# ------------------------------------------------------------------ the weights
class WeightsOrigin(models.TextChoices):
    ORGANIZER = "organizer", _("set by an organizer")
    LEARNED = "learned", _("learned from decisions")


class MatchWeights(models.Model):
    """How many of 100 points each part of a score may earn: {part: points}. The newest adopted row is in force; where
    there is none, the defaults of the code are. `evaluation` is what learning measured on decisions it had not seen.
    """

    values = models.JSONField(_("weights"))
    origin = models.CharField(_("origin"), max_length=10, choices=WeightsOrigin, default=WeightsOrigin.ORGANIZER)
    note = models.CharField(_("note"), max_length=300, blank=True)
    evaluation = models.JSONField(_("evaluation"), default=dict, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("made by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("adopted by"),
    )  # fmt: skip
    adopted_at = models.DateTimeField(_("adopted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("weights of matching")
        verbose_name_plural = _("weights of matching")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


# ------------------------------------------------------------------ a run
class RunKind(models.TextChoices):
    FULL = "full", _("all demands")
    CHANGES = "changes", _("what changed")


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class MatchRun(models.Model):
    """One computation of matches: how far it is, what it found, and what changed against what was there."""

    kind = models.CharField(_("kind"), max_length=8, choices=RunKind, default=RunKind.FULL)
    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.WAITING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    touched_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    seconds = models.FloatField(_("seconds of processor"), default=0)
    total = models.PositiveIntegerField(_("demands"), default=0)
    done = models.PositiveIntegerField(_("demands done"), default=0)
    pairs = models.PositiveIntegerField(_("pairs looked at"), default=0)
    kept = models.PositiveIntegerField(_("matches"), default=0)
    added = models.PositiveIntegerField(_("new matches"), default=0)
    removed = models.PositiveIntegerField(_("matches gone"), default=0)
    moved = models.PositiveIntegerField(_("matches with another score"), default=0)
    is_semantic = models.BooleanField(_("with meaning"), default=False)
    weights = models.JSONField(_("weights"), default=dict)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        verbose_name = _("run of matching")
        verbose_name_plural = _("runs of matching")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state="running"), name="one_run_at_a_time",
                violation_error_message=_("Matching runs already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.pk}"


class MatchChange(models.Model):
    """A record that the index has seen change and matching has not. The worker takes these rows."""

    noun = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("change to be matched")
        verbose_name_plural = _("changes to be matched")

    def __str__(self) -> str:
        return f"{self.noun} {self.object_id}"


# ------------------------------------------------------------------ a match
class MatchSource(models.TextChoices):
    COMPUTED = "computed", _("found by matching")
    BROKER = "broker", _("proposed by a broker")


class MatchQuerySet(models.QuerySet["Match"]):
    def of_demand(self, demand: Demand) -> MatchQuerySet:
        return self.filter(demand=demand)

    def of_offer(self, offer: Innovation | Product | Instrument) -> MatchQuerySet:
        return self.filter(**pair_of(offer))

    def of_organization(self, organization: Organization, side: str) -> MatchQuerySet:
        """Those of its demands, or of what it offers, alone or with others."""
        if side == Side.ASKING:
            return self.filter(demand__organization=organization)
        offered = Q()
        for noun, model in (("innovation", Innovation), ("product", Product), ("instrument", Instrument)):
            offered |= Q(**{f"{noun}__in": model.objects.of_organization(organization).order_by().values("pk")})
        return self.filter(offered)

    def shown_to_asking(self) -> MatchQuerySet:
        """What the side that asks may see: its demand is open, the offer public, and neither side said no."""
        return self._standing().exclude(Exists(_unwanted("organization", "other")))

    def shown_to_offering(self) -> MatchQuerySet:
        """What the side that offers may see. An open demand is a public one. Where a demand names nobody, the list of
        “never” of the side that offers takes nothing away: it would find out by it who asks.
        """
        named = Q(demand__confidentiality=Confidentiality.PUBLIC)
        return self._standing().exclude(named & Exists(_unwanted("organization", "other")))

    def _standing(self) -> MatchQuerySet:
        rows = self.filter(demand__state__in=OPEN_STATES)
        public = Q()
        for noun, model in (("innovation", Innovation), ("product", Product), ("instrument", Instrument)):
            shown = model.objects.public().select_related(None).order_by()
            public |= Q(Exists(shown.filter(pk=OuterRef(noun))))  # looked up one by one: all that is public is long
        rows = rows.filter(public)
        for noun in OFFERS:
            same = {"demand": OuterRef("demand"), noun: OuterRef(noun), "verdict": DecisionVerdict.DECLINED}
            rows = rows.exclude(Q(**{f"{noun}__isnull": False}) & Exists(MatchDecision.objects.filter(**same)))
        return rows.exclude(Exists(_unwanted("other", "organization")))


def _unwanted(offers: str, asks: str) -> models.QuerySet[NeverShow]:
    """The lists of “never” on which both of a match stand, who offers and who asks in these columns."""
    holders = Holding.objects.filter(innovation=OuterRef(OuterRef("innovation")), organization=OuterRef(offers))
    sellers = Q(**{offers: OuterRef("product__organization")}) | Q(**{offers: OuterRef("instrument__organization")})
    return NeverShow.objects.filter(sellers | Q(Exists(holders)), **{asks: OuterRef("demand__organization")})


class Match(Paired):
    """`parts` is a list of what `matchmaking.matching.parts.Part.to_dict` gives: their points add up to `score`.

    The side that offers sees `offer_score` and `offer_parts`: the same, but for a demand whose details are shown only
    after a confidentiality agreement, where they are computed from what is public of it.
    """

    score = models.PositiveSmallIntegerField(_("score"), validators=[MaxValueValidator(100)])
    parts = models.JSONField(_("parts"), default=list)
    offer_score = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    offer_parts = models.JSONField(default=list)
    source = models.CharField(_("source"), max_length=8, choices=MatchSource, default=MatchSource.COMPUTED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("proposed by"),
    )  # fmt: skip
    proposed_reason = models.CharField(_("why it was proposed"), max_length=500, blank=True)
    found_at = models.DateTimeField(_("first found"))
    matched_at = models.DateTimeField(_("computed"))

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-score", "pk"]
        constraints = [
            models.CheckConstraint(condition=one_offer(), name="match_one_offer"),
            models.CheckConstraint(condition=Q(score__lte=100) & Q(offer_score__lte=100), name="match_of_100"),
            *once("match"),
        ]
        indexes = [
            models.Index(fields=["demand", "-score"], name="match_of_demand"),
            models.Index(fields=["innovation", "-offer_score"], name="match_of_innovation"),
            models.Index(fields=["product", "-offer_score"], name="match_of_product"),
            models.Index(fields=["instrument", "-offer_score"], name="match_of_instrument"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


# ------------------------------------------------------------------ what people decide
class DecisionVerdict(models.TextChoices):
    SHORTLISTED = "shortlisted", _("on the shortlist")
    DECLINED = "declined", _("not for us")


class MatchDecision(Paired):
    """What one side thinks of the other. A declined pair never comes back to either side; `note` is read by brokers."""

    side = models.CharField(_("side"), max_length=8, choices=Side)
    verdict = models.CharField(_("decision"), max_length=11, choices=DecisionVerdict)
    reason = models.CharField(_("reason"), max_length=20, choices=DeclineReason, blank=True)
    note = models.CharField(_("in words"), max_length=500, blank=True)
    organization = models.ForeignKey(
        "expo.Organization", models.CASCADE, related_name="match_decisions", verbose_name=_("organization")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"))
    score = models.PositiveSmallIntegerField(_("score then"), null=True, blank=True)
    parts = models.JSONField(_("parts then"), default=list, blank=True)
    of_sample = models.BooleanField(_("of samples"), default=False, help_text=_("Samples teach nothing."))

    class Meta:
        verbose_name = _("decision on a match")
        verbose_name_plural = _("decisions on matches")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=one_offer(), name="match_decision_one_offer"),
            models.CheckConstraint(
                condition=~Q(verdict="declined") | ~Q(reason=""),
                name="match_declined_with_reason",
                violation_error_message=_("Choose why."),
            ),
            *once("match_decision", "side"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class NeverShow(models.Model):
    """An organization that does not want to be shown to another, nor to see it, in matches."""

    organization = models.ForeignKey("expo.Organization", models.CASCADE, related_name="never_shown_to")
    other = models.ForeignKey(
        "expo.Organization", models.CASCADE, related_name="+", verbose_name=_("the other organization")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("organization never shown to another")
        verbose_name_plural = _("organizations never shown to others")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "other"], name="never_show_once",
                violation_error_message=_("This organization is on the list already."),
            ),
            models.CheckConstraint(condition=~Q(organization=models.F("other")), name="never_show_another"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.pk}"
