"""What somebody does at the doors of accounts, as a browser does it."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from expo.models import User
from expo.outbox import send_due
from expo.people.consents import agree
from expo.people.signing_in import vouch_for
from tests.factories import make_user

PASSWORD = "correct horse battery"
ENOUGH = 4.0  # seconds in which a test that has a code has sent it


def make_account(**overrides: Any) -> User:
    """Somebody who can sign in by the form: the address is confirmed, the privacy statement agreed to."""
    user = make_user(**overrides)
    vouch_for(user)
    agree(user)
    return user


def sign_in(client: Client, user: User, *, password: str = PASSWORD, then: str = "", **extra: Any) -> HttpResponse:
    words = {"login": user.email, "password": password}
    return client.post(reverse("account_login"), {**words, "next": then} if then else words, **extra)


def prove(client: Client) -> HttpResponse:
    """Say the password once more, as what matters asks for."""
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sign_up(client: Client, email: str, **overrides: Any) -> HttpResponse:
    words = {"name": "Lin Xia", "email": email, "password1": "otter piano cobalt", "privacy": "on"}
    return client.post(reverse("account_signup"), {**words, **overrides})


def mails_to(email: str) -> list[EmailMultiAlternatives]:
    """What the worker sent to an address up to now, the latest last."""
    send_due()
    return [message for message in mail.outbox if message.to == [email]]


def code_mailed_to(email: str) -> str:
    body = str(mails_to(email)[-1].body)
    found = re.search(r"^([A-Z0-9-]{6,9})$", body, re.MULTILINE)
    assert found, body
    return found[1]


def link_mailed_to(email: str) -> str:
    body = str(mails_to(email)[-1].body)
    found = re.search(r"^(https?://\S+/accounts/\S+)$", body, re.MULTILINE)
    assert found, body
    return found[1]


def confirm(client: Client, code: str) -> HttpResponse:
    return client.post(reverse("account_email_verification_sent"), {"code": code})


def give_app(user: User) -> str:
    """An authenticator app; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def give_recovery_codes(user: User) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def code_of(secret: str) -> str:
    """What the app shows; near the end of its half minute the next one, which is still good when it is sent."""
    if (left := app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD) < ENOUGH:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
