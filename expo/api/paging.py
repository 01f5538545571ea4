"""Pages by cursor. A cursor is signed, so that nobody makes one up, and belongs to one question."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.http import QueryDict
from django.utils.translation import gettext as _

from expo.api.asking import Question
from expo.api.errors import NoLonger, NotUnderstood
from expo.search.answers import Answers
from expo.search.walk import generation_of, newest_first

SIGNER = Signer(salt="expo.api.cursor")


@dataclass(frozen=True)
class Slice:
    """The keys of one page, and the cursor of the next one, if there is one."""

    keys: list[int]
    cursor: str


def normalized(query: QueryDict) -> list[tuple[str, str]]:
    """The same for every way to ask the same."""
    return sorted({(name, value.strip()) for name, values in query.lists() for value in values if value.strip()})


def mark_of(question: Question) -> str:
    """Tells questions apart: filters, text and order."""
    return hashlib.sha256(repr(normalized(question.filterset.data)).encode()).hexdigest()[:12]


def is_walk(question: Question) -> bool:
    """Whether the newest come first: no text and no other order is asked for."""
    return not (question.filterset.cleaned.get("q") or question.filterset.cleaned.get("sort"))


def read(question: Question) -> tuple[int, int] | None:
    """(generation, number): the last key of a walk, or the rows before the page. None for the first page."""
    if not question.cursor:
        return None
    try:
        kind, mark, generation, number = SIGNER.unsign_object(question.cursor)
    except (BadSignature, ValueError, TypeError):
        raise NotUnderstood(("cursor", _("This is no cursor of this API."))) from None
    if (kind, mark) != (is_walk(question), mark_of(question)):
        raise NotUnderstood(("cursor", _("This cursor belongs to another question. Change no filter on the way.")))
    return int(generation), int(number)


def written(question: Question, generation: int, number: int) -> str:
    return str(SIGNER.sign_object([is_walk(question), mark_of(question), generation, number]))


def start_of(question: Question) -> int:
    """How many rows are before the page, where pages are counted and not walked."""
    place = read(question)
    return place[1] if place and not is_walk(question) else 0


def page_of(question: Question, found: Answers) -> Slice:
    """One page, either walked by key or counted from the start of one generation's order."""
    place, size, now = read(question), question.page_size, generation_of(found)
    if is_walk(question):
        keys = newest_first(found, before=place[1] if place else None, limit=size + 1)
        more = len(keys) > size
        return Slice(keys[:size], written(question, 0, keys[size - 1]) if more else "")
    if place and place[0] != now:
        raise NoLonger(("cursor", _("The data has changed since. Start again without a cursor.")))
    start = place[1] if place else 0
    more = start + size < found.total
    return Slice(found.keys(start, size), written(question, now, start + size) if more else "")
