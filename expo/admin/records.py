"""The three records: moves (to read), proposed changes (to decide), dated rules (to keep)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from expo import saving
from expo.admin import jobs
from expo.admin.acts import Act, ActsAdmin
from expo.admin.base import FairAdmin, ReadOnly, ReadOnlyAdmin
from expo.admin.log import state_in_words, url_of
from expo.forms.revisions import compare
from expo.models import PolicyRule, Revision, Transition
from expo.roles import kinds_open_to

PROPOSED = frozenset({str(Revision.State.PROPOSED)})


@admin.display(description=_("kind of record"), ordering="content_type")
def kind(model_admin: Any, row: Any) -> str:
    return str(capfirst(row.content_type.name))


class KindOfRecord(admin.RelatedOnlyFieldListFilter):
    """The kinds by their own names, without the package they live in."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        keys = model_admin.model._default_manager.values_list("content_type", flat=True).distinct().order_by()
        return [(kind.pk, str(capfirst(kind.name))) for kind in ContentType.objects.filter(pk__in=list(keys))]


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    """The log of every move."""

    job = jobs.RECORD
    in_menu = True
    kind = kind
    list_display = ("at", "subject", "kind", "from_words", "to_words", "by", "reason")
    list_display_links = ("at",)
    list_filter = (("content_type", KindOfRecord), ("by", admin.RelatedOnlyFieldListFilter), "of_sample")
    list_select_related = ("content_type", "by")
    date_hierarchy = "at"
    search_fields = ("title", "reason", "by__name", "by__email")
    search_help_text = _("Record, reason or person")
    fields = ("at", "subject", "kind", "from_words", "to_words", "by", "reason", "evidence", "of_sample")

    def get_queryset(self, request: HttpRequest) -> Any:
        """The moves of what the person may see."""
        return super().get_queryset(request).filter(content_type__in=kinds_open_to(request.user, "view"))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if row := kwargs.get("obj"):
            name = f"{row.title}: {self.from_words(row)} → {self.to_words(row)}"
            context |= {"record_name": name, "subtitle": name}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("record"), ordering="title")
    def subject(self, row: Transition) -> str:
        url = url_of(row)
        return format_html('<a href="{}">{}</a>', url, row.title) if url else row.title

    @admin.display(description=_("from"), ordering="from_state")
    def from_words(self, row: Transition) -> str:
        return state_in_words(row.content_type, row.from_state) or "–"

    @admin.display(description=_("to"), ordering="to_state")
    def to_words(self, row: Transition) -> str:
        return state_in_words(row.content_type, row.to_state) or "–"


@admin.register(Revision)
class RevisionAdmin(ActsAdmin, FairAdmin):
    """Proposed changes are decided, not edited, by those who may change the record itself."""

    job = jobs.RECORD
    kind = kind
    acts = (
        Act("approve", _("Approve"), saving.approve, PROPOSED, tone="go"),
        Act("return", _("Return"), saving.give_back, PROPOSED, reason="required", tone="stop"),
    )
    list_display = ("subject", "state_badge", "kind", "by", "created_at")
    list_display_links = ("subject",)
    list_filter = ("state", ("content_type", KindOfRecord))
    list_select_related = ("content_type", "by")
    date_hierarchy = "created_at"
    search_fields = ("by__name", "by__email")
    fields = readonly_fields = ("record_link", "state", "by", "created_at", "base_version")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).filter(content_type__in=kinds_open_to(request.user, "change"))
        return rows.prefetch_related("record")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if revision := kwargs.get("obj"):
            stale = revision.state in PROPOSED and getattr(revision.record, "version", None) != revision.base_version
            context |= {"compared": compare(revision), "is_stale": stale}
        context |= {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("record"))
    def subject(self, revision: Revision) -> str:
        return str(revision.record)

    @admin.display(description=_("record"))
    def record_link(self, revision: Revision) -> str:
        url = url_of(revision)
        return format_html('<a href="{}">{}</a>', url, revision.record) if url else str(revision.record)


@admin.register(PolicyRule)
class PolicyRuleAdmin(FairAdmin):
    job = jobs.RECORD
    list_display = ("key", "value", "unit", "valid_from", "valid_to", "is_verified", "source")
    list_filter = ("is_verified", "key")
    date_hierarchy = "valid_from"
    search_fields = ("key", "source", "note")
    fields = ("key", ("value", "unit"), ("valid_from", "valid_to"), "source", "is_verified", "note")


admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskAdmin(ReadOnly, ModelAdmin):
    """What the workers did and did not manage, to read."""

    job = jobs.RECORD
    list_display = ("task", "status", "asked", "begun", "done", "problem")
    list_display_links = None
    list_filter = ("status",)
    ordering = ("-enqueued_at",)
    list_per_page = 50

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list says all there is to know; a single task has no page."""
        return obj is None and super().has_view_permission(request)

    @admin.display(description=_("task"), ordering="task_path")
    def task(self, row: Any) -> str:
        return str(row.task_path)

    @admin.display(description=_("asked for"), ordering="enqueued_at")
    def asked(self, row: Any) -> Any:
        return row.enqueued_at

    @admin.display(description=_("begun"), ordering="started_at")
    def begun(self, row: Any) -> Any:
        return row.started_at

    @admin.display(description=_("done"), ordering="finished_at")
    def done(self, row: Any) -> Any:
        return row.finished_at

    @admin.display(description=_("problem"))
    def problem(self, row: Any) -> str:
        return str(row.exception_class_path or "")
