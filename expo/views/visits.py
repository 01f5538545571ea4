"""The visit list: adding with one button, the list in walking order, and what others read of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo import visits
from expo.access import door
from expo.context import Link
from expo.errors import DomainError
from expo.forms.visits import NoteForm
from expo.models import User, VisitItem, VisitList
from expo.views.details import trail

REMOVED = "visit_removed"  # in the session: what the last removal took, for putting it back


def _person(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _list(request: HttpRequest) -> VisitList | None:
    """The visitor's own list, whether known or a stranger."""
    request.noindex = True  # type: ignore[attr-defined]
    return visits.list_of(_person(request), request.session.get(visits.SESSION_KEY))


def _own_list(request: HttpRequest) -> VisitList:
    """The same, made where there is none yet."""
    visit_list = _list(request)
    if visit_list is None:
        visit_list = visits.begin(_person(request))
        if visit_list.user_id is None:
            request.session[visits.SESSION_KEY] = visit_list.pk
    return visit_list


def _item(request: HttpRequest, pk: int) -> VisitItem:
    visit_list = _list(request)
    if visit_list is None:
        raise Http404
    return get_object_or_404(visit_list.items.select_related("visit_list"), pk=pk)


def _record(noun: str, slug: str) -> Any:
    rows = visits.shown(noun)
    if rows is None:
        raise Http404
    return get_object_or_404(rows, **{"organization__slug" if noun == "exhibitor" else "slug": slug})


def _title(record: Any) -> str:
    return str(getattr(record, "title", "") or record)


# ------------------------------------------------------------------ the list
@door
@never_cache
@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    own = _list(request)
    token = own.share_token if own else None
    removed = request.session.get(REMOVED) if "removed" in request.GET else None
    context = {
        "tour": visits.tour_of(own),
        "nouns": visits.nouns().values(),
        "is_stranger": _person(request) is None,
        "share_url": settings.SITE_URL + reverse("visit-shared", args=[token]) if token else "",
        "removed": removed,
    }
    return render(request, "expo/visit_list.html", context)


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, noun: str, slug: str) -> HttpResponse:
    """A page with one button: pages that strangers share hold no form. A second time changes nothing."""
    record = _record(noun, slug)
    if request.method == "POST":
        try:
            visits.add(_own_list(request), record)
            messages.success(request, _("“%(title)s” is on your visit list.") % {"title": _title(record)})
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("visit-list")
    crumbs = [*trail(record)[:-1], Link(_title(record), record.get_absolute_url()), Link(_("Visit list"), "")]
    context = {"record": record, "crumbs": crumbs, "is_there": visits.has(_list(request), record)}
    return render(request, "expo/visit_add.html", context)


@door
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    item, form = _item(request, pk), NoteForm(request.POST)
    if form.is_valid():
        visits.change(item, note=form.cleaned_data["note"])
        messages.success(request, _("The note is kept."))
    else:
        messages.error(request, " ".join(map(str, form.errors["note"])))
    return _back(item)


@door
@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    item = visits.change(_item(request, pk), is_visited=request.POST.get("visited") == "yes")
    return _back(item)


def _back(item: VisitItem) -> HttpResponse:
    return redirect(f"{reverse('visit-list')}#item-{item.pk}")


# ------------------------------------------------------------------ taking off and putting back
@door
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = visits.remove(_item(request, pk))
    request.session[REMOVED] = {
        "noun": item.content_type.model,
        "key": item.object_id,
        "note": item.note,
        "is_visited": item.is_visited,
    }
    return redirect(f"{reverse('visit-list')}?removed=1")


@door
@require_POST
def put_back(request: HttpRequest) -> HttpResponse:
    """Undo the last removal, with its note."""
    gone = request.session.pop(REMOVED, None)
    rows = visits.shown(gone["noun"]) if gone else None
    record = rows.filter(pk=gone["key"]).first() if rows is not None else None
    if record is None:
        messages.error(request, _("There is nothing to put back."))
        return redirect("visit-list")
    try:
        visits.add(_own_list(request), record, note=gone["note"], is_visited=gone["is_visited"])
        messages.success(request, _("“%(title)s” is on your visit list.") % {"title": _title(record)})
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("visit-list")


# ------------------------------------------------------------------ sharing
@door
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    visits.share(_own_list(request))
    messages.success(request, _("Whoever has the link below can read the list now, without your notes."))
    return redirect(f"{reverse('visit-list')}#share")


@door
@require_POST
def stop_sharing(request: HttpRequest) -> HttpResponse:
    if (own := _list(request)) is not None:
        visits.stop_sharing(own)
    messages.success(request, _("The link does not open the list any more."))
    return redirect(f"{reverse('visit-list')}#share")


@door
@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's list for reading: no notes, no ticks, no name."""
    request.noindex = True  # type: ignore[attr-defined]
    tour = visits.tour_of(get_object_or_404(VisitList, share_token=token))
    return render(request, "expo/visit_shared.html", {"tour": tour})
