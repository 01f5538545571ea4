"""Coming to an organization: by an invitation, by asking, or by bringing a new one."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo.access import door
from expo.errors import DomainError
from expo.forms.people import NewOrganizationForm, RequestForm
from expo.forms.records import add_refusal
from expo.models import Invitation, JoinRequest, Organization
from expo.people import joining, membership
from expo.people.addresses import veiled, verified_addresses
from expo.views.acting import person, typed
from expo.views.members import carried_out


@door
@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody is invited to. Whoever holds the link reads it; only the invited address can accept."""
    request.noindex = True  # type: ignore[attr-defined]
    row = get_object_or_404(Invitation.objects.select_related("organization", "invited_by"), token=token)
    is_mine = request.user.is_authenticated and row.email.lower() in verified_addresses(person(request))
    context = {"invitation": row, "is_mine": is_mine, "address": row.email if is_mine else veiled(row.email)}
    return render(request, "expo/invitation.html", context)


@door
@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    row = get_object_or_404(Invitation.objects.select_related("organization"), token=token)
    words = _("You act for “%(organization)s” now.") % {"organization": row.organization.name}
    if carried_out(request, lambda: membership.accept_invitation(row, user=person(request)), words):
        return redirect("work-start", row.organization.slug)
    return redirect("invitation-detail", token)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to act for an organization that the person may know of."""
    request.noindex = True  # type: ignore[attr-defined]
    organization = get_object_or_404(joining.joinable(person(request)), slug=slug)
    form = RequestForm(typed(request))
    if request.method == "POST" and form.is_valid():
        words = _("Your request is on its way. You are told as soon as it is answered.")
        message = form.cleaned_data["message"]
        act = lambda: joining.request_to_join(organization, user=person(request), message=message)  # noqa: E731
        carried_out(request, act, words)
        return redirect("my-start")
    context = {
        "organization": organization,
        "form": form,
        "is_of_domain": joining.is_of_domain(person(request), organization),
    }
    return render(request, "expo/join.html", context)


@door
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(JoinRequest.objects.filter(user=person(request)), pk=pk)
    carried_out(request, lambda: joining.withdraw_request(row), _("Your request is withdrawn."))
    return redirect("my-start")


def _onward(request: HttpRequest, organization: Organization) -> str:
    """Back to the page of the fair that sent the person here, else to the organization's own."""
    wanted = request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("work-start", args=[organization.slug])


@door
@require_http_methods(["GET", "HEAD", "POST"])
def new_organization(request: HttpRequest) -> HttpResponse:
    """Bring an organization to the fair. One that seems to be here already is offered first."""
    request.noindex = True  # type: ignore[attr-defined]
    form, alike = NewOrganizationForm(typed(request)), []
    if request.method == "POST" and form.is_valid():
        values = form.values
        names = {name: values[name] for name in ("name_en", "name_zh", "usci")}
        alike = [] if form.cleaned_data["is_another"] else joining.like(**names, user=person(request))
        if not alike:
            try:
                organization = joining.register_organization(person(request), **values)
                return redirect(_onward(request, organization))
            except (DomainError, ValidationError) as error:
                add_refusal(form, error)
    return render(request, "expo/organization_new.html", {"form": form, "alike": alike})
