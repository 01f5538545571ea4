"""What a question asks: every parameter is understood, or the answer is 400 and names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from expo.api.errors import Fault, NotUnderstood
from expo.columns import columns_in, shown_in
from expo.registry import Listing
from expo.search.facets import FacetFilter
from expo.search.filterset import FairFilterSet
from expo.search.query import SearchQuery
from expo.search.text import MAX_LENGTH

LANGUAGES = ("en", "zh-hans")
FLAGS = {"1": True, "true": True, "0": False, "false": False}
PAGE_SIZE, LARGEST_PAGE = 20, 100
OF_RECORD = ("lang", "fields")
OF_LIST = (*OF_RECORD, "page_size", "cursor", "facets")


@dataclass(frozen=True)
class Shape:
    """How records are to be told: `language` is empty for both side by side."""

    language: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    shape: Shape
    filterset: FairFilterSet
    page_size: int
    cursor: str
    wants_facets: bool


def language_of(query: QueryDict) -> str:
    """The language asked for, or none."""
    asked = query.get("lang", "").strip()
    return asked if asked in LANGUAGES else ""


def check_names(query: QueryDict, known: Iterable[str], many: Iterable[str] = ()) -> list[Fault]:
    """Parameters that are not there, or there twice; `many` may be."""
    faults: list[Fault] = []
    known, many = set(known), set(many)
    for name, values in query.lists():
        if name not in known:
            faults.append((name, _("There is no such parameter here.")))
        elif len(values) > 1 and name not in many:
            faults.append((name, _("Give this parameter once.")))
    return faults


def shape_of(noun: str, query: QueryDict, faults: list[Fault]) -> Shape:
    """`lang` and `fields`."""
    if query.get("lang", "").strip() not in ("", *LANGUAGES):
        faults.append(("lang", _("The languages are %(names)s.") % {"names": ", ".join(LANGUAGES)}))
    language = language_of(query)
    asked = [name for part in query.get("fields", "").split(",") if (name := part.strip())]
    if unknown := [name for name in asked if name not in columns_in(noun, language)]:
        faults.append(("fields", _("There is no field “%(name)s” here.") % {"name": unknown[0][:80]}))
    return Shape(language, tuple(dict.fromkeys(asked)) or shown_in(noun, language))


def question_about(listing: Listing, query: QueryDict) -> Question:
    """A question to a list. NotUnderstood names every parameter that is at fault."""
    filters = listing.filterset.base_filters
    many = [name for name, row in filters.items() if isinstance(row, FacetFilter)]
    faults = check_names(query, (*filters, *OF_LIST), many)
    shape = shape_of(listing.noun, query, faults)
    text = query.get("q", "").strip()
    if text and not SearchQuery.parse(text):
        faults.append(("q", _("There is no word in it to search for.")))
    if len(text) > MAX_LENGTH:
        faults.append(("q", _("At most %(most)d characters are searched for.") % {"most": MAX_LENGTH}))
    size = query.get("page_size", "").strip() or str(PAGE_SIZE)
    if not (size.isascii() and size.isdigit() and len(size) < 5 and 1 <= int(size) <= LARGEST_PAGE):
        faults.append(("page_size", _("Write a whole number from 1 to %(most)d.") % {"most": LARGEST_PAGE}))
    flag = query.get("facets", "").strip().lower() or "0"
    if flag not in FLAGS:
        faults.append(("facets", _("Write 1 for yes, or leave it out.")))
    filterset = listing.filterset(only(query, list(filters)), listing.queryset())
    told = {name for name, _message in faults}
    faults += [
        (name, _("“%(value)s” means nothing here.") % {"value": value[:80]})
        for name, value in filterset.ignored
        if name not in told
    ]
    if faults:
        raise NotUnderstood(*dict(faults).items())
    return Question(shape, filterset, int(size), query.get("cursor", "").strip(), FLAGS[flag])


def shape_about(noun: str, query: QueryDict) -> Shape:
    """A question to one record."""
    faults = check_names(query, OF_RECORD)
    shape = shape_of(noun, query, faults)
    if faults:
        raise NotUnderstood(*faults)
    return shape


def check_language(query: QueryDict) -> None:
    """A question that has no parameter but `lang`."""
    faults = check_names(query, ["lang"])
    if query.get("lang", "").strip() not in ("", *LANGUAGES):
        faults.append(("lang", _("The languages are %(names)s.") % {"names": ", ".join(LANGUAGES)}))
    if faults:
        raise NotUnderstood(*faults)


def only(query: QueryDict, names: Sequence[str]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in names:
        if name in query:
            kept.setlist(name, query.getlist(name))
    return kept
