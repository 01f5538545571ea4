"""What every record's admin shares: the domain's save, versions, the public's view, and one look of the list."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten
from django.contrib.admin.widgets import AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Model, QuerySet, URLField
from django.forms import BaseForm, ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from expo.admin import jobs
from expo.admin.deleting import DeletingAdmin
from expo.errors import DomainError
from expo.forms.records import form_for
from expo.saving import save_record
from expo.templatetags.fair import sample

TONES = {
    "go": ("accepted", "published", "approved", "ready", "operating", "available"),
    "wait": (
        "submitted",
        "in_review",
        "returned",
        "proposed",
        "paused",
        "waiting",
        "applied",
        "under_rectification",
        "maintenance",
    ),
    "stop": (
        "declined",
        "rejected",
        "withdrawn",
        "canceled",
        "expired",
        "failed",
        "delisted",
        "merged",
        "fault",
        "retired",
    ),
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states}


def add_tones(**states: str) -> None:
    """Tones of another package's states, as in `add_tones(go="signed registered", stop="revoked")`."""
    TONE_OF.update({state: tone for tone, names in states.items() for state in names.split()})


def badge(state: str, label: object) -> SafeString:
    """A state in words, with the shape and colour it has all over the site."""
    tone = TONE_OF.get(state)
    return format_html('<span class="badge{}">{}</span>', f" badge--{tone}" if tone else "", label)


class Fields(BaseModelAdmin):
    """How a model's fields become inputs, in a record's own form and in the rows below it."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What a record points to may be opened or added from its form, but deleting starts at its own page."""
        if isinstance(db_field, URLField):
            kwargs.setdefault("assume_scheme", "https")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
            if isinstance(field.widget.widget, AutocompleteSelectMultiple):
                field.widget.widget.is_required = True  # else it puts a cross for all among the chosen
        return field


class FairAdmin(Fields, DeletingAdmin):
    """The base of all. `job` groups it in the index and the menu, `in_menu` puts it into the row on top."""

    job = jobs.RECORD
    in_menu = False
    opens_rows = True  # where false, the logs do not link to a row
    list_per_page = 50
    list_select_related: ClassVar[Any] = ()
    show_facets = admin.ShowFacets.ALLOW
    change_form_template = "admin/change_form.html"

    # ------------------------------------------------------------------ form and save
    def __init__(self, model: type[Model], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)
        if self.form is ModelForm:
            self.form = form_for(model)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)  # type: ignore[attr-defined]
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "version"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = list(super().get_readonly_fields(request, obj))
        return names + [n for n in ("state",) if n not in names and any(f.name == n for f in self.opts.concrete_fields)]

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        save_record(obj, by=request.user)  # type: ignore[arg-type]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the domain or the database refuses while saving rolls everything back and comes back as a form error."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (DomainError, ValidationError, IntegrityError) as error:
            request.refusal = error  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    # ------------------------------------------------------------------ rows
    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Nobody finds a person by an address that they may not read, letter by letter."""
        may = request.user.has_perm("expo.view_user")
        return [name for name in super().get_search_fields(request) if may or not name.endswith("__email")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, record: Any) -> SafeString:
        return badge(record.state, record.get_state_display())

    @admin.display(description=_("sample"), ordering="origin", empty_value="")
    def is_sample(self, record: Any) -> str:
        return sample(record)

    # ------------------------------------------------------------------ as the public sees it
    def is_public(self, record: Any) -> bool | None:
        """None where the public sees no rows of this kind on a page of their own."""
        if not hasattr(record, "get_absolute_url") or not hasattr(self.model._default_manager, "public"):
            return None
        return self.model._default_manager.public().filter(pk=record.pk).exists()

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return obj.get_absolute_url() if obj is not None and self.is_public(obj) else None

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = kwargs.get("obj")
        context["is_public"] = self.is_public(record) if record is not None else None
        return super().render_change_form(request, context, *args, **kwargs)


class ReadOnly(BaseModelAdmin):
    """Nothing here is added, changed or deleted, whatever rights somebody holds."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, FairAdmin):
    """With a page for each row, which shows the `fields`. What never changes has no history."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise PermissionDenied

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["show_history"] = False
        return super().render_change_form(request, context, *args, **kwargs)


class MeasuredInline(Fields, admin.StackedInline):
    """Metrics below a record: each is named by its parameter, fetched for all of them at once."""

    extra = 0
    autocomplete_fields = ("parameter",)
    fields = (
        ("parameter", "position"),
        ("operator", "value", "value_to"),
        "is_change",
        ("baseline_en", "baseline_zh"),
        ("condition_en", "condition_zh"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("parameter")


class HistoryAdmin(FairAdmin, SimpleHistoryAdmin):
    """For records whose every change is kept. The history is read; nothing is brought back through it.

    The `confidential` fieldset is for those who may change the record, and never part of a look into the history.
    """

    history_list_per_page = 50
    confidential: ClassVar[Any] = None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        may = self.has_change_permission(request, obj) and not getattr(request, "in_history", False)
        return (*fieldsets, self.confidential) if self.confidential and may else fieldsets

    def confidential_names(self) -> set[str]:
        """The fields that only those read who may change the record."""
        return set(flatten(self.confidential[1]["fields"])) if self.confidential else set()

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Nor is what is confidential found out by filtering a list by it, letter by letter."""
        if lookup.partition("__")[0] in self.confidential_names() and not self.has_change_permission(request):
            return False
        return super().lookup_allowed(lookup, value, request)

    def set_history_delta_changes(self, request: HttpRequest, historical_records: Any, **kwargs: Any) -> None:
        """What is confidential is not read from the list of changes either."""
        super().set_history_delta_changes(request, historical_records, **kwargs)
        names = self.confidential_names()
        if not names or self.has_change_permission(request):
            return
        hidden = {capfirst(field.verbose_name) for field in self.opts.concrete_fields if field.name in names}
        for row in historical_records:
            changes = getattr(row, "history_delta_changes", [])
            row.history_delta_changes = [change for change in changes if str(change["field"]) not in hidden]

    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        request.in_history = True  # type: ignore[attr-defined]
        return super().history_form_view(request, *args, **kwargs)


class Waiting(admin.SimpleListFilter):
    """What waits for a decision of the organizers."""

    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("waits for a decision"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.waiting() if self.value() == "1" else queryset
