"""Introductions: two organizations that wish to meet about a demand or an offer, against a clock both sides see.

A question does not stop the clock. When it is answered the time begins anew, and both sides see the new deadline.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from expo.deadlines import days_of, working_days_after
from expo.enquiry_limits import checked
from expo.errors import DomainError
from expo.models import MemberRole, Organization, Origin, User
from expo.notices import members_of
from expo.transitions import move, note
from matchmaking.decisions import decline_match
from matchmaking.introducing.limits import refuse_too_many, refuse_too_many_words, refuse_unwanted, was_just_said
from matchmaking.introducing.sides import ANSWERABLE, locked, refuse_naming, seen_by, words_of
from matchmaking.introducing.subjects import Subject, is_offered_by, pair_key, require_shown, side_of
from matchmaking.introducing.telling import tell_person, tell_side
from matchmaking.models import (
    DeclineReason,
    Demand,
    Introduction,
    IntroductionMessage,
    IntroductionState,
    Side,
)
from matchmaking.models.match import pair_of

S = IntroductionState
ANSWER_DAYS = "introduction.answer_days"  # the rule; working days
USUAL_DAYS = 5  # where no rule is in force
# What people may choose; nobody declines with “no reply”.
DECLINE_REASONS = tuple(reason for reason in DeclineReason if reason != DeclineReason.NO_REPLY)


class AlreadyIntroduced(DomainError):
    """The same side has written about the same before: `introduction` is the one that is open."""

    def __init__(self, introduction: Introduction) -> None:
        super().__init__(_("You are in touch about this already. Nothing was sent; your words stand below."))
        self.introduction = introduction


def due(at: dt.datetime) -> dt.datetime:
    """When an answer is expected: so many working days later, at the same hour."""
    return working_days_after(at, days_of(ANSWER_DAYS, at, usual=USUAL_DAYS))


def due_now() -> dt.datetime:
    """When an answer to what is sent at this moment would be due."""
    return due(timezone.now())


def open_between(organization: Organization, subject: Subject) -> Introduction | None:
    """What the two are in touch about already, whoever wrote first."""
    two = (organization, subject.other) if subject.side == Side.ASKING else (subject.other, organization)
    return Introduction.objects.open().filter(pair_key=pair_key(*two, subject.demand, subject.offer)).first()


# ------------------------------------------------------------------ writing first
def introduce(
    *,
    by: User | None,
    organization: Organization,
    demand: Demand | None,
    offer: Any | None,
    other: Organization,
    text: str,
    source: str = Introduction.Source.SEARCH,
    score: int | None = None,
    parts: Sequence[dict[str, Any]] = (),
    now: dt.datetime | None = None,
) -> Introduction:
    """Say for `organization` that it wants to meet `other`. Where the other side has said so already, this accepts it:
    of two that write at the same moment one introduction remains. `score` and `parts` are read by both sides.

    Raises DomainError for what is not shown any more, was declined before or is too much, AlreadyIntroduced for who
    wrote before.
    """
    at, words = now or timezone.now(), checked(text)
    side = side_of(organization, other, demand, offer)
    asking, offering = (organization, other) if side == Side.ASKING else (other, organization)
    key = pair_key(asking, offering, demand, offer)
    with transaction.atomic():
        _lock(asking, offering)
        if (found := Introduction.objects.open().filter(pair_key=key).first()) is not None:
            return _meet(found, side=side, organization=organization, by=by, words=words, at=at)
        require_shown(demand, offer)
        refuse_unwanted(key, side, organization, other, demand, offer)
        refuse_too_many(organization, at)
        if side == Side.ASKING and demand is not None and not demand.is_named:
            refuse_naming(organization, words, by=by)
        introduction = Introduction(
            asking=asking, offering=offering, demand=demand, pair_key=key, from_side=side, source=source, score=score,
            parts=list(parts), sender=by, due_at=due(at), **(pair_of(offer) if offer is not None else {}),
            **{f"{side}_handler": by},
        )  # fmt: skip
        if any(record is not None and record.is_sample for record in (demand, offer, organization, other)):
            introduction.origin = Origin.SAMPLE
        introduction.full_clean()
        introduction.save()
        _say(introduction, side, words, by=by, at=at)
        note(introduction, "", S.SENT, by=by, now=at)
        tell_side("introduction-received", introduction, side.other, what="sent", at=at)
    return introduction


def _lock(*organizations: Organization) -> None:
    """Both, in one order whoever comes: what passes between the two happens in turn."""
    keys = sorted(organization.pk for organization in organizations)
    list(Organization.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _meet(
    found: Introduction, *, side: Side, organization: Organization, by: User | None, words: str, at: dt.datetime
) -> Introduction:
    stored = locked(found)
    if stored.from_side == side or stored.state not in ANSWERABLE:
        raise AlreadyIntroduced(stored)
    return _accept(stored, side, words, by=by, at=at)


# ------------------------------------------------------------------ what the answering side does
def acknowledge(
    introduction: Introduction, *, organization: Organization, by: User, now: dt.datetime | None = None
) -> Introduction:
    """The answering side has opened it for the first time. Anybody else, and a second time, change nothing."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = locked(introduction)
        if stored.state == S.SENT and seen_by(stored, organization).may_answer:
            move(stored, S.ACKNOWLEDGED, by=by, now=at)
    return stored


def ask_question(
    introduction: Introduction,
    *,
    organization: Organization,
    by: User | None,
    text: str,
    now: dt.datetime | None = None,
) -> Introduction:
    """Ask before answering. The clock runs on; what was late already gets its time anew. A second click asks once."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = _to_answer(introduction, organization)
        side = stored.side_of(organization)
        words = words_of(stored, side, text, by=by)
        if stored.state == S.CLARIFYING and was_just_said(stored, side, words):
            return stored
        refuse_too_many_words(stored, side, at)
        message = _say(stored, side, words, by=by, at=at)
        is_new = stored.state != S.CLARIFYING
        if stored.state == S.STALE:
            stored.due_at, stored.nudged_at = due(at), None
        _take(stored, side, by)
        stored.save()
        if is_new:
            move(stored, S.CLARIFYING, by=by, now=at)
        tell_side("introduction-question", stored, side.other, what=f"m{message.pk}", at=at)
    return stored


def accept(
    introduction: Introduction, *, organization: Organization, by: User | None, text: str = "",
    now: dt.datetime | None = None,
) -> Introduction:  # fmt: skip
    """Want to meet too. From now on both know each other's names, unless the demand keeps its for the agreement."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = _to_answer(introduction, organization)
        return _accept(stored, stored.side_of(organization), text, by=by, at=at)


def _accept(stored: Introduction, side: Side, text: str, *, by: User | None, at: dt.datetime) -> Introduction:
    stored.answered_at = at  # from here on names may be open, so the words may tell them
    if text.strip():
        _say(stored, side, words_of(stored, side, text, by=by), by=by, at=at)
    _take(stored, side, by)
    stored.save()
    move(stored, S.ACCEPTED, by=by, now=at)
    tell_side("introduction-accepted", stored, side.other, what="accepted", at=at)
    return stored


def decline(
    introduction: Introduction, *, organization: Organization, by: User | None, reason: str, note: str = "",
    now: dt.datetime | None = None,
) -> Introduction:  # fmt: skip
    """Say no, with a coded reason. The other side reads it; of a pair it also stands as a decision on the match."""
    at, words = now or timezone.now(), note.strip()
    if reason not in DECLINE_REASONS:
        raise DomainError(_("Choose why."), field="reason")
    if reason == DeclineReason.OTHER and not words:
        raise DomainError(_("Say why in words."), field="note")
    with transaction.atomic():
        stored = _to_answer(introduction, organization)
        side = stored.side_of(organization)
        if seen_by(stored, organization).is_hidden_itself:
            refuse_naming(organization, words, by=by, field="note")
        stored.decline_reason, stored.decline_note, stored.answered_at = reason, words, at
        stored.full_clean(validate_unique=False, validate_constraints=False)
        stored.save()
        move(stored, S.DECLINED, by=by, now=at)
        if stored.demand is not None and stored.offer is not None and _still_has_a_say(stored, organization):
            decline_match(
                stored.demand, stored.offer, side=side, organization=organization, by=by, reason=reason, note=words,
                now=at,
            )  # fmt: skip
        tell_side("introduction-declined", stored, side.other, what="declined", at=at)
    return stored


def _still_has_a_say(introduction: Introduction, organization: Organization) -> bool:
    """Whether a decision on the match is theirs: an innovation may have gone into other hands meanwhile."""
    asks = introduction.side_of(organization) == Side.ASKING
    return asks or is_offered_by(introduction.offer, organization)  # type: ignore[arg-type]


def _to_answer(introduction: Introduction, organization: Organization) -> Introduction:
    """The row, locked, if this organization may answer it now."""
    stored = locked(introduction)
    seen = seen_by(stored, organization)
    if seen.wrote_first:
        raise DomainError(_("The other side answers this; you wrote first."))
    if not seen.may_answer:
        raise DomainError(_("This is %(state)s already.") % {"state": stored.get_state_display()})
    return stored


# ------------------------------------------------------------------ what either side does
def answer_question(
    introduction: Introduction,
    *,
    organization: Organization,
    by: User | None,
    text: str,
    now: dt.datetime | None = None,
) -> Introduction:
    """Answer the other side's question. Its time to decide begins anew, and both see the new deadline."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = locked(introduction)
        if not seen_by(stored, organization).may_reply:
            raise DomainError(_("No question waits for your answer."), field="text")
        side = stored.side_of(organization)
        message = _say(stored, side, words_of(stored, side, text, by=by), by=by, at=at)
        stored.due_at, stored.nudged_at = due(at), None
        stored.save()
        move(stored, S.ACKNOWLEDGED, by=by, now=at)
        tell_side("introduction-replied", stored, side.other, what=f"m{message.pk}", at=at)
    return stored


def write(
    introduction: Introduction,
    *,
    organization: Organization,
    by: User | None,
    text: str,
    now: dt.datetime | None = None,
) -> Introduction:
    """Talk on, once both want to meet. A second click says nothing twice."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = locked(introduction)
        if not seen_by(stored, organization).may_write:
            raise DomainError(_("You can write to each other once both sides want to meet."), field="text")
        side = stored.side_of(organization)
        words = words_of(stored, side, text, by=by)
        if was_just_said(stored, side, words):
            return stored
        refuse_too_many_words(stored, side, at)
        message = _say(stored, side, words, by=by, at=at)
        tell_side("introduction-message", stored, side.other, what=f"m{message.pk}", at=at)
    return stored


def hand_over(
    introduction: Introduction, *, organization: Organization, by: User, to: User, now: dt.datetime | None = None
) -> Introduction:
    """Give it to a colleague who may act for the organization; that colleague is told."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = locked(introduction)
        seen = seen_by(stored, organization)
        if not seen.is_open:
            raise DomainError(_("This is %(state)s already.") % {"state": stored.get_state_display()})
        if to not in members_of(organization, least=MemberRole.EDITOR):
            raise DomainError(_("Choose a colleague who may answer for the organization."), field="to")
        if seen.handler == to:
            return stored
        setattr(stored, f"{seen.side}_handler", to)
        stored.save(update_fields=[f"{seen.side}_handler", "updated_at"])
        if to.pk != by.pk:
            what = f"to-{to.pk}-{at.isoformat()}"
            tell_person("introduction-handed", stored, seen.side, to, what=what, at=at)
    return stored


def close(
    introduction: Introduction, *, organization: Organization, by: User | None, reason: str,
    now: dt.datetime | None = None,
) -> Introduction:  # fmt: skip
    """End it with a reason: who wrote first takes it back, or either side ends what was accepted. The other is told."""
    at = now or timezone.now()
    with transaction.atomic():
        stored = locked(introduction)
        seen = seen_by(stored, organization)
        if not seen.is_open:
            raise DomainError(_("This is %(state)s already.") % {"state": stored.get_state_display()})
        if not seen.close_reasons:
            raise DomainError(_("Answer it: who wrote first may take it back, you may decline."))
        if reason not in seen.close_reasons:
            raise DomainError(_("Choose why."), field="reason")
        stored.close_reason = reason
        stored.save(update_fields=["close_reason", "updated_at"])
        move(stored, S.CLOSED, by=by, now=at)
        tell_side("introduction-closed", stored, seen.side.other, what="closed", at=at)
    return stored


# ------------------------------------------------------------------ what they share
def _take(introduction: Introduction, side: str, by: User | None) -> None:
    """Who answers first has it in hand from then on."""
    if getattr(introduction, f"{side}_handler_id") is None:
        setattr(introduction, f"{side}_handler", by)


def _say(introduction: Introduction, side: str, text: str, *, by: User | None, at: dt.datetime) -> IntroductionMessage:
    return IntroductionMessage.objects.create(introduction=introduction, side=side, by=by, text=text, at=at)
