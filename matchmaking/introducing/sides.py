"""An introduction as each of its two sides may see it: whom it names, whose turn it is, what one may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from expo.deadlines import days_of, working_days_after
from expo.enquiry_limits import checked
from expo.errors import DomainError
from expo.models import Organization, User
from expo.models.base import SUFFIX
from matchmaking.models import Introduction, IntroductionMessage, IntroductionState, NdaAcceptance, Side
from matchmaking.models.introduction import WAITING_STATES, IntroductionQuerySet
from matchmaking.models.naming import gives_away, identifying_words, squeezed

S = IntroductionState
Reason = Introduction.CloseReason
CLOSE_DAYS = "introduction.close_days"  # the rule; working days after the deadline
USUAL_CLOSE_DAYS = 5
ANSWERABLE = (*WAITING_STATES, S.STALE)  # an answer is late, never too late, until it is closed
BEFORE = (Reason.TAKEN_BACK, Reason.GONE)  # why who wrote first takes it back
AFTER = (Reason.DONE, Reason.MET, Reason.LED_NOWHERE, Reason.GONE)  # why what was accepted comes to its end
RELATED = (
    "asking", "offering", "demand", "innovation", "product", "instrument", "asking_handler", "offering_handler",
)  # fmt: skip
SHORTEST_NAME = 4  # letters of a person's name that give it away: “An” stands in every text


# ------------------------------------------------------------------ what is open to whom
def was_accepted(introduction: Introduction) -> bool:
    """Whether both sides wanted it, also when it is closed now."""
    return introduction.answered_at is not None and not introduction.decline_reason


def agreed_digest(introduction: Introduction) -> str:
    """The fingerprint of the confidentiality agreement that both sides accepted; empty where there is none."""
    accepted: dict[str, set[str]] = {Side.ASKING: set(), Side.OFFERING: set()}
    for row in introduction.nda_acceptances.all():
        accepted[row.side].add(row.digest)
    return min(accepted[Side.ASKING] & accepted[Side.OFFERING], default="")


def is_named(introduction: Introduction) -> bool:
    """Whether the side that offers may know who asks.

    A public demand names it from the beginning, an anonymous one once both want to meet. One that shows its title only
    names it with everything else: once both have accepted the confidentiality agreement.
    """
    demand = introduction.demand
    if demand is None or demand.is_named:
        return True
    return was_accepted(introduction) and (demand.is_detailed or bool(agreed_digest(introduction)))


def other_of(introduction: Introduction, side: str) -> Organization | None:
    """The organization across from `side`; None where its name is not open yet."""
    if side == Side.ASKING:
        return introduction.offering
    return introduction.asking if is_named(introduction) else None


def name_of(organization: Organization | None) -> str:
    """A name in the active language, or the words that stand in for one that is not open."""
    return str(organization.name) if organization else _("An enterprise that is not named yet")


def names_in_both(organization: Organization | None) -> dict[str, str]:
    """`who_en` and `who_zh`, as notices keep them."""
    found = {}
    for language, suffix in SUFFIX.items():
        with override(language):
            found[f"who{suffix}"] = name_of(organization)
    return found


def words_of(introduction: Introduction, side: str, text: str, *, by: User | None) -> str:
    """What a side writes, as it is stored. DomainError for none, too much, and what would name who is not named."""
    words = checked(text, most_links=None)
    if side == Side.ASKING and not is_named(introduction):
        refuse_naming(introduction.asking, words, by=by)
    return words


def refuse_naming(organization: Organization, words: str, *, by: User | None, field: str = "text") -> None:
    """DomainError where the words tell who writes, though the demand is to keep that."""
    if not words:
        return
    telling = (
        [word for word in (by.name, by.email) if len(squeezed(word)) >= SHORTEST_NAME or not word.isascii()]
        if by
        else []
    )
    if gives_away(words, [*identifying_words(organization), *filter(None, telling)]):
        told = _("This tells who you are, and your demand keeps that for now. Take names and addresses out.")
        raise DomainError(told, field=field)


# ------------------------------------------------------------------ rows
def locked(introduction: Introduction) -> Introduction:
    """The row as it is now, held until the transaction ends."""
    rows = Introduction.objects.select_for_update(of=("self",)).select_related(*RELATED)
    return rows.get(pk=introduction.pk)


def with_sides(rows: IntroductionQuerySet) -> IntroductionQuerySet:
    """With all that `Seen` asks for."""
    found: IntroductionQuerySet = rows.select_related(*RELATED)
    return found.prefetch_related(Prefetch("nda_acceptances", NdaAcceptance.objects.select_related("nda")))


def waiting_on(organization: Organization) -> IntroductionQuerySet:
    """Those in which the next word is this organization's: an answer, or the answer to a question of the other side."""
    asked = Q(asking=organization, from_side=Side.ASKING) | Q(offering=organization, from_side=Side.OFFERING)
    answers = Q(asking=organization, from_side=Side.OFFERING) | Q(offering=organization, from_side=Side.ASKING)
    turns = (answers & Q(state__in=[S.SENT, S.ACKNOWLEDGED, S.STALE])) | (asked & Q(state=S.CLARIFYING))
    found: IntroductionQuerySet = Introduction.objects.filter(turns)
    return found


def closes_at(introduction: Introduction) -> dt.datetime:
    """When it is closed if nobody answers: so long after both were told that it is late."""
    late = max(introduction.due_at, introduction.nudged_at or introduction.due_at)
    return working_days_after(late, days_of(CLOSE_DAYS, late, usual=USUAL_CLOSE_DAYS))


def page_of(introduction: Introduction, organization: Organization) -> str:
    return reverse("matchmaking:introduction", args=[organization.slug, introduction.code])


# ------------------------------------------------------------------ one side's view
@dataclass(frozen=True)
class Said:
    """A message as a side reads it: `who` is the organization's name, `person` who wrote, where that may be known."""

    message: IntroductionMessage
    is_own: bool
    who: str
    person: str


@dataclass(frozen=True)
class Seen:
    """An introduction as one side sees it. Pages read this; `other` is None where its name is not open."""

    introduction: Introduction
    side: Side
    other: Organization | None

    @property
    def who(self) -> str:
        return name_of(self.other)

    @property
    def wrote_first(self) -> bool:
        return self.introduction.from_side == self.side

    @property
    def is_hidden_itself(self) -> bool:
        """Whether the other side does not know yet who we are."""
        return self.side == Side.ASKING and not is_named(self.introduction)

    @property
    def may_answer(self) -> bool:
        return not self.wrote_first and self.introduction.state in ANSWERABLE

    @property
    def may_reply(self) -> bool:
        """Whether a question waits for our answer."""
        return self.wrote_first and self.introduction.state == S.CLARIFYING

    @property
    def may_write(self) -> bool:
        return self.introduction.state == S.ACCEPTED

    @property
    def is_our_turn(self) -> bool:
        return self.may_reply or (self.may_answer and self.introduction.state != S.CLARIFYING)

    @property
    def is_open(self) -> bool:
        return self.introduction.state in (*ANSWERABLE, S.ACCEPTED)

    @property
    def close_reasons(self) -> tuple[Introduction.CloseReason, ...]:
        """Why this side may close it now; empty where it may not."""
        if self.introduction.state == S.ACCEPTED:
            return AFTER
        return BEFORE if self.wrote_first and self.introduction.state in ANSWERABLE else ()

    @property
    def handler(self) -> User | None:
        row = self.introduction
        return row.asking_handler if self.side == Side.ASKING else row.offering_handler

    @property
    def closes_at(self) -> dt.datetime | None:
        return closes_at(self.introduction) if self.introduction.state == S.STALE else None


def seen_by(introduction: Introduction, organization: Organization) -> Seen:
    side = introduction.side_of(organization)
    return Seen(introduction, side, other_of(introduction, side))


def conversation(seen: Seen, own: Organization) -> list[Said]:
    """All that was said, the oldest first. Nobody of a side that is not named is named either."""
    rows = seen.introduction.messages.select_related("by")
    talk = []
    for row in rows:
        is_own = row.side == seen.side
        is_open = is_own or seen.other is not None
        person = row.by.name if row.by is not None and is_open else ""
        talk.append(Said(row, is_own, str(own.name) if is_own else seen.who, person))
    return talk
