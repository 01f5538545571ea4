"""Term sheets: one page for technology, team and equity, checked as a whole before anything of it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.admin.base import FairAdmin, Fields
from expo.forms.records import VersionedForm
from matchmaking import equity, term_sheets
from matchmaking.admin import jobs
from matchmaking.admin.deals import told
from matchmaking.models import Deal, EquityLine, TeamLine, TechnologyLine, TermSheet


def is_open(sheet: TermSheet | None) -> bool:
    """Whether its terms may still change."""
    return sheet is None or (sheet.is_current and not sheet.deal.is_frozen)


def next_number(deal: Deal | int) -> int:
    return (TermSheet.objects.filter(deal=deal).aggregate(last=Max("number"))["last"] or 0) + 1


class TermSheetForm(VersionedForm):
    """A sheet whose number is left empty takes the next one of its deal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "number" in self.fields:
            self.fields["number"].required = False
            self.fields["number"].help_text = gettext("Empty: the next one of this deal.")

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        deal = self.cleaned_data.get("deal")
        if deal is not None and "number" not in self.errors and not self.cleaned_data.get("number"):
            self.cleaned_data["number"] = next_number(deal)
        return data


class LineInline(Fields, InlineModelAdmin):
    """Every line knows its deal, which it asks before it changes or goes."""

    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("term_sheet__deal")


class TechnologyLineInline(LineInline, admin.StackedInline):
    model = TechnologyLine
    autocomplete_fields = ("innovation",)
    fields = (
        ("title_en", "title_zh"),
        ("innovation", "right"),
        ("kind", "number"),
        ("appraised_value", "appraised_on"),
        ("agreed_value", "price_basis"),
        "position",
    )


class TeamLineInline(LineInline, admin.TabularInline):
    model = TeamLine
    fields = ("name_en", "name_zh", "role", "contribution", "commitment", "fte", "months", "position")


class EquityLineInline(LineInline, admin.StackedInline):
    model = EquityLine
    fields = (
        ("short", "family", "contribution"),
        ("holder_en", "holder_zh"),
        ("units", "percent"),
        "member",
        ("note_en", "note_zh"),
        "position",
    )
    readonly_fields = ("percent",)
    percents: Mapping[int, Decimal] = {}

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Members are those of this sheet, asked for once for all rows."""
        formset = super().get_formset(request, obj, **kwargs)
        field: Any = formset.form.base_fields.get("member")
        if field is not None:
            field.queryset = TeamLine.objects.filter(term_sheet=obj) if obj else TeamLine.objects.none()
            field.choices = [("", _("nobody")), *((line.pk, str(line)) for line in field.queryset)]
            if obj is None:
                field.help_text = _("Save the team first, then choose here.")
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[EquityLine]:
        return super().get_queryset(request).select_related("member")

    @admin.display(description=_("share of the company, %"))
    def percent(self, line: EquityLine) -> str:
        """Derived from the units that are stored; all rows add up to 100.00. This inline lives for one page only."""
        if line.pk is not None and line.pk not in self.percents:
            rows = EquityLine.objects.filter(term_sheet=line.term_sheet_id).values_list("pk", "units")
            self.percents = equity.percentages(dict(rows))
        return f"{self.percents[line.pk]} %" if line.pk in self.percents else gettext("after saving")


@admin.register(TermSheet)
class TermSheetAdmin(FairAdmin):
    job = jobs.MATCHMAKING
    form = TermSheetForm
    list_display = ("__str__", "deal", "number", "is_current", "total_units", "updated_at")
    list_filter = ("is_current", "deal__state")
    list_select_related = ("deal", "created_by")
    search_fields = ("deal__title_en", "deal__title_zh", "deal__code", "content_hash")
    search_help_text = _("Deal or hash")
    autocomplete_fields = ("deal",)
    readonly_fields = ("standing", "is_current", "content_hash", "created_by", "findings")
    inlines = (TechnologyLineInline, TeamLineInline, EquityLineInline)
    fieldsets = (
        (None, {"fields": ("standing", ("deal", "number", "is_current"), "findings")}),
        (
            _("Company"),
            {
                "description": _("Units are whole numbers. Percentages are derived from them and never typed in."),
                "fields": (("par_value", "total_units"), ("vesting_months", "cliff_months")),
            },
        ),
        (_("This version"), {"fields": (("note_en", "note_zh"), "created_by", "content_hash")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = list(super().get_readonly_fields(request, obj))
        return names if obj is None else [*names, "deal", "number"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        deal = str(initial.get("deal", ""))
        return {**initial, "number": next_number(int(deal))} if deal.isdigit() else initial

    def get_queryset(self, request: HttpRequest) -> QuerySet[TermSheet]:
        return super().get_queryset(request).select_related("deal", "created_by")

    # ------------------------------------------------------------------ who may
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A closed sheet is shown to read. One that closed while it was edited is refused with all that was typed."""
        return super().has_change_permission(request, obj) and (request.method == "POST" or is_open(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.deal.is_frozen)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Only with its lines can a sheet be judged; what is wrong takes everything back."""
        super().save_related(request, form, formsets, change)
        sheet = term_sheets.settle(form.instance, by=request.user)  # type: ignore[arg-type]
        _errors, warnings = term_sheets.problems(term_sheets.as_stored(sheet))
        for words in warnings:
            messages.warning(request, words)

    # ------------------------------------------------------------------ to read
    @admin.display(description=_("standing"))
    def standing(self, sheet: TermSheet) -> str:
        if sheet.pk is None:
            return gettext("A new version. It is in force as soon as it is saved.")
        if sheet.deal.is_frozen:
            return gettext("To read only: the deal is signed or closed, so its terms change no more.")
        if not sheet.is_current:
            return gettext("To read only: another version took its place.")
        return gettext("In force. What is saved here is what everybody signs.")

    @admin.display(description=_("what was found"))
    def findings(self, sheet: TermSheet) -> str:
        return told(sheet) if sheet.pk is not None else "–"
