"""Assessments: each reviewer's points for an innovation in review."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from expo.admin import jobs
from expo.admin.base import FairAdmin
from expo.assessing import OPEN, assess
from expo.forms.records import RecordForm
from expo.models import Assessment
from expo.models.assessment import CRITERIA


class AssessmentForm(RecordForm):
    """Who writes, and which version is judged, is not typed in."""

    reviewer: Any = None

    def clean(self) -> dict[str, Any] | None:
        innovation = self.cleaned_data.get("innovation") or getattr(self.instance, "innovation", None)
        if self.instance.pk is None and innovation is not None:
            self.instance.reviewer, self.instance.of_version = self.reviewer, innovation.version
        return super().clean()


@admin.register(Assessment)
class AssessmentAdmin(FairAdmin):
    """Everybody writes their own; the points suggest, the reviewer decides. Nothing of it is public."""

    job = jobs.EXHIBITION
    form = AssessmentForm
    list_display = ("innovation", "reviewer", "total_words", "verdict_words", "of_version", "updated_at")
    list_filter = (("reviewer", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("innovation", "reviewer")
    search_fields = ("innovation__title_en", "innovation__title_zh")
    search_help_text = _("Title of the innovation")
    readonly_fields = ("reviewer", "of_version", "total_words", "verdict_words")
    fieldsets = (
        (
            None,
            {
                "description": _(
                    "0 to 5 points each. 10 to 20 suggest to publish; 5 to 9, or nothing at all for one criterion, to "
                    "hold; fewer to reject."
                ),
                "fields": ("innovation", *CRITERIA, "note"),
            },
        ),
        (_("What the points suggest"), {"fields": ("total_words", "verdict_words", "reviewer", "of_version")}),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.reviewer = request.user
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "innovation":
            kwargs["queryset"] = db_field.related_model.objects.filter(state__in=OPEN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_readonly_fields(request, obj)
        return [*names, "innovation"] if obj is not None else names

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What others wrote is read."""
        own = obj is None or obj.reviewer_id == request.user.pk
        return own and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Assessment, form: BaseForm, change: bool) -> None:
        assess(obj, by=request.user)  # type: ignore[arg-type]

    @admin.display(description=_("total of 20"))
    def total_words(self, row: Assessment) -> Any:
        return row.total if row.pk else "–"

    @admin.display(description=_("points suggest"))
    def verdict_words(self, row: Assessment) -> str:
        return str(row.verdict.label) if row.pk else "–"
