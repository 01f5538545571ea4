"""The weights of matching: written down, looked at with what they would change, adopted by a click."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.admin.base import FairAdmin, ReadOnly, badge
from expo.errors import DomainError
from expo.forms.records import in_words
from matchmaking import weights
from matchmaking.admin import jobs
from matchmaking.matching.parts import DEFAULTS, NAMES
from matchmaking.matching.words import part_label
from matchmaking.models import MatchRun, MatchWeights


class WeightsForm(forms.ModelForm[MatchWeights]):
    """A number for each part; together 100."""

    class Meta:
        model = MatchWeights
        fields = ("note",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = weights.values_in_force()
        for name in NAMES:
            self.fields[name] = forms.IntegerField(
                label=part_label(name), min_value=0, max_value=100, initial=current[name],
                help_text=_("%(points)d by default") % {"points": DEFAULTS[name]},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if all(name in cleaned for name in NAMES):
            try:
                weights.checked({name: cleaned[name] for name in NAMES})
            except DomainError as error:
                raise ValidationError(in_words(error)) from error
        return cleaned


@admin.register(MatchWeights)
class MatchWeightsAdmin(FairAdmin):
    """Rows are written once; another thought is another row. One is adopted on its own page, below what it changes."""

    job = jobs.MATCHMAKING
    form = WeightsForm
    list_display = ("number", "origin", "points", "state_words", "note", "created_at")
    list_display_links = ("number",)
    list_filter = ("origin", ("adopted_at", admin.EmptyFieldListFilter))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.adopted_at is None)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": ("note",) if obj else (*NAMES, "note")}),)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return self.form if obj is None else super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        stored = weights.propose_weights({name: form.cleaned_data[name] for name in NAMES}, by=by, note=obj.note)
        obj.pk, obj.values, obj.created_by = stored.pk, stored.values, stored.created_by

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return HttpResponseRedirect(self._page_url(obj))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is nothing to change in a row; it is looked at, and adopted."""
        known = self.get_object(request, object_id)
        if known is not None:
            return self.look(request, known.pk)
        return super().change_view(request, object_id, *args, **kwargs)

    # ------------------------------------------------------------------ looking at it, and adopting it
    def get_urls(self) -> list[URLPattern]:
        page = path("<int:key>/look/", self.admin_site.admin_view(self.look), name="matchmaking_matchweights_look")
        return [page, *super().get_urls()]

    @staticmethod
    def _page_url(record: MatchWeights) -> str:
        return reverse("admin:matchmaking_matchweights_look", args=[record.pk])

    def look(self, request: HttpRequest, key: int) -> HttpResponse:
        """GET shows the weights beside those in force and what they would change; POST adopts them."""
        record = MatchWeights.objects.select_related("created_by", "adopted_by").filter(pk=key).first()
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        may_adopt = super().has_change_permission(request)
        if request.method == "POST":
            if not may_adopt:
                raise PermissionDenied
            self._adopt(request, record)
            return HttpResponseRedirect(self._page_url(record))
        return self._page(request, record, may_adopt=may_adopt)

    def _adopt(self, request: HttpRequest, record: MatchWeights) -> None:
        try:
            weights.adopt_weights(record, by=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, in_words(error))
            return
        messages.success(request, gettext("Adopted. The next computation of all matches counts with these weights."))

    def _page(self, request: HttpRequest, record: MatchWeights, *, may_adopt: bool) -> HttpResponse:
        current, in_force = weights.values_in_force(), weights.in_force()
        told = record.evaluation
        declined = told.get("declined", {})
        blamed = {part: declined.get(reason, 0) for reason, part in weights.BLAMED.items()}
        rows = [
            {
                "label": part_label(name), "default": DEFAULTS[name], "now": current[name],
                "here": record.values.get(name, 0), "coefficient": told.get("coefficients", {}).get(name),
                "said": told.get("said", {}).get(name), "blamed": blamed.get(name),
            }
            for name in NAMES
        ]  # fmt: skip
        is_in_force = in_force is not None and in_force.pk == record.pk
        context = {
            **self.admin_site.each_context(request), "title": gettext("Weights of matching"), "opts": self.opts,
            "record": record, "rows": rows, "is_in_force": is_in_force, "may_adopt": may_adopt and not is_in_force,
            "left_out": sum(declined.get(reason, 0) for reason in weights.NOT_OF_FIT),
            "preview": weights.preview(record.values),
            "back": reverse("admin:matchmaking_matchweights_changelist"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/match_weights.html", context)

    # ------------------------------------------------------------------ the list
    @admin.display(description=_("number"), ordering="pk")
    def number(self, record: MatchWeights) -> str:
        return str(record)

    @admin.display(description=_("points"))
    def points(self, record: MatchWeights) -> str:
        return " ".join(f"{part_label(name)} {record.values.get(name, 0)}" for name in NAMES)

    @admin.display(description=_("state"), ordering="adopted_at")
    def state_words(self, record: MatchWeights) -> SafeString:
        return badge("accepted", gettext("adopted")) if record.adopted_at else badge("draft", gettext("proposed"))


@admin.register(MatchRun)
class MatchRunAdmin(ReadOnly, FairAdmin):
    """What the computations did, to read."""

    job = jobs.MATCHMAKING
    list_display = (
        "number", "kind", "state_words", "created_at", "progress", "pairs", "kept", "added", "removed", "moved",
        "seconds_words",
    )  # fmt: skip
    list_display_links = None
    list_filter = ("kind", "state")
    list_per_page = 50

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list says all there is to know; a single run has no page."""
        return obj is None and super().has_view_permission(request)

    @admin.display(description=_("number"), ordering="pk")
    def number(self, run: MatchRun) -> str:
        return str(run)

    @admin.display(description=_("state"), ordering="state")
    def state_words(self, run: MatchRun) -> str:
        return f"{run.get_state_display()}: {run.problem}" if run.problem else run.get_state_display()

    @admin.display(description=_("demands"))
    def progress(self, run: MatchRun) -> str:
        return gettext("%(done)d of %(total)d") % {"done": run.done, "total": run.total}

    @admin.display(description=_("seconds of processor"), ordering="seconds")
    def seconds_words(self, run: MatchRun) -> str:
        return f"{run.seconds:.1f}"
