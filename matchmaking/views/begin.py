"""From a public page to an introduction: for which organization, and what to do where there is none."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from expo.access import door
from expo.models import Organization
from expo.people.joining import suggested
from expo.rights import may_write
from expo.views.acting import person
from matchmaking.introducing.entrances import writing_url
from matchmaking.introducing.subjects import owners_of, shown_record


@door
@never_cache
@require_safe
def begin(request: HttpRequest, noun: str, slug: str) -> HttpResponse:
    """On at once for the one organization that the person writes for; else a choice, or what is missing."""
    request.noindex = True  # type: ignore[attr-defined]
    user, record = person(request), shown_record(noun, slug)
    own = list(Organization.objects.of(user))
    able = [organization for organization in own if may_write(user, organization)]
    owners = owners_of(record) if record is not None else set()
    owning = [organization for organization in own if organization.pk in owners]
    if record is not None and not owning and len(able) == 1:
        return redirect(writing_url(able[0], record))
    context = {
        "record": record,
        "noun": noun,
        "owning": owning,
        "able": [(organization, writing_url(organization, record)) for organization in able] if record else [],
        "own": own,
        "suggested": [] if own else suggested(user),
    }
    return render(request, "matchmaking/introduction_begin.html", context, status=200 if record is not None else 404)
