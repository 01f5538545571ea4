"""Letters: mails of a few lines with one code or link, as text and as HTML; here those that django-allauth sends.

No letter about an account repeats a name or anything else that somebody typed: whoever signs up chooses the address
that it goes to.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.models import Edition, OutboxMail
from expo.outbox import post


@dataclass(frozen=True)
class Letter:
    """`says` are its paragraphs; `code` and `link` name values that stand between them, `action` what the link does.

    A `warns` letter tells of a change to the account: it ends with when and from where.
    """

    subject: str | Promise
    says: tuple[str | Promise, ...]
    code: str = ""
    link: str = ""
    action: str | Promise = ""
    after: tuple[str | Promise, ...] = ()
    warns: bool = False


@dataclass(frozen=True)
class Written:
    """A letter with its values, ready to be sent."""

    subject: str
    text: str
    html: str = field(repr=False)


NOT_YOU = _("If this was not you, you can ignore this mail: without it nothing happens.")
CODE_SAYS = _("Enter this code on the page that asked for it. It is valid for 15 minutes.")
SIGN_UP_CODE = Letter(_("Your code to confirm your e-mail address"), (CODE_SAYS,), code="code", after=(NOT_YOU,))

LETTERS: dict[str, Letter] = {
    "account/email/email_confirmation_signup": SIGN_UP_CODE,
    "account/email/email_confirmation": SIGN_UP_CODE,
    "account/email/account_already_exists": Letter(
        _("You have an account already"),
        (
            _("Somebody, probably you, tried to sign up with this e-mail address. It has an account already."),
            _("Sign in with your password. If you have forgotten it, choose a new one:"),
        ),
        link="password_reset_url",
        action=_("Choose a new password"),
        after=(NOT_YOU,),
    ),
    "account/email/unknown_account": Letter(
        _("There is no account with this e-mail address"),
        (
            _("Somebody, probably you, asked for a new password, but this e-mail address has no account."),
            _("Perhaps you signed up with another address. Or sign up now:"),
        ),
        link="signup_url",
        action=_("Sign up"),
        after=(NOT_YOU,),
    ),
    "account/email/password_reset_key": Letter(
        _("Choose a new password"),
        (_("Somebody, probably you, asked for a new password for your account. This link works once:"),),
        link="password_reset_url",
        action=_("Choose a new password"),
        after=(NOT_YOU,),
    ),
    "account/email/password_changed": Letter(
        _("Your password was changed"), (_("The password of your account was changed."),), warns=True
    ),
    "account/email/password_reset": Letter(
        _("Your password was changed"), (_("The password was set anew by a link in a mail."),), warns=True
    ),
    "account/email/password_set": Letter(
        _("Your password was set"), (_("Your account has a password now."),), warns=True
    ),
    "account/email/email_changed": Letter(
        _("Your e-mail address was changed"),
        (_("Your account has another e-mail address now. You sign in with the new one."),),
        warns=True,
    ),
    "account/email/email_confirm": Letter(
        _("Your e-mail address is confirmed"), (_("An e-mail address of your account was confirmed."),), warns=True
    ),
    "account/email/email_deleted": Letter(
        _("An e-mail address was removed"), (_("An e-mail address was removed from your account."),), warns=True
    ),
    "mfa/email/recovery_codes_generated": Letter(
        _("You have new recovery codes"), (_("New recovery codes were made. The old ones do not work any more."),),
        warns=True,
    ),
    "mfa/email/totp_activated": Letter(
        _("Your authenticator app is set up"), (_("Signing in now also asks for a code of your authenticator app."),),
        warns=True,
    ),
    "mfa/email/totp_deactivated": Letter(
        _("Your authenticator app was removed"),
        (_("Signing in does not ask for a code of your authenticator app any more."),),
        warns=True,
    ),
    "mfa/email/webauthn_added": Letter(
        _("A passkey was added"), (_("A passkey or security key was added to your account."),), warns=True
    ),
    "mfa/email/webauthn_removed": Letter(
        _("A passkey was removed"), (_("A passkey or security key was removed from your account."),), warns=True
    ),
}  # fmt: skip


def rendered(letter: Letter, values: dict[str, Any]) -> Written:
    """A letter with the values it names, in the language and time zone that are active."""
    context = {
        **values,
        "letter": letter,
        "code": values[letter.code] if letter.code else "",
        "link": values[letter.link] if letter.link else "",
        "fair": fair_name(),
        "site_url": settings.SITE_URL,
    }
    text = render_to_string("account/email/letter.txt", context)
    return Written(str(letter.subject), text.strip() + "\n", render_to_string("account/email/letter.html", context))


def post_letter(
    letter: Letter, *, path: str, key: str, to: str, language: str, now: dt.datetime | None = None
) -> OutboxMail | None:
    """Hand a letter to an address without an account to the worker; its link leads to a path of the fair."""
    mail = rendered(letter, {letter.link: settings.SITE_URL + path})
    return post(key=key, to=to, subject=mail.subject, text=mail.text, html=mail.html, language=language, now=now)


def fair_name() -> str:
    edition = Edition.objects.current()
    return str(edition.short_name) if edition else gettext("Science and Technology City Expo")


def on_one_line(text: str) -> str:
    """Without line breaks and signs that steer: a name goes into the head of a mail."""
    return " ".join("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text).split())
