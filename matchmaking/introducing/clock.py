"""The clock of introductions: a reminder, the deadline itself, the end of what nobody answers or what is gone."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from expo.deadlines import days_of, working_days_after
from expo.models import (
    Innovation,
    InnovationState,
    Instrument,
    InstrumentState,
    Product,
    ProductState,
    Transition,
)
from expo.transitions import move
from matchmaking.introducing.sides import ANSWERABLE, closes_at, with_sides
from matchmaking.introducing.telling import tell_both, tell_side
from matchmaking.models import DealParty, Demand, DemandState, Introduction, IntroductionState, TechnologyContract
from matchmaking.models.introduction import IntroductionQuerySet

# States out of which nothing comes back: then there is nothing left to answer. What is paused may come back.
GONE_STATES: Mapping[str, tuple[type[Model], tuple[str, ...]]] = {
    "demand": (
        Demand,
        (
            DemandState.CONTRACTED, DemandState.SOLVED, DemandState.UNSOLVED, DemandState.WITHDRAWN,
            DemandState.EXPIRED, DemandState.ARCHIVED,
        ),
    ),
    "innovation": (
        Innovation,
        (
            InnovationState.EXPIRED, InnovationState.WITHDRAWN, InnovationState.TRANSFORMED, InnovationState.ARCHIVED,
        ),
    ),
    "product": (Product, (ProductState.WITHDRAWN,)),
    "instrument": (Instrument, (InstrumentState.RETIRED,)),
}  # fmt: skip
LATELY = dt.timedelta(days=2)  # how far back a worker looks that did not run for a while
logger = logging.getLogger(__name__)
S = IntroductionState
NUDGE_DAYS = "introduction.nudge_days"  # the rule; working days before the deadline
USUAL_NUDGE_DAYS = 2
Step = Callable[[Introduction, dt.datetime], bool]


def nudge_and_close(*, now: dt.datetime | None = None) -> dict[str, int]:
    """Close what is about something that is gone, remind who is to answer soon, mark what is late, close what stays
    unanswered; how many of each. Run as often as one likes: each step happens once. Each row is a transaction of its
    own, so one that fails holds up no other.
    """
    at = now or timezone.now()
    waiting, open_rows = Introduction.objects.waiting(), Introduction.objects.filter(state=S.STALE)
    soon = working_days_after(at, days_of(NUDGE_DAYS, at, usual=USUAL_NUDGE_DAYS))
    answerable = Introduction.objects.filter(state__in=ANSWERABLE)
    in_touch = Introduction.objects.filter(state=S.ACCEPTED)
    _each(in_touch.filter(_about_what_went(at)), _tell_gone, at)
    return {
        "gone": _each(answerable.filter(_about_what_is_gone()), _end_gone, at),
        "closed": _each(open_rows.filter(due_at__lte=at), _end, at),
        "stale": _each(waiting.filter(due_at__lte=at), _mark_stale, at),
        "nudged": _each(waiting.filter(due_at__gt=at, due_at__lte=soon, nudged_at=None), _nudge, at),
    }


def _about_what_is_gone() -> Q:
    return reduce(or_, (Q(**{f"{noun}__state__in": states}) for noun, (_model, states) in GONE_STATES.items()))


def _about_what_went(at: dt.datetime) -> Q:
    """Lately: who is in touch about it hears of it once."""
    found = Q()
    for noun, (model, states) in GONE_STATES.items():
        kind = ContentType.objects.get_for_model(model)
        moves = Transition.objects.filter(content_type=kind, to_state__in=states, at__gte=at - LATELY)
        found |= Q(**{f"{noun}__in": moves.values("object_id")})
    return found


def _each(rows: IntroductionQuerySet, step: Step, at: dt.datetime) -> int:
    done = 0
    for pk in list(rows.order_by("due_at", "pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                locked = rows.filter(pk=pk).select_for_update(of=("self",), skip_locked=True)
                stored = with_sides(locked).first()
                done += stored is not None and step(stored, at)
        except Exception:
            logger.exception("The clock of introduction #%s could not be kept.", pk)
    return done


def _nudge(stored: Introduction, at: dt.datetime) -> bool:
    """Tell who is to answer; where a question is open, also who is to answer that."""
    stored.nudged_at = at
    stored.save(update_fields=["nudged_at", "updated_at"])
    what = f"nudge-{stored.due_at.isoformat()}"
    tell_side("introduction-nudge", stored, stored.answering_side, what=what, at=at)
    if stored.state == S.CLARIFYING:
        tell_side("introduction-question-open", stored, stored.from_side, what=what, at=at)
    return True


def _mark_stale(stored: Introduction, at: dt.datetime) -> bool:
    """Late from now on; the days to the end count from here, also where no clock ran at the deadline."""
    stored.nudged_at = at
    stored.save(update_fields=["nudged_at", "updated_at"])
    move(stored, S.STALE, by=None, now=at)
    tell_both("introduction-stale", stored, what=f"stale-{stored.due_at.isoformat()}", at=at)
    return True


def _end(stored: Introduction, at: dt.datetime) -> bool:
    if closes_at(stored) > at:
        return False
    stored.close_reason = Introduction.CloseReason.NO_REPLY
    stored.save(update_fields=["close_reason", "updated_at"])
    move(stored, S.CLOSED, by=None, now=at)
    tell_both("introduction-unanswered", stored, what="unanswered", at=at)
    return True


def _end_gone(stored: Introduction, at: dt.datetime) -> bool:
    stored.close_reason = Introduction.CloseReason.GONE
    stored.save(update_fields=["close_reason", "updated_at"])
    move(stored, S.CLOSED, by=None, now=at)
    tell_both("introduction-gone", stored, what="gone", at=at)
    return True


def _tell_gone(stored: Introduction, at: dt.datetime) -> bool:
    """Who is in touch may have more to say to each other: it stays open. A second time nobody is told, nor are two
    that have agreed with each other: to them it is not gone."""
    if _have_agreed(stored):
        return False
    tell_both("introduction-without", stored, what="without", at=at)
    return True


def _have_agreed(stored: Introduction) -> bool:
    deals = DealParty.objects.filter(organization=stored.asking).values("deal")
    contracts = TechnologyContract.objects.filter(buyer=stored.asking, seller=stored.offering)
    return contracts.exists() or DealParty.objects.filter(organization=stored.offering, deal__in=deals).exists()
