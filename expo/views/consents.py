"""The privacy statement, and the page that asks for consent as the last step of signing in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from expo.access import door
from expo.forms.accounts import ConsentForm
from expo.people.consents import PRIVACY_VERSION, agree
from expo.people.signing_in import consent_stage
from expo.retention import periods
from expo.views.acting import typed


@door
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored, what for and for how long."""
    context = {
        "version": PRIVACY_VERSION,
        "session_days": settings.SESSION_COOKIE_AGE // (24 * 60 * 60),
        "periods": periods(),
        "contact": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "expo/privacy.html", context)


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Only who stands before this last step of signing in sees it; who does not agree is not signed in."""
    stage = consent_stage(request)
    if stage is None:
        return redirect("account_login")
    form = ConsentForm(typed(request))
    if request.method == "POST" and form.is_valid():
        agree(stage.login.user)
        return stage.exit()
    return render(request, "account/consent.html", {"form": form, "version": PRIVACY_VERSION})
