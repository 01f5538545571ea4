"""Saved searches: keeping a listing's question, and the list of one's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo import saved_searches
from expo.access import door
from expo.errors import DomainError
from expo.forms.records import add_refusal
from expo.forms.saved_searches import NameForm
from expo.models import SavedSearch
from expo.saved_searches import Question, understood
from expo.views.acting import person
from expo.views.members import carried_out

REMOVED = "search_removed"  # in the session: what the last removal took, for putting it back


def _own(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(saved_searches.of(person(request)), pk=pk)


@door
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    entries = [
        {
            "saved": saved,
            "url": saved_searches.address_of(saved),
            "kind": saved_searches.kind_of(saved),
            "trouble": saved_searches.trouble_of(saved),
        }
        for saved in saved_searches.of(person(request))
    ]
    removed = request.session.get(REMOVED) if "removed" in request.GET else None
    return render(request, "expo/search_list.html", {"entries": entries, "removed": removed})


@door
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, noun: str) -> HttpResponse:
    """A page with one button: listings, which strangers share, hold no form. The query is the listing's own."""
    query = request.GET.urlencode()
    try:
        question = understood(noun, query)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("my-searches")
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": question.name})
    if request.method == "POST" and form.is_valid() and _saved(request, question, form):
        return redirect("my-searches")
    known = saved_searches.of(person(request)).filter(noun=question.noun, query=question.query).first()
    context = {"question": question, "form": form, "known": known, "total": saved_searches.look(question).total}
    return render(request, "expo/search_save.html", context)


def _saved(request: HttpRequest, question: Question, form: NameForm) -> SavedSearch | None:
    """The search, or None where it was refused; then the form says why."""
    asked = {"noun": question.noun, "query": question.query, "name": form.cleaned_data["name"]}
    try:
        saved = saved_searches.save_search(person(request), **asked)
    except DomainError as error:
        add_refusal(form, error)
        return None
    messages.success(request, _("“%(name)s” is saved. You are told once a day of what is new.") % {"name": saved.name})
    return saved


@door
@require_safe
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """On to the answers; from a notice the newest first."""
    url = saved_searches.address_of(_own(request, pk), newest="new" in request.GET)
    return redirect(url or "my-searches")


# ------------------------------------------------------------------ acts
@door
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    saved, form = _own(request, pk), NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["name"])))
        return _back(saved)
    name = form.cleaned_data["name"]
    carried_out(request, lambda: saved_searches.rename(saved, name=name), _("The search has its new name."))
    return _back(saved)


@door
@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _own(request, pk)
    if request.POST.get("told") == "yes":
        words = _("You are told of what is new from now on.")
        carried_out(request, lambda: saved_searches.start_telling(saved), words)
    else:
        words = _("You are not told of it any more. The search stays here.")
        carried_out(request, lambda: saved_searches.stop_telling(saved), words)
    return _back(saved)


@door
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    request.session[REMOVED] = saved_searches.remove(_own(request, pk))
    return redirect(f"{reverse('my-searches')}?removed=1")


@door
@require_POST
def put_back(request: HttpRequest) -> HttpResponse:
    """Undo the last removal."""
    gone: dict[str, Any] | None = request.session.pop(REMOVED, None)
    if gone is None:
        messages.error(request, _("There is nothing to put back."))
        return redirect("my-searches")
    words = _("“%(name)s” is here again.") % {"name": gone["name"]}
    carried_out(request, lambda: saved_searches.save_search(person(request), **gone), words)
    return redirect("my-searches")


def _back(saved: SavedSearch) -> HttpResponse:
    return redirect(f"{reverse('my-searches')}#search-{saved.pk}")
