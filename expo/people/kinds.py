"""What people are told about who acts for an organization."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from expo.registry import NoticeKind, add_notice_kind

KINDS = (
    NoticeKind(
        "membership-invited",
        _("Somebody invites me to an organization"),
        _("“%(organization)s” invites you to act for it."),
        _("Accept the invitation on its page. Whoever sent it sees your name and e-mail address then."),
        position=100,
    ),
    NoticeKind(
        "membership-joined",
        _("An invitation was accepted"),
        _("%(person)s accepted the invitation and acts for “%(organization)s” now."),
        delivery="daily",
        position=101,
    ),
    NoticeKind(
        "membership-requested",
        _("Somebody asks to act for my organization"),
        _("%(person)s asks to act for “%(organization)s”."),
        _("Look at who it is, then let the person in or decline with a reason."),
        position=102,
    ),
    NoticeKind(
        "membership-approved",
        _("My request to join was approved"),
        _("You act for “%(organization)s” now."),
        position=103,
    ),
    NoticeKind(
        "membership-declined",
        _("My request to join was declined"),
        _("“%(organization)s” declined your request to act for it."),
        _("The reason given: %(reason)s"),
        position=104,
    ),
    NoticeKind(
        "membership-role",
        _("My role in an organization changed"),
        _("%(person)s gave you another role in “%(organization)s”."),
        _("What you may do there has changed with it."),
        position=105,
    ),
    NoticeKind(
        "membership-removed",
        _("I was removed from an organization"),
        _("You do not act for “%(organization)s” any more."),
        _("If you think that this is a mistake, ask one of its owners."),
        position=106,
    ),
    NoticeKind(
        "membership-left",
        _("Somebody left my organization"),
        _("%(person)s does not act for “%(organization)s” any more."),
        delivery="daily",
        position=107,
    ),
)


def register() -> None:
    for kind in KINDS:
        add_notice_kind(kind)
