"""The mail that brings an invitation to an address without an account."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from expo.models import Invitation, OutboxMail
from expo.people.letters import Letter, on_one_line, post_letter


def post_invitation(invitation: Invitation, *, key: str, language: str, now: dt.datetime) -> OutboxMail | None:
    """Write the mail down for the worker. `language` is the receiver's, or a guess."""
    with translation.override(language):
        path = reverse("invitation-detail", args=[invitation.token])
        return post_letter(_letter(invitation), path=path, key=key, to=invitation.email, language=language, now=now)


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
