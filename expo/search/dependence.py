"""Which records of the index show a row of any table: read off the FilterSets, so that no door can be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.http import QueryDict
from simple_history.models import HistoricalChanges

from expo.models.organization import APPEARANCES, Organization
from expo.registry import Listing
from expo.search.facets import ThroughFacet
from expo.search.schema import indexed

Keys = Sequence[int]


@dataclass(frozen=True)
class Dependence:
    """When rows of `source` change, `affected` tells the keys of the noun's records that show them."""

    source: type[Model]
    noun: str
    affected: Callable[[Keys], Iterable[int]]


@cache
def dependences() -> dict[str, list[Dependence]]:
    """By the label of the source."""
    found: dict[str, dict[tuple[str, str], Dependence]] = {}
    for listing in indexed():
        for name, row in _of(listing):
            found.setdefault(row.source._meta.label, {})[listing.noun, name] = row
    return {label: list(rows.values()) for label, rows in found.items()}


@cache
def ties() -> dict[str, set[tuple[str, str]]]:
    """By the label of a table: (label, column) of the rows that a row of it hangs on, and that show it no more when
    it ends or hangs on others. A row that only points to what it shows is none: a firm's new name is no news of its
    sector.
    """
    found: dict[str, set[tuple[str, str]]] = {}

    def note(field: Any) -> None:
        label = field.related_model._meta.label
        found.setdefault(field.model._meta.label, set()).add((label, field.column))

    for listing in indexed():
        filterset = listing.filterset(QueryDict(), listing.model._default_manager.none())
        for path in _paths(listing, filterset):
            for field in _fields(listing.model, path):
                _note_reverse(field, note)
        for facet in filterset.facet_filters().values():
            if isinstance(facet, ThroughFacet):
                for field in _fields(facet.related().model, f"{facet.back}__pk"):
                    _note_reverse(field, note)
                    if field.many_to_one and field.concrete:
                        note(field)
    return found


def _note_reverse(field: Any, note: Callable[[Any], None]) -> None:
    if field.many_to_many:
        through = field.remote_field.through if field.concrete else field.through
        for end in through._meta.concrete_fields:
            if end.is_relation:
                note(end)
    elif field.auto_created and not field.concrete:
        note(field.field)


def _paths(listing: Listing, filterset: Any) -> list[str]:
    """Every path whose values enter a record's document or decide whether it is public."""
    model: Any = listing.model
    paths = [*filterset.SEARCHED, *filterset.ALSO]
    paths += [path for ways in filterset.CODES.values() for way in ways for path in way]
    paths += [path for conditions in APPEARANCES for path in conditions] if model is Organization else []
    for facet in filterset.facet_filters().values():
        if not isinstance(facet, ThroughFacet):
            paths.append(facet.column)
    return paths


def _of(listing: Listing) -> Iterator[tuple[str, Dependence]]:
    """(a name that tells two ways apart, dependence)."""
    model: Any = listing.model
    yield "", Dependence(model, listing.noun, lambda keys: keys)
    filterset = listing.filterset(QueryDict(), model._default_manager.none())
    for facet in filterset.facet_filters().values():
        if isinstance(facet, ThroughFacet):
            yield from _through(listing.noun, facet)
    for path in _paths(listing, filterset):
        for prefix, source in _steps(model, path):
            yield prefix, _by_path(model, listing.noun, prefix, "pk", source)


def _through(noun: str, facet: ThroughFacet) -> Iterator[tuple[str, Dependence]]:
    """From the related rows, from what their values hang on, and from every step of the way back."""
    related: Any = facet.related().model
    way = f"{related._meta.label}:{facet.back}"
    yield way, _by_path(related, noun, "pk", facet.back, related)
    for prefix, source in _steps(related, facet.column):
        yield f"{way}:{prefix}", _by_path(related, noun, prefix, facet.back, source)
    for prefix, source in _steps(related, facet.back + "__pk"):
        rest = facet.back.removeprefix(prefix).removeprefix("__")
        if rest:
            yield f"{way}<{prefix}", _by_path(source, noun, "pk", rest, source)


def _by_path(model: Any, noun: str, path: str, back: str, source: type[Model]) -> Dependence:
    def affected(keys: Keys) -> Iterable[int]:
        rows = model._base_manager.filter(**{f"{path}__in": keys}).order_by()
        return (key for key in rows.values_list(back, flat=True).distinct() if key is not None)

    return Dependence(source, noun, affected)


def _fields(model: type[Model], path: str) -> Iterator[Any]:
    """The relations on a path, up to the first plain column."""
    options = model._meta
    for name in path.split("__"):
        field: Any = next((f for f in options.get_fields() if f.name == name), None)
        if field is None or not field.is_relation or field.related_model is None:
            return
        options = field.related_model._meta
        yield field


def _steps(model: type[Model], path: str) -> Iterator[tuple[str, type[Model]]]:
    """(prefix, model it leads to) for every relation on a path."""
    names = path.split("__")
    for i, field in enumerate(_fields(model, path), start=1):
        yield "__".join(names[:i]), field.related_model


# Tables of ours of which no public page shows a row, and which are written often. Histories are left out as well.
UNSEEN = {
    "expo.SearchChange": "the log itself",
    "expo.User": "people; signing in writes here",
    "expo.User_groups": "who works in which role",
    "expo.User_user_permissions": "who may do more",
    "expo.ImportRun": "files that organizers brought",
    "expo.ImportRow": "their lines, thousands at a time",
    "expo.Transition": "the log of moves; the moved row itself is logged",
    "expo.Revision": "changes that wait for a decision",
    "expo.Membership": "who acts for an organization",
    "expo.Invitation": "who may join",
    "expo.JoinRequest": "who asks to join",
    "expo.Question": "what applicants are asked",
    "expo.Answer": "what they answered",
    "expo.FieldLock": "what exhibitors may not change",
    "expo.Assessment": "what reviewers think",
    "expo.Enquiry": "questions of visitors",
    "expo.EnquiryMessage": "and the answers",
    "expo.Broadcast": "messages of the organizers",
    "expo.BroadcastRecipient": "whom they reached",
    "expo.Notice": "what people are told",
    "expo.NoticeSetting": "and how they want it",
    "expo.OutboxMail": "mails that leave",
    "expo.VisitList": "what somebody wants to see",
    "expo.VisitItem": "its items",
    "expo.AuditEntry": "the audit log",
    "expo.Consent": "what people agreed to",
}


def leave_unseen(tables: Mapping[str, str]) -> None:
    """Further tables (`app.Model`) of which no public page shows a row, each with what it holds."""
    UNSEEN.update(tables)


def sources() -> list[type[Model]]:
    """Every table that a public page may show: those of our own packages but the `UNSEEN`, and whatever enters the
    index. A row that no document holds still makes pages out of date, so the index counts on for it.
    """
    labels = {*dependences(), *ties(), *(model._meta.label for model in _shown())}
    return sorted(
        (model for model in apps.get_models(include_auto_created=True) if model._meta.label in labels),
        key=lambda model: model._meta.label,
    )


def _shown() -> Iterator[type[Model]]:
    own = {config.label for config in apps.get_app_configs() if Path(config.path).parent == Path(settings.BASE_DIR)}
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        is_table = options.managed and not options.proxy and not issubclass(model, HistoricalChanges)
        if options.app_label in own and is_table and options.label not in UNSEEN:
            yield model
