"""Where notices and mails show: a person's own pages, and the organizers' start page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from expo.notices import unread_count
from expo.outbox import troubled
from expo.registry import PersonPage, Task, add_person_page, add_task


def register() -> None:
    add_person_page(
        PersonPage("notice-list", _("Notices"), 10, unread_count, _("What happened that concerns you."), _("Read"))
    )
    add_task(
        Task(
            "mails",
            _("Mails that cannot be sent"),
            _("The mail server refused them or did not answer. They are tried again for five days."),
            _("Look through"),
            lambda: troubled().count(),
            lambda: reverse("admin:expo_outboxmail_changelist") + "?leaves=stuck",
            "expo.change_outboxmail",
            80,
        )
    )
