"""How accounts work here: the answers to what django-allauth leaves open. docs/decisions.md says why."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from expo.locking import lock, unlock
from expo.models import User
from expo.outbox import post
from expo.people.letters import LETTERS, fair_name, rendered
from expo.people.second_factor import FACTORS, acts_as_staff

SECOND_FACTOR = "second factor"  # what locks the secrets of authenticator apps


def on_site(path: str) -> str:
    """A path as an address for mails: always the fair's own, whatever host a request names."""
    return settings.SITE_URL + path


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        return super().save_user(request, user, form, commit)

    def get_login_stages(self) -> list[str]:
        return [*super().get_login_stages(), "expo.people.signing_in.ConsentStage"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where something waits: organizers at their desk, others at their own page in their language."""
        if acts_as_staff(request.user):
            return reverse("admin:index")
        with translation.override(request.user.language):  # type: ignore[union-attr]
            return reverse(settings.LOGIN_REDIRECT_URL)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my-settings")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language and time zone of whoever has that address, else in those of the page."""
        known = EmailAddress.objects.filter(email__iexact=email).select_related("user").first()
        person = context.get("user") or (known.user if known else User.objects.filter(email__iexact=email).first())
        language = person.language if person else translation.get_language() or settings.LANGUAGE_CODE
        zone = ZoneInfo(person.time_zone if person else settings.TIME_ZONE)
        with translation.override(language), timezone.override(zone):
            letter = rendered(LETTERS[template_prefix], {**context, **_links(context)})
        post(
            key=f"account-{uuid.uuid4()}",
            to=email,
            user=person,
            language=language,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
        )


def _links(values: dict[str, Any]) -> dict[str, str]:
    """What letters lead to, in the language that is active. django-allauth's own follow the host of the request."""
    reset = reverse("account_reset_password")
    if "uid" in values:
        reset = reverse("account_reset_password_from_key", kwargs={"uidb36": values["uid"], "key": values["key"]})
    return {
        "signup_url": on_site(reverse("account_signup")),
        "password_reset_url": on_site(reset),
    }


class MfaAdapter(DefaultMFAAdapter):
    def _get_site_name(self) -> str:
        return fair_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the fair's own host, whatever host a request names."""
        return {"id": settings.SITE_HOST, "name": fair_name()}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """An organizer keeps one second factor where the fair asks for it."""
        if not settings.STAFF_NEEDS_TWO_FACTORS or not authenticator.user.is_staff:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return authenticator.type not in FACTORS or others.exclude(pk=authenticator.pk).exists()

    def encrypt(self, text: str) -> str:
        return lock(text, SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text, SECOND_FACTOR)
