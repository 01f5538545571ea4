"""A person's own account: settings, what is stored, and the end of it."""

from __future__ import annotations

import datetime as dt
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from expo.access import door
from expo.errors import DomainError
from expo.forms.accounts import DeleteAccountForm, SettingsForm
from expo.models import User
from expo.people.personal_data import check_can_leave, delete_account, held, own_rows, traces
from expo.views.acting import typed

FORM_METHODS = ["GET", "HEAD", "POST"]


def _stored(request: HttpRequest) -> User:
    """The person as the database has them, so that a form that is refused changes nobody on the page."""
    return User.objects.get(pk=cast(User, request.user).pk)


@door
@never_cache
@require_http_methods(FORM_METHODS)
def own_settings(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone; another language shows at once."""
    user = _stored(request)
    form = SettingsForm(typed(request), instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(user.language):
            messages.success(request, _("Your settings are saved."))
            return redirect(reverse("my-settings"))
    return render(request, "expo/my_settings.html", {"form": form})


@door
@never_cache
@reauthentication_required(app="allauth.account")
@require_http_methods(FORM_METHODS)
def own_data(request: HttpRequest) -> HttpResponse:
    """What the system holds about the person, counted; asked for, all of it as a file."""
    user = _stored(request)
    if request.method != "POST":
        return render(request, "expo/my_data.html", {"own": own_rows(user), "traces": traces(user)})
    name = f"my-data-{dt.date.today().isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(held(user), json_dumps_params={"ensure_ascii": False, "indent": 2}, headers=headers)


@door
@never_cache
@sensitive_post_parameters()
@reauthentication_required(app="allauth.account")
@require_http_methods(FORM_METHODS)
def delete(request: HttpRequest) -> HttpResponse:
    """What goes and what stays is shown first."""
    user, refusal = _stored(request), ""
    form = DeleteAccountForm(typed(request))
    try:
        check_can_leave(user)
        if request.method == "POST" and form.is_valid():
            delete_account(user)
            get_adapter().logout(request)
            messages.success(request, _("Your account is deleted."))
            return redirect("home")
    except DomainError as error:
        refusal = str(error)
    context = {"form": form, "refusal": refusal, "own": own_rows(user), "traces": traces(user)}
    return render(request, "expo/my_delete.html", context, status=409 if refusal and request.method == "POST" else 200)
