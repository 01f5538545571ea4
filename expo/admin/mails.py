"""The mails on their way: which left, which wait, and why. What they say is shown to nobody: it may open an account."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from expo.admin import jobs
from expo.admin.base import FairAdmin, badge
from expo.models import OutboxMail
from expo.outbox import State, of_state, state_of, try_again


class Leaves(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "leaves"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        state = self.value()
        return of_state(queryset, state) if state in State.values else queryset


@admin.register(OutboxMail)
class OutboxMailAdmin(FairAdmin):
    """Nothing is added, changed or deleted here; what failed can be sent again."""

    job = jobs.ACCOUNTS
    list_display = ("created_at", "to", "subject", "state", "attempts", "next_try_at", "last_error")
    list_display_links = ("created_at",)
    list_filter = (Leaves, "language")
    date_hierarchy = "created_at"
    search_fields = ("to", "subject")
    search_help_text = _("Receiver or subject")
    # What a mail says is in no field: codes and links for other people's accounts are among it.
    fields = ("to", "subject", "language", "state", "created_at", "attempts", "next_try_at", "last_error", "sent_at")
    actions = ("send_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the list changes anything, by its one action."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Nor is what a mail says found out by filtering the list by it, letter by letter."""
        return lookup.partition("__")[0] in (Leaves.parameter_name, "language", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    @admin.display(description=_("state"))
    def state(self, mail: OutboxMail) -> SafeString:
        state = state_of(mail)
        return badge({"sent": "ready", "waiting": "draft"}.get(state, "failed"), state.label)

    @admin.action(description=_("Send again now"), permissions=["change"])
    def send_again(self, request: HttpRequest, mails: QuerySet[OutboxMail]) -> None:
        count = try_again(mails)
        words = ngettext("%(count)d mail is sent again.", "%(count)d mails are sent again.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS if count else messages.WARNING)
