"""Introductions as organizers see them: who is in touch with whom and how long it takes, never what is written; the
confidentiality agreement in its versions; and who has read what it opened."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.admin.base import FairAdmin, ReadOnlyAdmin, badge
from matchmaking import confidential
from matchmaking.admin import jobs
from matchmaking.models import ConfidentialReading, Introduction, IntroductionState, NdaText


class Late(admin.SimpleListFilter):
    title = _("clock")
    parameter_name = "clock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waits for an answer")), ("stale", _("not answered in time"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "waiting":
            return queryset.waiting()
        return queryset.filter(state=IntroductionState.STALE) if self.value() == "stale" else queryset


@admin.register(Introduction)
class IntroductionAdmin(ReadOnlyAdmin):
    """Its words belong to the two sides: no message is shown here."""

    job = jobs.MATCHMAKING
    list_display = (
        "code",
        "state_badge",
        "asking",
        "offering",
        "demand",
        "due_at",
        "broker",
        "created_at",
        "is_sample",
    )
    list_filter = (Late, "state", "source", "decline_reason", "close_reason")
    list_select_related = ("asking", "offering", "demand", "broker")
    search_fields = ("code", "asking__name_en", "asking__name_zh", "offering__name_en", "offering__name_zh")
    search_help_text = _("Code or organization")
    date_hierarchy = "created_at"
    fields = (
        "code", "state", "asking", "offering", "demand", "innovation", "product", "instrument", "from_side", "source",
        "score", "created_at", "due_at", "nudged_at", "answered_at", "decline_reason", "decline_note", "close_reason",
        "next_steps", "broker",
    )  # fmt: skip

    @admin.display(description=_("wishes for the next step"))
    def next_steps(self, introduction: Introduction) -> str:
        told = (
            f"{introduction.organization_of(row.side)}: {row.get_step_display()} ({localize(localtime(row.at).date())})"
            for row in introduction.wishes.all()
        )
        return "; ".join(told) or "–"


class NdaTextForm(forms.ModelForm[NdaText]):
    class Meta:
        model = NdaText
        fields = ("text_en", "text_zh")


@admin.register(NdaText)
class NdaTextAdmin(FairAdmin):
    """A version that somebody has accepted is never changed: write a new one, then put it in force."""

    job = jobs.MATCHMAKING
    form = NdaTextForm
    list_display = ("version_words", "force_badge", "digest", "created_by", "created_at")
    list_select_related = ("created_by",)
    fieldsets = (
        (None, {
            "description": _("Have a lawyer check the text before it is put in force. Two sides that have agreed on an "
                             "earlier version stay agreed; where only one has, both are asked for the new one."),
            "fields": ("text_en", "text_zh", "digest"),
        }),
    )  # fmt: skip
    readonly_fields = ("digest",)
    actions = ("put_in_force",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not obj.acceptances.exists())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return (
            self.form if self.has_change_permission(request, obj) else super().get_form(request, obj, change, **kwargs)
        )

    def save_model(self, request: HttpRequest, obj: NdaText, form: Any, change: bool) -> None:
        by: Any = request.user
        confidential.save_nda(obj, by=by)

    @admin.display(description=_("version"), ordering="version")
    def version_words(self, nda: NdaText) -> str:
        return str(nda)

    @admin.display(description=_("state"))
    def force_badge(self, nda: NdaText) -> SafeString:
        return badge("ready", _("in force")) if nda.is_current else badge("draft", _("not in force"))

    @admin.action(description=_("Put in force"), permissions=["change"])
    def put_in_force(self, request: HttpRequest, rows: QuerySet[NdaText]) -> None:
        chosen = list(rows[:2])
        if len(chosen) != 1:
            self.message_user(request, gettext("Choose one version."), messages.WARNING)
            return
        by: Any = request.user
        nda = confidential.put_in_force(chosen[0], by=by)
        words = gettext("%(version)s is in force. Who has not agreed yet is asked for this one.")
        self.message_user(request, words % {"version": str(nda).capitalize()}, messages.SUCCESS)


@admin.register(ConfidentialReading)
class ConfidentialReadingAdmin(ReadOnlyAdmin):
    """Append-only. What was read is not shown, only its fingerprint."""

    job = jobs.MATCHMAKING
    list_display = ("at", "introduction", "organization", "by", "subject", "digest")
    list_display_links = ("at",)
    list_select_related = ("introduction", "organization", "by")
    date_hierarchy = "at"
    search_fields = ("introduction__code", "subject", "organization__name_en", "organization__name_zh")
    fields = ("at", "introduction", "organization", "by", "subject", "digest")
