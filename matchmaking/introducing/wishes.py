"""What the sides of an introduction wish for once both want to meet: each its own, and what both do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from expo.errors import DomainError
from expo.models import Organization, User
from matchmaking.introducing.sides import Seen, locked, seen_by
from matchmaking.introducing.telling import tell_side
from matchmaking.models import Introduction, IntroductionWish, Side

Step = Introduction.NextStep


@dataclass(frozen=True)
class Wished:
    """One next step as a side sees it: its own wish, and that of the other side."""

    step: Step
    own: IntroductionWish | None = None
    theirs: IntroductionWish | None = None

    @property
    def is_agreed(self) -> bool:
        return self.own is not None and self.theirs is not None


def wishes_of(introduction: Introduction) -> dict[tuple[str, str], IntroductionWish]:
    """By step and side."""
    return {(row.step, row.side): row for row in introduction.wishes.select_related("by")}


def wished(seen: Seen) -> list[Wished]:
    """Every next step there is, in their order; none where nothing was wished for and nothing can be."""
    rows = wishes_of(seen.introduction)
    if not rows and not seen.may_write:
        return []
    return [Wished(step, rows.get((step, seen.side)), rows.get((step, seen.side.other))) for step in Step]


def wish(
    introduction: Introduction, *, organization: Organization, by: User | None, step: str,
    now: dt.datetime | None = None,
) -> Introduction:  # fmt: skip
    """Wish for a meeting or a deal room, for one's own side. The other side is told once, and where both do now."""
    at = now or timezone.now()
    with transaction.atomic():
        stored, side = _to_wish(introduction, organization, step)
        rows = wishes_of(stored)
        if (step, side) not in rows:
            IntroductionWish.objects.create(introduction=stored, side=side, step=step, by=by, at=at)
            kind = f"introduction-{step}-too" if (step, side.other) in rows else f"introduction-{step}"
            tell_side(kind, stored, side.other, what=f"{step}-{at.isoformat()}", at=at)
    return stored


def take_wish_back(
    introduction: Introduction, *, organization: Organization, by: User | None, step: str,
    now: dt.datetime | None = None,
) -> Introduction:  # fmt: skip
    """One's own alone; the other side reads it on the page, and is told where both had wished for it."""
    at = now or timezone.now()
    with transaction.atomic():
        stored, side = _to_wish(introduction, organization, step)
        rows = wishes_of(stored)
        if (step, side) in rows:
            rows[step, side].delete()
            if (step, side.other) in rows:
                tell_side("introduction-unwished", stored, side.other, what=f"un{step}-{at.isoformat()}", at=at)
    return stored


def _to_wish(introduction: Introduction, organization: Organization, step: str) -> tuple[Introduction, Side]:
    """The row, locked, where both sides want to meet."""
    if step not in Step.values:
        raise DomainError(_("Choose a meeting or a deal room."), field="step")
    stored = locked(introduction)
    if not seen_by(stored, organization).may_write:
        raise DomainError(_("Choose the next step once both sides want to meet."), field="step")
    return stored, stored.side_of(organization)
