"""Who acts for an organization: the list, and every act of its owners on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from expo.access import door
from expo.errors import DomainError
from expo.forms.people import DeclineForm, InviteForm, RoleForm
from expo.forms.records import add_refusal
from expo.models import MemberRole, Organization
from expo.people import joining, membership
from expo.people.joining import of_own_domain
from expo.rights import may_lead
from expo.views.acting import acting_for, person


def carried_out(request: HttpRequest, act: Callable[[], object], words: str) -> bool:
    """Do an act and say what came of it. A refusal is told in its own words."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, words)
    return True


def _back(organization: Organization) -> HttpResponse:
    return redirect("work-members", organization.slug)


def _context(request: HttpRequest, organization: Organization, form: InviteForm) -> dict[str, Any]:
    leads = may_lead(request.user, organization)
    context: dict[str, Any] = {"leads": leads, "rows": organization.memberships.select_related("user"), "form": form}
    if leads:
        waiting = list(organization.join_requests.waiting().select_related("user"))
        known = of_own_domain(organization, [row.user for row in waiting])
        context |= {
            "requests": [{"row": row, "is_of_domain": row.user_id in known} for row in waiting],
            "invitations": organization.invitations.filter(accepted_at=None, revoked_at=None),
            "role_choices": RoleForm.base_fields["role"].choices,  # type: ignore[attr-defined]
            "decline_form": DeclineForm(auto_id=False),
        }
    return context


@door
@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    organization = acting_for(request, slug)
    return render(request, "expo/members.html", _context(request, organization, InviteForm()))


@door
@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    organization = acting_for(request, slug, MemberRole.OWNER)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            membership.invite(organization, **form.cleaned_data, by=person(request))
        except DomainError as error:
            add_refusal(form, error)
    if not form.is_valid():
        return render(request, "expo/members.html", _context(request, organization, form))
    messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
    return _back(organization)


@door
@require_POST
def resend(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = acting_for(request, slug, MemberRole.OWNER)
    row = get_object_or_404(organization.invitations, pk=pk)
    carried_out(
        request, lambda: membership.resend_invitation(row, by=person(request)), _("The invitation is on its way again.")
    )
    return _back(organization)


@door
@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = acting_for(request, slug, MemberRole.OWNER)
    row = get_object_or_404(organization.invitations, pk=pk)
    carried_out(
        request, lambda: membership.revoke_invitation(row, by=person(request)), _("The invitation is taken back.")
    )
    return _back(organization)


@door
@require_POST
def change_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = acting_for(request, slug, MemberRole.OWNER)
    row = get_object_or_404(organization.memberships.select_related("user"), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return _back(organization)
    role = form.cleaned_data["role"]
    words = _("%(person)s has the role “%(role)s” now.") % {"person": row.user, "role": MemberRole(role).label}
    carried_out(request, lambda: membership.change_role(row, role=role, by=person(request)), words)
    return _back(organization)


@door
@require_POST
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = acting_for(request, slug, MemberRole.OWNER)
    row = get_object_or_404(organization.memberships.select_related("user"), pk=pk)
    words = _("%(person)s does not act for the organization any more.") % {"person": row.user}
    carried_out(request, lambda: membership.remove_member(row, by=person(request)), words)
    return _back(organization) if row.user != request.user else redirect("my-start")


@door
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    organization = acting_for(request, slug)
    row = organization.memberships.get(user=person(request))
    words = _("You do not act for “%(organization)s” any more.") % {"organization": organization.name}
    if carried_out(request, lambda: membership.leave(row), words):
        return redirect("my-start")
    return _back(organization)


@door
@require_POST
def approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = acting_for(request, slug, MemberRole.OWNER)
    row = get_object_or_404(organization.join_requests.select_related("user"), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return _back(organization)
    words = _("%(person)s acts for the organization now.") % {"person": row.user}
    carried_out(
        request, lambda: joining.approve_request(row, by=person(request), role=form.cleaned_data["role"]), words
    )
    return _back(organization)


@door
@require_POST
def decline(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = acting_for(request, slug, MemberRole.OWNER)
    row = get_object_or_404(organization.join_requests, pk=pk)
    form = DeclineForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    carried_out(
        request,
        lambda: joining.decline_request(row, by=person(request), reason=reason),
        _("The request is declined. The person reads your words."),
    )
    return _back(organization)
