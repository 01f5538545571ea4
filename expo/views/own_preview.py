"""The public's page of a record that is not public yet, or with a change that waits: for its own people only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from expo.access import door
from expo.cards import card_of_noun
from expo.own import keeping
from expo.own.lines import unsaved_line
from expo.own.nouns import OwnNoun, own_nouns
from expo.pictures import attach_pictures
from expo.saving import change_in, set_known
from expo.views.acting import acting_for
from expo.views.details import first_place


@door
@require_safe
def own_preview(request: HttpRequest, slug: str, noun: str, pk: int) -> HttpResponse:
    own, organization = own_nouns[noun], acting_for(request, slug)
    record = get_object_or_404(own.prepared(own.rows(organization)), pk=pk)
    changed = record.state in own.reviewed and as_changed(own, record)
    attach_pictures([record])
    exhibitor, stands = first_place(participations_of(record))
    context = {
        "record": record, "own": own, "preview_of": organization, "is_changed": changed, "crumbs": [], "panels": [],
        "structured": "", "card": card_of_noun(own.noun), "exhibitor": exhibitor, "stands": stands, "plan": None,
    }  # fmt: skip
    response = render(request, own.template, {**context, **own.beside(record)})
    add_never_cache_headers(response)
    return response


def participations_of(record: Any) -> list[Any]:
    holders = [holding.organization for holding in record.holdings.all()] if hasattr(record, "holdings") else []
    return [each for holder in holders for each in getattr(holder, "participations", [])]


def as_changed(own: OwnNoun, record: Any) -> bool:
    """Fill a record with the change that waits, its rows as well; whether there is one."""
    waiting = keeping.waiting_change(record)
    if waiting is None:
        return False
    change = change_in(waiting.data)
    set_known(record, change.fields)
    for name, rows in change.lines.items():
        shown = record._meta.get_field(name).related_model._default_manager.none()
        found = [unsaved_line(record, name, values) for values in rows]
        shown._result_cache = [row for row in found if getattr(row, "agreed_on", True) is not None]
        record._prefetched_objects_cache[name] = shown
    return True
