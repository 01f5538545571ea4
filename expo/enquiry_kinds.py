"""What enquiries add to menus, start pages and notices."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from expo.enquiry_counts import received_by_nobody
from expo.models import Enquiry, Organization
from expo.registry import (
    NoticeKind,
    PersonPage,
    Task,
    WorkspacePage,
    add_notice_kind,
    add_person_page,
    add_task,
    add_workspace_page,
)

KINDS = (
    NoticeKind(
        "enquiry-received",
        _("Somebody asks my organization"),
        _("A visitor asks “%(organization)s” about “%(about)s”."),
        _("Read the question and answer it, or hand it to a colleague."),
        position=30,
    ),
    NoticeKind(
        "enquiry-again",
        _("Somebody who asked writes again"),
        _("The visitor who asked “%(organization)s” about “%(about)s” has written again."),
        position=31,
    ),
    NoticeKind(
        "enquiry-handed",
        _("A colleague hands me a question"),
        _("A colleague hands you a question to “%(organization)s” about “%(about)s”."),
        position=32,
    ),
    NoticeKind(
        "enquiry-answered",
        _("My question was answered"),
        _("“%(organization)s” has answered your question about “%(about)s”."),
        position=33,
    ),
    NoticeKind(
        "enquiry-closed",
        _("My question was closed without an answer"),
        _("“%(organization)s” has closed your question about “%(about)s” without an answer."),
        _("You can write again: then it waits for an answer once more."),
        position=34,
    ),
)


def waiting_for(organization: Organization) -> int:
    return Enquiry.objects.filter(organization=organization).waiting().count()


def register() -> None:
    for kind in KINDS:
        add_notice_kind(kind)
    add_workspace_page(
        WorkspacePage(
            "work-enquiries",
            _("Enquiries"),
            50,
            waiting_for,
            hint=_("Questions from visitors that nobody has answered."),
            action=_("Answer"),
        )
    )
    add_person_page(PersonPage("my-enquiries", _("My enquiries"), 30))
    add_task(
        Task(
            "enquiries-nobody",
            _("Enquiries nobody receives"),
            _("Visitors wait, and no editor or owner of the organization has an account."),
            _("See which organizations"),
            received_by_nobody,
            lambda: reverse("admin:expo_enquiry_changelist"),
            "expo.view_enquiry",
            80,
        )
    )
