"""Who may not be introduced to whom, and how many introductions an organization may begin."""

from __future__ import annotations

import datetime as dt

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expo.errors import DomainError
from expo.models import Organization, PolicyRule
from matchmaking.models import DecisionVerdict, Demand, Introduction, MatchDecision, NeverShow, Side
from matchmaking.models.match import pair_of

MOST_A_DAY = "introduction.most_a_day"  # the rule; what one organization may begin in 24 hours
USUAL_MOST = 20
MOST_WORDS = 50  # messages of one side in one introduction in 24 hours: each is told to people of the other side
DAY = dt.timedelta(days=1)


def refuse_unwanted(
    key: str, side: Side, organization: Organization, other: Organization, demand: Demand | None, offer: Model | None
) -> None:
    """Who has said no is not asked again about the same, nor by whom it never wants to see."""
    told = _("They have looked at this and said that it is not for them. Nothing more can be sent to them about it.")
    earlier = Introduction.objects.filter(pair_key=key, from_side=side).exclude(decline_reason="")
    if earlier.exists():
        raise DomainError(told)
    if demand is not None and offer is not None:
        declined = MatchDecision.objects.filter(demand=demand, side=side.other, verdict=DecisionVerdict.DECLINED)
        if declined.filter(**pair_of(offer)).exists():
            raise DomainError(told)
    refuse_never(side, organization, other, demand)


def refuse_never(side: Side, organization: Organization, other: Organization, demand: Demand | None) -> None:
    """DomainError where one of the two never wants to see the other."""
    never = Q(organization=other, other=organization)
    if side == Side.ASKING or demand is None or demand.is_named:  # else the list would tell who it is
        never |= Q(organization=organization, other=other)
    if NeverShow.objects.filter(never).exists():
        raise DomainError(_("An introduction between these two organizations is not wanted."))


def refuse_too_many(organization: Organization, at: dt.datetime) -> None:
    begun = Q(asking=organization, from_side=Side.ASKING) | Q(offering=organization, from_side=Side.OFFERING)
    most = _most_a_day(at)
    if Introduction.objects.filter(begun, created_at__gt=at - DAY).count() >= most:
        told = ngettext(
            "Your organization has begun %(most)d introduction within a day. Please go on tomorrow.",
            "Your organization has begun %(most)d introductions within a day. Please go on tomorrow.",
            most,
        )
        raise DomainError(told % {"most": most})


def _most_a_day(at: dt.datetime) -> int:
    most = PolicyRule.objects.value(MOST_A_DAY, timezone.localdate(at))
    return most if isinstance(most, int) and most > 0 else USUAL_MOST


# ------------------------------------------------------------------ words
def was_just_said(introduction: Introduction, side: str, words: str) -> bool:
    """Whether these are the last words of the conversation, by the same side: a button was clicked twice."""
    last = introduction.messages.order_by("-at", "-pk").first()
    return last is not None and (last.side, last.text) == (side, words)


def refuse_too_many_words(introduction: Introduction, side: str, at: dt.datetime) -> None:
    if introduction.messages.filter(side=side, at__gt=at - DAY).count() >= MOST_WORDS:
        raise DomainError(_("You have asked a lot in a short time. Please go on tomorrow."), field="text")
