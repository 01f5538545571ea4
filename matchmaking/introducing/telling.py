"""Who is told what of an introduction. No notice names whom its reader may not know, nor repeats what was written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from expo.models import User
from expo.models.base import SUFFIX
from expo.notices import members_of, tell
from matchmaking.introducing.sides import names_in_both, other_of, page_of
from matchmaking.models import Introduction, Side
from matchmaking.programs import emit_introduction


def tell_side(kind: str, introduction: Introduction, side: str, *, what: str, at: dt.datetime) -> None:
    """Tell who has it in hand on a side, else everybody there who may answer, and the organizations' own servers.
    `what` makes the event's key unique.
    """
    organization = introduction.organization_of(side)
    handler = introduction.asking_handler if side == Side.ASKING else introduction.offering_handler
    able = members_of(organization)
    people = [handler] if handler is not None and handler in able else able
    _tell(kind, introduction, side, people, what=what, at=at)
    emit_introduction(kind, introduction, side, what=what, at=at)


def tell_both(kind: str, introduction: Introduction, *, what: str, at: dt.datetime) -> None:
    for side in Side:
        tell_side(kind, introduction, side, what=what, at=at)


def tell_person(kind: str, introduction: Introduction, side: str, person: User, *, what: str, at: dt.datetime) -> None:
    _tell(kind, introduction, side, [person], what=what, at=at)


def _tell(kind: str, introduction: Introduction, side: str, people: list[User], *, what: str, at: dt.datetime) -> None:
    url = page_of(introduction, introduction.organization_of(side))
    key = f"introduction-{introduction.pk}-{what}"
    data = {**about(introduction, side), **names_in_both(other_of(introduction, side))}
    tell(kind, people, key=key, url=url, now=at, **data)


def about(introduction: Introduction, side: str) -> dict[str, Any]:
    """Title of what the other side brings, else of one's own, in both languages. Titles are public of every demand."""
    theirs, own = introduction.offer, introduction.demand
    if side == Side.OFFERING:
        theirs, own = own, theirs  # type: ignore[assignment]
    record: Any = theirs or own
    column = "title" if hasattr(record, "title") else "name"  # an instrument has a name
    titles = {suffix: getattr(record, f"{column}{suffix}") for suffix in SUFFIX.values()}
    known = next(filter(None, titles.values()), "")
    return {f"about{suffix}": title or known for suffix, title in titles.items()}
