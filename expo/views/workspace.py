"""Where a person starts, and where an organization does: what waits, and what could be done next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from expo.access import door
from expo.models import Invitation, JoinRequest, Organization
from expo.people.addresses import verified_addresses
from expo.people.joining import suggested
from expo.views.acting import acting_for, person
from expo.workspace import entries_for, my_entries, role_words, steps_for


@door
@require_safe
def my_start(request: HttpRequest) -> HttpResponse:
    """What waits for a person over all organizations, and the way to everything of theirs."""
    request.noindex = True  # type: ignore[attr-defined]
    user = person(request)
    desks = [
        {
            "organization": organization,
            "role": role_words(user, organization),
            "waiting": [entry for entry in entries_for(user, organization) if entry.count],
        }
        for organization in Organization.objects.of(user)
    ]
    context = {
        "desks": desks,
        "waiting": [entry for entry in my_entries(user) if entry.count],
        "invitations": Invitation.objects.open().addressed_to(verified_addresses(user)),
        "requests": JoinRequest.objects.filter(user=user).waiting().select_related("organization"),
        "suggested": suggested(user),
    }
    return render(request, "expo/my_start.html", context)


@door
@require_safe
def work_start(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for one organization, and its next steps."""
    organization = acting_for(request, slug)
    return render(request, "expo/work_start.html", {"steps": steps_for(person(request), organization)})
