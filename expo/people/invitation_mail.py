"""The mail that brings an invitation to an address without an account."""

from __future__ import annotations

import datetime as dt
import unicodedata

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from expo.models import Edition, Invitation, OutboxMail
from expo.outbox import post
from expo.people.letters import Letter


def post_invitation(invitation: Invitation, *, key: str, language: str, now: dt.datetime) -> OutboxMail | None:
    """Write the mail down for the worker. `language` is the receiver's, or a guess."""
    with translation.override(language):
        letter = _letter(invitation)
        edition = Edition.objects.current()
        context = {
            "letter": letter,
            "link": settings.SITE_URL + reverse("invitation-detail", args=[invitation.token]),
            "site_url": settings.SITE_URL,
            "fair": str(edition.short_name) if edition else _("Science and Technology City Expo"),
        }
        return post(
            key=key,
            to=invitation.email,
            subject=str(letter.subject),
            text=render_to_string("account/email/letter.txt", context).strip() + "\n",
            html=render_to_string("account/email/letter.html", context),
            language=language,
            now=now,
        )


def _letter(invitation: Invitation) -> Letter:
    values = {
        "organization": on_one_line(str(invitation.organization.name)),
        "role": invitation.get_role_display(),
        "address": invitation.email,
        "day": date_format(localtime(invitation.expires_at), "DATE_FORMAT"),
    }
    return Letter(
        _("“%(organization)s” invites you to act for it at the fair") % values,
        (
            _("“%(organization)s” asks you to act for it at the fair, as %(role)s.") % values,
            _("Open the invitation, sign up or sign in with %(address)s, and accept. It is valid until %(day)s.")
            % values,
        ),
        link="link",
        action=_("Open the invitation"),
        after=(_("If you do not know this organization, ignore this mail: without you nothing happens."),),
    )


def on_one_line(text: str) -> str:
    """Without line breaks and signs that steer: a name goes into the head of a mail."""
    return " ".join("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text).split())
