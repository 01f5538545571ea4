"""The profile of an organization, written by its own people."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from expo.access import door
from expo.errors import DomainError
from expo.forms.people import ProfileForm
from expo.models import MemberRole, Organization, Revision
from expo.people.profile import is_public, returned_words, save_profile, waiting_change
from expo.views.acting import acting_for, person, typed

SAVED = _("The profile is saved.")
PROPOSED = _("Your change waits for review. The public reads the present text until it is approved.")


@door
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the profile; what the public reads already changes only when the organizers approve."""
    organization = acting_for(request, slug, MemberRole.EDITOR)
    form = _form(request, organization)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data.get("proposal") or 0
        try:
            saved = save_profile(organization, values=form.values, seen=seen, by=person(request))
            messages.success(request, PROPOSED if isinstance(saved, Revision) else SAVED)
            return redirect("work-profile", slug)
        except (DomainError, ValidationError) as error:
            form = _form(request, Organization.objects.get(pk=organization.pk))
            form.refusal = error
    context = {
        "form": form,
        "is_public": is_public(organization),
        "waiting": form.waiting,
        "returned": returned_words(organization),
    }
    return render(request, "expo/work_profile.html", context)


def _form(request: HttpRequest, organization: Organization) -> ProfileForm:
    return ProfileForm(typed(request), instance=organization, waiting=waiting_change(organization))
