"""Why people say no, over the whole fair: what organizers read of it, and what they could do about it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from expo.models import Origin
from matchmaking.models import OFFERS, DecisionVerdict, DeclineReason, Demand, Introduction, MatchDecision, Side

LATELY = dt.timedelta(days=90)
DEMANDS = 3  # named with a reason: those of which it was said most


@dataclass(frozen=True)
class Declined:
    """How often a reason was given by the side that asks and by the one that offers; `lately` of both, in 90 days.
    `demands` are those of which it was said most, with how often."""

    reason: DeclineReason
    asking: int
    offering: int
    lately: int
    demands: tuple[tuple[Demand, int], ...]

    @property
    def count(self) -> int:
        return self.asking + self.offering


@dataclass(frozen=True)
class Overview:
    """By reason, the most frequent first. Samples stand in where nothing real was declined yet."""

    rows: tuple[Declined, ...]
    of_samples: bool


def overview(*, now: dt.datetime | None = None) -> Overview:
    """All that was declined: matches, and introductions about one record alone, which are no match."""
    since = (now or timezone.now()) - LATELY
    for of_samples in (False, True):
        if rows := _rows(since, of_samples=of_samples):
            return Overview(rows, of_samples)
    return Overview((), of_samples=False)


def count() -> int:
    """As many as `overview` counts, of real ones."""
    return _decisions(of_samples=False).count() + _of_one(of_samples=False).count()


def _decisions(*, of_samples: bool) -> QuerySet[MatchDecision]:
    return MatchDecision.objects.filter(verdict=DecisionVerdict.DECLINED, of_sample=of_samples).order_by()


def _of_one(*, of_samples: bool) -> QuerySet[Introduction]:
    """Declined introductions about a demand or an offer alone: of a pair there is a decision as well."""
    origin = Q(origin=Origin.SAMPLE)
    alone = Q(demand=None) | Q(**{f"{name}__isnull": True for name in OFFERS})
    rows: QuerySet[Introduction] = Introduction.objects.exclude(decline_reason="").filter(alone).order_by()
    return rows.filter(origin if of_samples else ~origin)


def _rows(since: dt.datetime, *, of_samples: bool) -> tuple[Declined, ...]:
    sides: dict[str, Counter[str]] = defaultdict(Counter)
    lately: Counter[str] = Counter()
    demands: dict[str, Counter[int]] = defaultdict(Counter)
    counted = {"number": Count("pk"), "fresh": Count("pk", filter=Q(at__gte=since))}
    found = _decisions(of_samples=of_samples).values_list("reason", "side", "demand").annotate(**counted)
    for reason, side, demand, number, fresh in found:
        sides[reason][side] += number
        lately[reason] += fresh
        demands[reason][demand] += number
    for reason, wrote, demand, at in _of_one(of_samples=of_samples).values_list(
        "decline_reason", "from_side", "demand", "answered_at"
    ):
        sides[reason][Side(wrote).other] += 1
        lately[reason] += at is not None and at >= since
        if demand is not None:
            demands[reason][demand] += 1
    named = Demand.objects.in_bulk({key for rows in demands.values() for key, _number in rows.most_common(DEMANDS)})
    rows = [
        Declined(
            DeclineReason(reason), told[Side.ASKING], told[Side.OFFERING], lately[reason],
            tuple((named[key], number) for key, number in demands[reason].most_common(DEMANDS) if key in named),
        )
        for reason, told in sides.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-row.count, row.reason)))
