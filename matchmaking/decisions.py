"""What people decide about matches: the shortlist, “not for us” with a reason, and who is never shown to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Organization, User
from matchmaking.introducing.subjects import is_offered_by
from matchmaking.match_runs import note_changes
from matchmaking.models import (
    DecisionVerdict,
    DeclineReason,
    Demand,
    Introduction,
    Match,
    MatchDecision,
    NeverShow,
    Side,
)
from matchmaking.models.match import pair_of

# What people may choose; nobody declines with “no reply”.
REASONS = tuple(reason for reason in DeclineReason if reason != DeclineReason.NO_REPLY)


def decided(demand: Demand, offer: Model, *, side: str) -> MatchDecision | None:
    return MatchDecision.objects.filter(demand=demand, side=side, **pair_of(offer)).first()


# ------------------------------------------------------------------ deciding
def shortlist(
    demand: Demand, offer: Any, *, side: str, organization: Organization, by: User | None,
    now: dt.datetime | None = None,
) -> MatchDecision:  # fmt: skip
    """Put a match on one's shortlist. One that the same side declined comes off that list first."""
    return _decide(demand, offer, side, organization, DecisionVerdict.SHORTLISTED, by=by, now=now)


def take_off_shortlist(demand: Demand, offer: Any, *, side: str, organization: Organization) -> int:
    """How many were taken off: none where it was not on it."""
    _require_side(demand, offer, side, organization)
    return _forget(demand, offer, side, DecisionVerdict.SHORTLISTED)


def decline_match(
    demand: Demand, offer: Any, *, side: str, organization: Organization, by: User | None, reason: str,
    note: str = "", now: dt.datetime | None = None,
) -> MatchDecision:  # fmt: skip
    """Not for us: the pair comes back to neither side. The other side reads how often a reason is given, never by whom.

    Raises DomainError without a reason that may be chosen, and for “other” without words.
    """
    words = note.strip()
    if reason not in REASONS:
        raise DomainError(_("Choose why."), field="reason")
    if reason == DeclineReason.OTHER and not words:
        raise DomainError(_("Say why in words."), field="note")
    if len(words) > (most := MatchDecision._meta.get_field("note").max_length or 0):
        raise DomainError(_("Write at most %(most)d characters.") % {"most": most}, field="note")
    return _decide(
        demand, offer, side, organization, DecisionVerdict.DECLINED, by=by, now=now, reason=reason, note=words
    )


def take_back_decline(demand: Demand, offer: Any, *, side: str, organization: Organization) -> int:
    """Let the pair come back, as far as this side goes; how many were taken back. Only who declined may, of several
    that hold an innovation.
    """
    _require_side(demand, offer, side, organization)
    with transaction.atomic():
        count = _forget(demand, offer, side, DecisionVerdict.DECLINED, organization=organization)
        if count:
            note_changes([("demand", demand.pk)])
    return count


def _decide(
    demand: Demand, offer: Any, side: str, organization: Organization, verdict: str, *, by: User | None,
    now: dt.datetime | None, reason: str = "", note: str = "",
) -> MatchDecision:  # fmt: skip
    """The last word of a side. The score and its parts are kept as they were then, to be learned from."""
    _require_side(demand, offer, side, organization)
    with transaction.atomic():
        Demand.objects.select_for_update().get(pk=demand.pk)
        if verdict == DecisionVerdict.DECLINED:
            _refuse_while_in_touch(demand, offer, organization)
        match = Match.objects.filter(demand=demand, **pair_of(offer)).first()
        stored = decided(demand, offer, side=side) or MatchDecision(demand=demand, side=side, **pair_of(offer))
        stored.verdict, stored.reason, stored.note = verdict, reason, note
        stored.organization, stored.by, stored.at = organization, by, now or timezone.now()
        stored.of_sample = demand.is_sample or offer.is_sample or organization.is_sample
        if match is not None:
            asks = side == Side.ASKING
            stored.score = match.score if asks else match.offer_score
            stored.parts = match.parts if asks else match.offer_parts
        stored.save()
    return stored


def _refuse_while_in_touch(demand: Demand, offer: Any, organization: Organization) -> None:
    """There both sides read the answer, and the clock stops."""
    rows = Introduction.objects.of_organization(organization).open()
    if rows.filter(demand=demand, **pair_of(offer)).exists():
        raise DomainError(_("You are in touch about this: decline or close the introduction instead."))


def _forget(demand: Demand, offer: Any, side: str, verdict: str, **more: Any) -> int:
    rows = MatchDecision.objects.filter(demand=demand, side=side, verdict=verdict, **pair_of(offer), **more)
    return rows.delete()[0]


def _require_side(demand: Demand, offer: Any, side: str, organization: Organization) -> None:
    asks = side == Side.ASKING
    if (asks and demand.organization_id != organization.pk) or (not asks and not is_offered_by(offer, organization)):
        raise DomainError(_("This match is not of your organization."))


# ------------------------------------------------------------------ what the reasons say
def reasons_against(**subject: Model) -> list[tuple[str, int]]:
    """How often which reason was given by the other side against a demand, or an offer: (reason in words, how often),
    the most frequent first. `demand=…`, or `innovation=…` and so on.
    """
    side = Side.OFFERING if "demand" in subject else Side.ASKING
    rows = MatchDecision.objects.filter(verdict=DecisionVerdict.DECLINED, side=side, **subject)
    counted = rows.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return [(str(DeclineReason(reason).label), count) for reason, count in counted]


# ------------------------------------------------------------------ never
def never_show(
    organization: Organization, other: Organization, *, by: User | None, now: dt.datetime | None = None
) -> NeverShow:
    """From now on the two find each other in no match, whichever of them asks. A second time changes nothing."""
    if organization.pk == other.pk:
        raise DomainError(_("Choose another organization than your own."), field="other")
    row, _made = NeverShow.objects.get_or_create(
        organization=organization, other=other, defaults={"by": by, "at": now or timezone.now()}
    )
    return row


def show_again(row: NeverShow, *, organization: Organization) -> None:
    """Let the two find each other again: what they ask for is matched anew."""
    if row.organization_id != organization.pk:
        raise DomainError(_("This list is not of your organization."))
    with transaction.atomic():
        row.delete()
        demands = Demand.objects.open().filter(organization__in=[organization, row.other]).order_by("pk")
        note_changes(("demand", key) for key in demands.values_list("pk", flat=True))


def never_shown(organization: Organization) -> Sequence[NeverShow]:
    rows = NeverShow.objects.filter(organization=organization).select_related("other")
    return list(rows.order_by("-at", "-pk"))
