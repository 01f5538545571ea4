"""Saved searches: a listing's question that somebody is told the new answers of, once a day.

A look takes the newest hits by their key, at most 2,000 of a listing, and what a person has seen is kept as long. Of a
search with more hits than that, only what was added to the fair after the oldest one kept counts as new: an old draft
that is published late is told of in a search with fewer. Only records that hold every word count, and only public ones.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import uri_to_iri
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from expo import registry
from expo.errors import DomainError
from expo.models import SavedSearch, User
from expo.models.base import SUFFIX
from expo.notices import tell
from expo.registry import Listing, NoticeKind, PersonPage, add_notice_kind, add_person_page
from expo.search.answers import answers
from expo.search.everywhere import everywhere
from expo.search.filterset import FairFilterSet
from expo.search.query import SearchQuery
from expo.search.text import tidy
from expo.search.walk import count_of, newest_first

logger = logging.getLogger(__name__)
KIND = "saved-search"
EVERYTHING = "everything"  # the noun of a text that every listing is asked for
MOST = 50  # searches of one person
MOST_KNOWN = 2_000  # hits of one listing
MOST_OF_EACH = 150  # where every listing is asked
NEWEST = "newest"  # the order that shows what is new, where a listing has it
AT_ONCE = 200  # searches that the job reads at a time


# ------------------------------------------------------------------ what is asked
@dataclass(frozen=True)
class Question:
    """What a saved search asks of which listings. `ignored` are the parts that mean nothing (any more)."""

    noun: str
    query: str
    title: str
    parts: tuple[tuple[Listing, FairFilterSet], ...]
    choices: tuple[str, ...]
    ignored: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a search without a name of its own is called."""
        return (", ".join(self.choices) or self.title)[: _name_length()]

    @property
    def most(self) -> int:
        return MOST_OF_EACH if self.noun == EVERYTHING else MOST_KNOWN


@dataclass(frozen=True)
class Looked:
    """The keys of a question's newest hits by noun, and how many there are in all."""

    question: Question
    keys: dict[str, list[int]]
    total: int


def understood(noun: str, query: str) -> Question:
    """A question as it is kept: what means something, in one order, without page and order. DomainError where there is
    no such listing, or no text for all of them.
    """
    given = QueryDict(query)
    if noun == EVERYTHING:
        return _of_everything(tidy(given.get("q", "")))
    listing = registry.listings.get(noun)
    if listing is None:
        raise DomainError(_("This kind of list is not at the fair any more."))
    filterset = listing.filterset(given, listing.queryset())
    kept = [(name, value) for name, values in filterset.data.lists() for value in values if name in filterset.cleaned]
    words = [value if name == "q" else label for name, value, label in filterset.chosen()]
    text = [filterset.cleaned["q"]] if "q" in filterset.cleaned else []
    return Question(
        noun,
        written(pair for pair in kept if pair[0] != "sort"),
        str(listing.title),
        ((listing, filterset),),
        (*text, *(word for word in words if word not in text)),
        tuple(f"{name}={value}" for name, value in filterset.ignored),
    )


def _of_everything(text: str) -> Question:
    if not SearchQuery.parse(text):
        raise DomainError(_("Write what to search for first."), field="q")
    query = written([("q", text)])
    parts = tuple((row, row.filterset(QueryDict(query), row.queryset())) for row in everywhere())
    return Question(EVERYTHING, query, _("The whole fair"), parts, (text,))


def written(pairs: Iterable[tuple[str, str]]) -> str:
    """A query string in one order, its letters as they are: Chinese in percent signs is nine times as long."""
    return str(uri_to_iri(urlencode(sorted(set(pairs)))))


def look(question: Question) -> Looked:
    """Ask the index, or the database where there is none."""
    found = {listing.noun: answers(listing, filterset) for listing, filterset in question.parts}
    keys = {noun: newest_first(hits, before=None, limit=question.most) for noun, hits in found.items()}
    return Looked(question, keys, sum(map(count_of, found.values())))


def address_of(saved: SavedSearch, *, newest: bool = False) -> str:
    """The page of the search's answers, in the active language; nothing where there is none any more."""
    listing = registry.listings.get(saved.noun)
    if listing is None and saved.noun != EVERYTHING:
        return ""
    query = QueryDict(saved.query, mutable=True)
    if newest and listing is not None and NEWEST in listing.filterset.SORTS:
        query["sort"] = NEWEST
    page = reverse(listing.url_name if listing else "search")
    return f"{page}?{query.urlencode()}" if query else page


def kind_of(saved: SavedSearch) -> str:
    """What is searched, in words."""
    if saved.noun == EVERYTHING:
        return _("The whole fair")
    listing = registry.listings.get(saved.noun)
    return str(listing.title) if listing else saved.noun


def trouble_of(saved: SavedSearch) -> str:
    """Why nobody is told of a search any more, in words; empty while it can be asked."""
    try:
        askable(saved)
    except DomainError as error:
        return str(error)
    return ""


def askable(saved: SavedSearch) -> Question:
    """The question as it was saved. DomainError where a part of it means nothing any more: the rest would find more."""
    question = understood(saved.noun, saved.query)
    if question.ignored:
        parts = ", ".join(part[:80] for part in question.ignored[:5])
        told = _("It asks for something that the fair does not have any more (%(parts)s), so nothing is told of it.")
        raise DomainError(told % {"parts": parts})
    return question


# ------------------------------------------------------------------ saving and changing
def of(user: User) -> QuerySet[SavedSearch]:
    """A person's own, without the long lists of what is known."""
    return SavedSearch.objects.filter(user=user).defer("known")


def save_search(
    user: User, *, noun: str, query: str, name: str = "", is_told: bool = True, now: dt.datetime | None = None
) -> SavedSearch:
    """Keep a question. What it finds now is known; the person is told of what comes later.

    Raises DomainError for a listing that is not there, a question that is too long or saved already, and the
    fifty-first.
    """
    question = understood(noun, query)
    if len(question.query) > _query_length():
        raise DomainError(_("This search has too many choices to be kept. Take some out."))
    looked = look(question)
    saved = SavedSearch(
        user=user, noun=question.noun, query=question.query, name=_named(name, question.name), is_told=is_told
    )
    _note(saved, looked, now or timezone.now())
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if of(user).filter(noun=question.noun, query=question.query).exists():
            raise DomainError(_("You have saved this search already."))
        if of(user).count() >= MOST:
            told = ngettext("At most %(most)d search is kept.", "At most %(most)d searches are kept.", MOST)
            raise DomainError("{} {}".format(told % {"most": MOST}, _("Remove one that you do not need any more.")))
        saved.full_clean()
        saved.save()
    return saved


def rename(saved: SavedSearch, *, name: str) -> SavedSearch:
    """Give it a name of one's own. DomainError where there is none."""
    saved.name = _named(name)
    if not saved.name:
        raise DomainError(_("Write a name."), field="name")
    saved.save(update_fields=["name"])
    return saved


def stop_telling(saved: SavedSearch) -> SavedSearch:
    saved.is_told = False
    saved.save(update_fields=["is_told"])
    return saved


def start_telling(saved: SavedSearch, *, now: dt.datetime | None = None) -> SavedSearch:
    """From now on: what came while nobody was told is known too. DomainError for a search that cannot be asked."""
    looked = look(askable(saved))
    with transaction.atomic():
        held = SavedSearch.objects.select_for_update(of=("self",)).get(pk=saved.pk)
        held.is_told = True
        _note(held, looked, now or timezone.now())
        held.save()
    return held


def remove(saved: SavedSearch) -> dict[str, object]:
    """Forget it; what is returned is enough for `save_search` to keep it again."""
    gone = {"noun": saved.noun, "query": saved.query, "name": saved.name, "is_told": saved.is_told}
    saved.delete()
    return gone


def _named(*names: str) -> str:
    """The first that says something, in one line."""
    tidied = (" ".join(name.split())[: _name_length()].strip() for name in names)
    return next(filter(None, tidied), "")


def _name_length() -> int:
    return SavedSearch._meta.get_field("name").max_length or 0


def _query_length() -> int:
    return SavedSearch._meta.get_field("query").max_length or 0


# ------------------------------------------------------------------ looking again
def look_again(saved: SavedSearch, *, now: dt.datetime | None = None, looked: Looked | None = None) -> list[str]:
    """Tell the person of what is new, and return it as “noun:key”.

    `looked` is what the same question found a moment ago, for somebody else. DomainError for one that cannot be asked.
    """
    at = now or timezone.now()
    looked = looked or look(askable(saved))
    with transaction.atomic():
        held = SavedSearch.objects.select_for_update(of=("self",)).select_related("user").filter(pk=saved.pk).first()
        if held is None:
            return []
        new = _public(looked.question, _unknown(held, looked))
        _note(held, looked, at)
        held.save(update_fields=["known", "total", "checked_at"])
        if new and held.is_told:
            url = reverse("my-search", args=[held.pk]) + "?new=1"
            data = {"count": len(new), "name": held.name, **_nouns(looked.question, len(new))}
            tell(KIND, [held.user], key=f"saved-search-{held.pk}-{at.isoformat()}", url=url, now=at, **data)
    return new


def look_through(*, now: dt.datetime | None = None) -> int:
    """Look at every search that somebody is told of; how many had something new. What many ask for is asked once."""
    rows = SavedSearch.objects.filter(is_told=True, user__is_active=True).defer("known")
    rows = rows.order_by("noun", "query", "pk")
    keys = list(rows.values_list("pk", flat=True))
    told = 0
    for start in range(0, len(keys), AT_ONCE):
        some = rows.filter(pk__in=keys[start : start + AT_ONCE])
        for asked, same in groupby(some, key=lambda saved: (saved.noun, saved.query)):
            try:
                told += _look_for_all(list(same), now)
            except Exception:  # whatever it is, the others must hear of theirs
                logger.exception("The saved search %s could not be looked at.", asked)
    return told


def _look_for_all(same: list[SavedSearch], now: dt.datetime | None) -> int:
    """Look once for all who ask the same. One that cannot be asked any more is told on its person's page."""
    try:
        looked = look(askable(same[0]))
    except DomainError:
        return 0
    return sum(bool(look_again(saved, now=now, looked=looked)) for saved in same)


def _known(saved: SavedSearch) -> dict[str, set[int]]:
    """Key of what was found before, by noun."""
    known: dict[str, set[int]] = {}
    for noun, _colon, key in (str(row).partition(":") for row in saved.known):
        if key.isdecimal():
            known.setdefault(noun, set()).add(int(key))
    return known


def _unknown(saved: SavedSearch, looked: Looked) -> dict[str, list[int]]:
    """Where more was found before than is kept, only what is newer than the oldest one kept can be judged."""
    known = _known(saved)
    new = {}
    for noun, keys in looked.keys.items():
        before = known.get(noun, set())
        oldest = min(before) if len(before) >= looked.question.most else 0
        new[noun] = [key for key in keys if key not in before and key > oldest]
    return new


def _public(question: Question, new: dict[str, list[int]]) -> list[str]:
    """Without what was taken back since the index heard of it."""
    found = []
    for listing, _filterset in question.parts:
        if keys := new.get(listing.noun):
            public = set(listing.queryset().filter(pk__in=keys).order_by().values_list("pk", flat=True))
            found += [f"{listing.noun}:{key}" for key in keys if key in public]
    return found


def _note(saved: SavedSearch, looked: Looked, at: dt.datetime) -> None:
    """Keep what was found. What was known and is not found now stays known: when it comes back it is not new."""
    known = _known(saved)
    kept = []
    for noun, keys in looked.keys.items():
        newest = sorted(known.get(noun, set()).union(keys), reverse=True)[: looked.question.most]
        kept += [f"{noun}:{key}" for key in newest]
    saved.known, saved.total, saved.checked_at = kept, looked.total, at


def _nouns(question: Question, count: int) -> dict[str, str]:
    """What the hits are called in both languages, as notices keep it."""
    found = {}
    for language, suffix in SUFFIX.items():
        with override(language):
            options = question.parts[0][0].model._meta
            noun = options.verbose_name if count == 1 else options.verbose_name_plural
            found[f"nouns{suffix}"] = ngettext("entry", "entries", count) if question.noun == EVERYTHING else str(noun)
    return found


def register() -> None:
    add_person_page(PersonPage("my-searches", gettext_lazy("Saved searches"), 30))
    add_notice_kind(
        NoticeKind(
            KIND,
            gettext_lazy("A saved search has something new"),
            gettext_lazy("%(count)s new %(nouns)s for “%(name)s”"),
            gettext_lazy("You saved this search. You can stop it at “Saved searches”."),
            delivery="daily",
            position=300,
        )
    )
