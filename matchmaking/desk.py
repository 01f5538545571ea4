"""The broker's desk: what waits between two organizations, and which demands nobody answers, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Exists, Max, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expo.errors import DomainError
from expo.models import Innovation, PolicyRule, Transition, User
from expo.notices import tell
from expo.transitions import require_reason
from matchmaking import matches
from matchmaking.demands import demand_wishes, verify_demand
from matchmaking.introducing.sides import RELATED
from matchmaking.introducing.subjects import require_shown
from matchmaking.introducing.telling import about
from matchmaking.match_news import tell_proposed
from matchmaking.models import (
    DecisionVerdict,
    Demand,
    DemandCall,
    DemandState,
    Introduction,
    IntroductionState,
    Match,
    MatchDecision,
    MatchSource,
    Side,
)
from matchmaking.models.introduction import OPEN_STATES, WAITING_STATES
from matchmaking.models.match import pair_of
from matchmaking.targets import near

FITS = 60  # of 100: from here on a match is shown first, and a demand counts as answered by the fair
UNANSWERED_DAYS = "desk.unanswered_days"
USUAL_DAYS = 7
MOST_REASONS = 4


# ------------------------------------------------------------------ what is on the desk
def open_introductions() -> QuerySet[Introduction]:
    """Those with a clock and those whose clock has run out, the most urgent first."""
    rows = Introduction.objects.filter(state__in=[*WAITING_STATES, IntroductionState.STALE])
    rows = rows.select_related("asking", "offering", "demand", "innovation", "product", "instrument", "broker")
    return rows.order_by("due_at", "pk")


def unanswered_demands(*, now: dt.datetime | None = None) -> QuerySet[Demand]:
    """Open demands that have been public for a while, and whose organization is in no introduction about them."""
    at = now or timezone.now()
    days = PolicyRule.objects.value(UNANSWERED_DAYS, timezone.localdate(at))
    since = at - dt.timedelta(days=days if isinstance(days, int) and days > 0 else USUAL_DAYS)
    talks = Introduction.objects.filter(demand=OuterRef("pk"), state__in=OPEN_STATES)
    opened = Transition.objects.filter(
        content_type=ContentType.objects.get_for_model(Demand), object_id=OuterRef("pk"), to_state=DemandState.PUBLISHED
    )
    newest = Subquery(opened.order_by("-at").values("at")[:1])
    rows = Demand.objects.open().annotate(public_since=Coalesce(newest, "created_at"))
    rows = rows.filter(~Exists(talks), public_since__lt=since)
    return rows.select_related("organization", "sector").order_by("public_since", "pk")


def unfitting_demands() -> QuerySet[Demand]:
    """Open demands without a match that fits; `best` is the score of the best one, None where there is none."""
    rows = Demand.objects.open().annotate(best=Max("match__score"))
    rows = rows.filter(Q(best=None) | Q(best__lt=FITS))
    return rows.select_related("organization", "sector__parent").order_by("best", "created_at", "pk")


# ------------------------------------------------------------------ why nobody fits
@dataclass(frozen=True)
class Field:
    """What the innovations near a sector state: how many there are, the highest TRL, how many state a parameter."""

    count: int
    highest_trl: int | None


def why_nobody_fits(demand: Demand) -> list[str]:
    """Sentences a broker can act on, the plainest reason first; at least one."""
    if demand.sector is None:
        return [_("The demand names no field, so nothing can be looked for in it.")]
    found = Innovation.objects.public().filter(near(demand.sector))
    field = Field(**found.aggregate(count=Count("pk"), highest_trl=Max("trl")))
    if not field.count:
        return [_("No innovation is published in this field.")]
    reasons = [*_about_maturity(demand, field), *_about_targets(demand, found), *_about_declines(demand)]
    if lacking := [wish.words for wish in demand_wishes(demand) if not wish.met]:
        reasons.append(_("The demand says nothing of: %(lacking)s.") % {"lacking": "; ".join(lacking)})
    usual = ngettext(
        "%(count)d innovation is published in this field, and it does not fit by its text.",
        "%(count)d innovations are published in this field, and none of them fits by its text.",
        field.count,
    )
    return reasons[:MOST_REASONS] or [usual % {"count": field.count}]


def _about_maturity(demand: Demand, field: Field) -> list[str]:
    if demand.trl_wanted is None:
        return []
    if field.highest_trl is None:
        return [_("No innovation in this field states its TRL; TRL %(wanted)d is asked for.") % _trl(demand, 0)]
    if field.highest_trl < demand.trl_wanted:
        words = _("No innovation above TRL %(highest)d in this field; TRL %(wanted)d is asked for.")
        return [words % _trl(demand, field.highest_trl)]
    return []


def _trl(demand: Demand, highest: int) -> dict[str, int]:
    return {"wanted": demand.trl_wanted or 0, "highest": highest}


def _about_targets(demand: Demand, found: QuerySet[Innovation]) -> list[str]:
    targets = demand.target_metrics.select_related("parameter").order_by("position", "pk")
    names = list(dict.fromkeys(target.parameter for target in targets))
    stated = set(found.filter(metrics__parameter__in=names).values_list("metrics__parameter", flat=True))
    missing = [str(parameter.name) for parameter in names if parameter.pk not in stated]
    return [_("Nobody in this field states: %(names)s.") % {"names": "; ".join(missing)}] if missing else []


def _about_declines(demand: Demand) -> list[str]:
    declined = MatchDecision.objects.filter(demand=demand, verdict=DecisionVerdict.DECLINED)
    counted = declined.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    labels = dict(MatchDecision._meta.get_field("reason").flatchoices)
    told = "; ".join(f"{labels.get(reason, reason)} ({count})" for reason, count in counted)
    return [_("Declined: %(reasons)s.") % {"reasons": told}] if told else []


# ------------------------------------------------------------------ what a broker does
def propose_match(demand: Demand, offer: Model, *, by: User, reason: str, now: dt.datetime | None = None) -> Match:
    """Bring two together by hand, whatever the score, and tell both. Raises DomainError where the two must not meet,
    and for a demand that is not open: neither side would see it.
    """
    words, at = require_reason(reason), now or timezone.now()
    require_shown(demand, None)
    found = matches.hold(demand, offer)
    if found is None:
        raise DomainError(
            _("These two are not brought together: it is the same organization, one of them declined or does not want "
              "to be shown, one is not public, or their ways of cooperation exclude each other.")
        )  # fmt: skip
    stored = [part.to_dict() for part in found.parts]
    with transaction.atomic():
        match, _created = Match.objects.select_for_update().get_or_create(
            demand=demand,
            **pair_of(offer),
            defaults={
                "score": found.score, "parts": stored, "offer_score": found.score, "offer_parts": stored,
                "found_at": at, "matched_at": at,
            },
        )  # fmt: skip
        match.source, match.proposed_by, match.proposed_reason = MatchSource.BROKER, by, words[:500]
        match.save(update_fields=["source", "proposed_by", "proposed_reason"])
        matches.match_demand(demand, now=at)  # what the side that offers may read of it
        tell_proposed(match, now=at)
    return Match.objects.get(pk=match.pk)


def write_up_call(
    demand: Demand, *, by: User, on: dt.date, spoken_with: str, summary_en: str = "", summary_zh: str = "",
    is_real: bool = True, now: dt.datetime | None = None,
) -> DemandCall:  # fmt: skip
    """Write down a call or visit. One that confirms the need of a demand handed in verifies it."""
    if on > timezone.localdate(now):
        raise DomainError(_("The call cannot lie in the future."), field="on")
    if not spoken_with.strip():
        raise DomainError(_("Write whom you spoke with."), field="spoken_with")
    if not (summary_en.strip() or summary_zh.strip()):
        raise DomainError(_("Write down what was said, in one language at least."), field="summary_en")
    with transaction.atomic():
        stored = Demand.objects.select_for_update().get(pk=demand.pk)
        call = DemandCall.objects.create(
            demand=stored, by=by, on=on, spoken_with=" ".join(spoken_with.split()), summary_en=summary_en.strip(),
            summary_zh=summary_zh.strip(), is_real=is_real,
        )  # fmt: skip
        if is_real and stored.state == DemandState.SUBMITTED:
            verify_demand(stored, by=by, reason=_("Call of %(day)s.") % {"day": on.isoformat()}, now=now)
    return call


def brokers() -> QuerySet[User]:
    """The staff who sit at the desk."""
    may = Q(is_superuser=True)
    for held in ("groups__permissions", "user_permissions"):
        may |= Q(**{f"{held}__codename": "change_demand", f"{held}__content_type__app_label": "matchmaking"})
    return User.objects.filter(may, is_active=True, is_staff=True).distinct().order_by("name", "pk")


def take_over(
    introduction: Introduction, *, broker: User | None, by: User | None = None, now: dt.datetime | None = None
) -> Introduction:
    """Give an introduction into the hands of a broker, who is told, or of none."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = Introduction.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=introduction.pk)
        if stored.broker == broker:
            return stored
        stored.broker = broker
        stored.save(update_fields=["broker", "updated_at"])
        if broker is not None and broker != by:
            key, url = (
                f"introduction-{stored.pk}-broker-{broker.pk}-{at.isoformat()}",
                reverse("admin:desk") + "?mine=1",
            )
            tell("introduction-handed", [broker], key=key, url=url, now=at, **about(stored, Side.ASKING))
    return stored


def matches_for_broker(demand: Demand) -> Sequence[Match]:
    """All of a demand's matches, best first; brokers also see those one side has declined."""
    rows = Match.objects.filter(demand=demand).select_related("innovation", "product", "instrument", "proposed_by")
    return list(rows.order_by("-score", "pk")[:50])


def declined_by(demand: Demand) -> dict[tuple[str, int], list[MatchDecision]]:
    """{(noun, key): decisions} of the offers that one side does not want."""
    found: dict[tuple[str, int], list[MatchDecision]] = {}
    for row in MatchDecision.objects.filter(demand=demand, verdict=DecisionVerdict.DECLINED).order_by("at"):
        found.setdefault(row.offer_key, []).append(row)
    return found
