"""Demands: hand in, verify, publish, follow to an outcome, take back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from expo import quality
from expo.errors import DomainError
from expo.models import User
from expo.own.telling import tell_arrived, tell_state
from expo.quality import Wish
from expo.transitions import check_move, move, require_reason
from matchmaking.models import Demand, DemandState


def demand_wishes(demand: Demand) -> list[Wish]:
    """What an answer needs to know, and what would help."""
    has_budget = demand.budget_min is not None or demand.budget_max is not None or bool(demand.budget_reason)
    return [
        quality.claim(demand),
        quality.sector(demand),
        Wish(_("a target in figures"), demand.target_metrics.all().exists(), must=True),
        Wish(_("a budget, or why there is none"), has_budget, must=True),
        Wish(_("the person who decides"), bool(demand.decision_owner), must=True),
        Wish(_("the problem, in some sentences"), bool(demand.problem)),
        Wish(_("how it is done today"), bool(demand.situation)),
        Wish(_("what must not change"), bool(demand.limits)),
        Wish(_("the day it is needed by"), demand.deadline is not None),
        Wish(_("ways of cooperation you could agree to"), demand.wanted_modes.all().exists()),
        quality.second_language(demand),
    ]


def missing_for_publication(demand: Demand) -> list[str]:
    """What an answer would need to know, in words; empty when it may be published."""
    return quality.missing(demand_wishes(demand))


def _require_complete(demand: Demand, refusal: str) -> None:
    if missing := missing_for_publication(demand):
        raise DomainError(refusal % {"record": demand, "missing": "; ".join(missing)})


def submit_demand(demand: Demand, *, by: User | None) -> Demand:
    """Hand in a draft. It must have what an answer needs to know."""
    with transaction.atomic():
        demand.refresh_from_db(from_queryset=Demand.objects.select_for_update())
        check_move(demand, DemandState.SUBMITTED)
        _require_complete(demand, _("“%(record)s” cannot be handed in yet. It lacks: %(missing)s."))
        move(demand, DemandState.SUBMITTED, by=by)
        tell_arrived(demand, by=by)
    return demand


def verify_demand(demand: Demand, *, by: User | None, reason: str, now: dt.datetime | None = None) -> Demand:
    """Note that somebody called or visited the enterprise and that the need is real; `reason` says how."""
    with transaction.atomic():
        move(demand, DemandState.VERIFIED, by=by, reason=require_reason(reason), now=now)
        demand.verified_by, demand.verified_at = by, now or timezone.now()
        demand.save(update_fields=["verified_by", "verified_at", "updated_at"])
    return demand


def publish_demand(demand: Demand, *, by: User | None) -> Demand:
    """Show a verified demand. It needs a target in figures, a budget or a reason, and a person who decides."""
    with transaction.atomic():
        demand.refresh_from_db(from_queryset=Demand.objects.select_for_update())
        _require_complete(demand, _("“%(record)s” cannot be published yet. It lacks: %(missing)s."))
        move(demand, DemandState.PUBLISHED, by=by)
        tell_state(demand, by=by)
    return demand


def _move_and_tell(demand: Demand, to: str, *, by: User | None, reason: str) -> Demand:
    with transaction.atomic():
        move(demand, to, by=by, reason=reason)
        tell_state(demand, by=by, reason=reason)
    return demand


def return_demand(demand: Demand, *, by: User | None, reason: str) -> Demand:
    return _move_and_tell(demand, DemandState.RETURNED, by=by, reason=require_reason(reason))


def redraft_demand(demand: Demand, *, by: User | None) -> Demand:
    """Open a returned or expired demand again, to be mended, handed in and verified anew."""
    with transaction.atomic():
        move(demand, DemandState.DRAFT, by=by)
        demand.verified_by = demand.verified_at = None
        demand.save(update_fields=["verified_by", "verified_at", "updated_at"])
    return demand


def begin_matching(demand: Demand, *, by: User | None) -> Demand:
    """Start to look for partners, or look again after talks that led nowhere."""
    return move(demand, DemandState.MATCHING, by=by)


def begin_negotiation(demand: Demand, *, by: User | None) -> Demand:
    return move(demand, DemandState.NEGOTIATING, by=by)


def note_contract(demand: Demand, *, by: User | None, reason: str = "") -> Demand:
    """A contract was signed for it."""
    return move(demand, DemandState.CONTRACTED, by=by, reason=reason.strip())


def declare_solved(demand: Demand, *, by: User | None, reason: str) -> Demand:
    """The enterprise says that its need is met; `reason` quotes it."""
    return move(demand, DemandState.SOLVED, by=by, reason=require_reason(reason))


def declare_unsolved(demand: Demand, *, by: User | None, reason: str) -> Demand:
    """The need was not met. Its coded reason must be chosen first, so that reasons can be counted."""
    with transaction.atomic():
        demand.refresh_from_db(from_queryset=Demand.objects.select_for_update())
        if not demand.unsolved_reason:
            raise DomainError(_("Choose why “%(demand)s” is unsolved, save, then declare it.") % {"demand": demand})
        return move(demand, DemandState.UNSOLVED, by=by, reason=require_reason(reason))


def withdraw_demand(demand: Demand, *, by: User | None, reason: str = "") -> Demand:
    return _move_and_tell(demand, DemandState.WITHDRAWN, by=by, reason=reason.strip())


def expire_demand(demand: Demand, *, by: User | None, reason: str = "") -> Demand:
    return _move_and_tell(demand, DemandState.EXPIRED, by=by, reason=reason.strip())


def archive_demand(demand: Demand, *, by: User | None) -> Demand:
    return move(demand, DemandState.ARCHIVED, by=by)


def expire_overdue(*, now: dt.datetime | None = None) -> int:
    """Take off every demand whose last day has passed. Returns how many; safe to run twice."""
    today = timezone.localdate(now)
    shown = [DemandState.PUBLISHED, DemandState.MATCHING]
    with transaction.atomic():
        rows = list(Demand.objects.select_for_update().filter(state__in=shown, expires_on__lt=today))
        for demand in rows:
            expire_demand(demand, by=None, reason=_("Its last day was %(day)s.") % {"day": demand.expires_on})
    return len(rows)
