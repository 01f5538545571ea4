"""The mails to senders without an account. None repeats what somebody typed: strangers choose where they go."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from expo.models import Enquiry, OutboxMail
from expo.people.letters import Letter, on_one_line, post_letter


def post_confirmation(enquiry: Enquiry, *, now: dt.datetime) -> OutboxMail | None:
    """Ask the owner of the address whether the enquiry is his. The link opens a page with one button."""
    with translation.override(enquiry.language):
        letter = Letter(
            _("Please confirm your question about “%(about)s”") % _names(enquiry),
            (
                _("Somebody, probably you, wrote to “%(organization)s” about “%(about)s” with this e-mail address.")
                % _names(enquiry),
                _("Open this page and confirm, so that your question is handed over. The link is valid for 7 days."),
            ),
            link="link",
            action=_("Confirm my question"),
            after=(_("If this was not you, ignore this mail: without you nobody reads it, and it is deleted."),),
        )
        path = reverse("enquiry-confirm", args=[enquiry.token])
        return _post(enquiry, letter, path, key=f"enquiry-{enquiry.pk}-confirm", now=now)


def post_answer(enquiry: Enquiry, *, key: str, is_answered: bool, now: dt.datetime) -> OutboxMail | None:
    """Tell a sender without an account that there is an answer, or that there will be none."""
    with translation.override(enquiry.language):
        names = _names(enquiry)
        if is_answered:
            subject = _("An answer to your question about “%(about)s”") % names
            line = _("“%(organization)s” has answered your question about “%(about)s”.") % names
        else:
            subject = _("Your question about “%(about)s” was closed") % names
            line = _("“%(organization)s” has closed your question about “%(about)s” without an answer.") % names
        letter = Letter(
            subject,
            (line,),
            link="link",
            action=_("Read it, and write again"),
            after=(_("Whoever has this link reads your conversation: do not hand it on."),),
        )
        return _post(enquiry, letter, reverse("enquiry-thread", args=[enquiry.token]), key=key, now=now)


def _names(enquiry: Enquiry) -> dict[str, str]:
    return {"organization": on_one_line(str(enquiry.organization.name)), "about": on_one_line(enquiry.about)[:100]}


def _post(enquiry: Enquiry, letter: Letter, path: str, *, key: str, now: dt.datetime) -> OutboxMail | None:
    return post_letter(letter, path=path, key=key, to=enquiry.email, language=enquiry.language, now=now)
