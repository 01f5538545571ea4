"""Steps of signing in that are ours: an address that we vouch for, and consent to the privacy statement."""

from __future__ import annotations

from allauth.account.internal.stagekit import LoginStage, LoginStageController  # `stages` cannot be imported first
from allauth.account.models import EmailAddress
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from expo.models import User
from expo.people.consents import has_agreed


def vouch_for(user: User) -> None:
    """Take the address of an account that we make ourselves for confirmed, so that its first sign-in asks no code."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


class ConsentStage(LoginStage):
    """The last step of signing in: who has not agreed to the privacy statement as it is now is asked first."""

    key = "consent"
    urlname = "consent"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if self.login.user is None or has_agreed(self.login.user):
            return None, True
        return redirect(self.urlname), True


def consent_stage(request: HttpRequest) -> ConsentStage | None:
    """That step, where somebody stands before it."""
    return LoginStageController.enter(request, ConsentStage.key)
