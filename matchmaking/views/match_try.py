"""Matches of a draft or of a pasted text, in private: nothing of it is stored, and nobody is told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from expo.access import door
from expo.forms.records import in_words
from expo.models import Organization
from expo.search.likeness import MOST_READ
from expo.views.acting import acting_for
from matchmaking import matches
from matchmaking.forms.matches import TryForm
from matchmaking.match_rows import drafts_of, tried
from matchmaking.matcher import NotReady


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def try_out(request: HttpRequest, slug: str) -> HttpResponse:
    """Open to every member, also before the organization is verified. `?draft=` of the address asks at once."""
    organization = acting_for(request, slug)
    drafts = drafts_of(organization)
    asked = request.POST if request.method == "POST" else request.GET if "draft" in request.GET else None
    form = TryForm(asked, drafts=drafts)
    context: dict[str, Any] = {"organization": organization, "form": form, "most_read": MOST_READ}
    if form.is_valid():
        context |= _answers(organization, form.cleaned_data)
    return render(request, "matchmaking/match_try.html", context)


def _answers(organization: Organization, wanted: dict[str, Any]) -> dict[str, Any]:
    draft, text = wanted.get("draft"), wanted["text"]
    try:
        found = matches.for_draft(draft) if draft else matches.for_text(text, organization=organization)
    except NotReady as error:
        return {"problem": in_words(error)}
    return {"found": tried(found), "draft": draft, "is_cut": not draft and len(text) > MOST_READ}
