"""The programs of an organization: tokens that read for it, and servers of it that are told of events.

What is secret is shown once, in the answer to the very request that made it, and never stored in a session.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expo import webhooks
from expo.access import door
from expo.api_tokens import create_token, in_force, may_revoke, revoke_token
from expo.errors import DomainError
from expo.forms.programs import TokenForm, WebhookChangeForm, WebhookForm
from expo.forms.records import add_refusal
from expo.models import MemberRole, Organization, Webhook
from expo.views.acting import acting_for, person
from expo.views.members import carried_out

LIST, ONE = "expo/programs.html", "expo/webhook.html"


def _acting(request: HttpRequest, slug: str) -> Organization:
    return acting_for(request, slug, MemberRole.EDITOR)


def _hook(request: HttpRequest, slug: str, pk: int) -> tuple[Organization, Webhook]:
    organization = _acting(request, slug)
    return organization, get_object_or_404(organization.webhooks.select_related("organization"), pk=pk)


def _context(request: HttpRequest, organization: Organization, **more: Any) -> dict[str, Any]:
    tokens = in_force().filter(organization=organization).select_related("user", "organization")
    return {
        "tokens": [{"token": token, "may_revoke": may_revoke(person(request), token)} for token in tokens],
        "hooks": organization.webhooks.all(),
        "token_form": TokenForm(prefix="token"),
        "hook_form": WebhookForm(prefix="hook"),
        **more,
    }


@door
@require_safe
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, LIST, _context(request, _acting(request, slug)))


# ------------------------------------------------------------------ tokens
@door
@require_POST
def new_token(request: HttpRequest, slug: str) -> HttpResponse:
    organization = _acting(request, slug)
    form = TokenForm(request.POST, prefix="token")
    if form.is_valid():
        try:
            token, plain = create_token(person(request), organization, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            return render(request, LIST, _context(request, organization, made=token, plain=plain))
    return render(request, LIST, _context(request, organization, token_form=form))


@door
@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = _acting(request, slug)
    token = get_object_or_404(organization.api_tokens.select_related("organization"), pk=pk)
    words = _("“%(name)s” is revoked: it opens nothing any more.") % {"name": token.name}
    carried_out(request, lambda: revoke_token(token, by=person(request)), words)
    return redirect("work-programs", organization.slug)


# ------------------------------------------------------------------ webhooks
@door
@require_POST
def new_webhook(request: HttpRequest, slug: str) -> HttpResponse:
    organization = _acting(request, slug)
    form = WebhookForm(request.POST, prefix="hook")
    if form.is_valid():
        try:
            hook, secret = webhooks.create_webhook(organization, by=person(request), **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            return render(request, ONE, _hook_context(hook, secret=secret))
    return render(request, LIST, _context(request, organization, hook_form=form))


def _hook_context(hook: Webhook, **more: Any) -> dict[str, Any]:
    stored = {"url": hook.url, "events": hook.events, "is_active": hook.is_active}
    rows = hook.deliveries.all()[: webhooks.SHOWN]
    return {"hook": hook, "form": WebhookChangeForm(initial=stored), "deliveries": rows, **more}


@door
@require_http_methods(["GET", "HEAD", "POST"])
def change_webhook(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization, hook = _hook(request, slug, pk)
    if request.method != "POST":
        return render(request, ONE, _hook_context(hook))
    form = WebhookChangeForm(request.POST)
    if form.is_valid():
        try:
            webhooks.change_webhook(hook, by=person(request), **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("work-webhook-change", organization.slug, hook.pk)
    return render(request, ONE, _hook_context(hook, form=form))


@door
@require_POST
def test_webhook(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization, hook = _hook(request, slug, pk)
    words = _("The test leaves in a moment. Load this page again to see what the server answers.")
    carried_out(request, lambda: webhooks.send_test(hook, by=person(request)), words)
    return redirect("work-webhook-change", organization.slug, hook.pk)


@door
@require_POST
def renew_secret(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    _organization, hook = _hook(request, slug, pk)
    secret = webhooks.renew_secret(hook, by=person(request))
    return render(request, ONE, _hook_context(hook, secret=secret))


@door
@require_POST
def remove_webhook(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization, hook = _hook(request, slug, pk)
    words = _("The address is removed: nothing is sent there any more.")
    carried_out(request, lambda: webhooks.remove_webhook(hook, by=person(request)), words)
    return redirect("work-programs", organization.slug)
