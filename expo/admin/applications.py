"""Applications: what an edition asks and locks, who reviews, and what a decision is made with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.admin import jobs
from expo.admin.acts import Act
from expo.admin.asking import AskForm
from expo.admin.base import FairAdmin
from expo.admin.stand_moves import StandChoice, stands_named
from expo.exhibiting import questions
from expo.exhibiting.entry import LOCKABLE, label_of
from expo.exhibiting.news import reviewers
from expo.forms.records import RecordForm
from expo.models import Edition, Exhibitor, FieldLock, Question, Stand, Zone


# ------------------------------------------------------------------ deciding
class ReviewerForm(AskForm):
    """Who reviews the chosen applications."""

    reviewer = forms.ModelChoiceField(
        reviewers().none(), required=False, label=_("Reviewed by"), empty_label=_("nobody yet"),
        help_text=_("Whoever you choose is told, and finds the applications on the start page."),
    )  # fmt: skip

    def __init__(self, data: Any, *, act: Act, records: Sequence[Any]) -> None:
        super().__init__(data, act=act, records=records)
        field: Any = self.fields["reviewer"]
        field.queryset = reviewers()
        present = {record.assigned_to_id for record in records}
        self.initial["reviewer"] = present.pop() if len(present) == 1 else None

    def words_for(self, record: Any) -> dict[str, Any]:
        return {**self.words, "reviewer": self.cleaned_data["reviewer"]}


class AcceptForm(AskForm):
    """A zone and perhaps a stand for each application, beside its wishes. Without one it keeps the zone it has."""

    def __init__(self, data: Any, *, act: Act, records: Sequence[Any]) -> None:
        super().__init__(data, act=act, records=records)
        self.records = records
        editions = {record.edition_id for record in records}
        self.zones = {str(zone.pk): zone for zone in Zone.objects.filter(edition__in=editions)}
        free = list(Stand.objects.empty().filter(zone__edition__in=editions).select_related("zone"))
        known = stands_named(self.data.get(f"stand-{record.pk}") for record in records)
        for record in records:
            zones = [(key, str(zone)) for key, zone in self.zones.items() if zone.edition_id == record.edition_id]
            stands = [stand for stand in free if stand.zone.edition_id == record.edition_id]
            self._add_fields(record, zones, stands, known)

    def _add_fields(self, record: Exhibitor, zones: list[Any], stands: list[Stand], known: dict[str, Stand]) -> None:
        name = f"“{record}”: " if len(self.records) > 1 else ""
        wish = gettext("Wishes for %(zone)s, %(area)s m².") % {
            "zone": record.zone_wish or gettext("no zone"),
            "area": record.area_wanted or "–",
        }
        zone = forms.ChoiceField(choices=[("", gettext("as it is")), *zones], required=False)
        zone.label, zone.help_text = capfirst(name + gettext("zone")), wish
        zone.initial = str(record.zone_id or record.zone_wish_id or "")
        stand = StandChoice(required=False, label=capfirst(name + gettext("stand")))
        stand.offer(stands, empty=_("later"), known=known)
        self.fields |= {f"zone-{record.pk}": zone, f"stand-{record.pk}": stand}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for record in self.records:
            zone, stand = self.zone_of(record), data.get(f"stand-{record.pk}")
            if zone and stand and stand.zone_id != zone.pk:
                self.add_error(f"stand-{record.pk}", gettext("This stand lies in another zone. Choose one of the two."))
        return data

    def zone_of(self, record: Any) -> Zone | None:
        return self.zones.get(self.cleaned_data.get(f"zone-{record.pk}", ""))

    def words_for(self, record: Any) -> dict[str, Any]:
        stand = self.cleaned_data.get(f"stand-{record.pk}")
        zone = self.zone_of(record) or (stand.zone if stand else None)
        return {**self.words, "zone": zone, "stand": stand}


# ------------------------------------------------------------------ the queue
class InHand(admin.SimpleListFilter):
    """By who reviews it."""

    title = _("reviewed by")
    parameter_name = "hand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("me")), ("nobody", _("nobody yet"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "mine":
            return queryset.filter(assigned_to=request.user)
        return queryset.filter(assigned_to=None) if self.value() == "nobody" else queryset


class WithAnswers:
    """The part of an exhibitor's page that the application fills, for those who may decide on it."""

    application: ClassVar[Any] = (
        _("Application"),
        {"fields": ("zone_wish", "products_planned", "assigned_to", "answers_told")},
    )

    @admin.display(description=_("answers"))
    def answers_told(self, exhibitor: Exhibitor) -> str:
        """Every question with its answer, next to the entry."""
        rows = questions.told(exhibitor)
        if not rows:
            return gettext("This edition asks nothing beyond the form.")
        told = (
            (row.label, row.text or gettext("not answered"), "" if row.is_asked else gettext("no longer asked"))
            for row in rows
        )
        lines = format_html_join("", "<div><dt>{}</dt><dd>{} <small>{}</small></dd></div>", told)
        return format_html('<dl class="facts">{}</dl>', lines)


# ------------------------------------------------------------------ what an edition asks
class OfEdition(FairAdmin):
    """Rows of an edition: a new one is of the current edition unless somebody says otherwise."""

    job = jobs.EXHIBITION
    list_filter: ClassVar[Any] = ("edition",)
    list_select_related: ClassVar[Any] = ("edition",)
    autocomplete_fields = ("edition",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        current = Edition.objects.current()
        return {**({"edition": current.pk} if current else {}), **super().get_changeform_initial_data(request)}

    def is_public(self, record: Any) -> None:
        return None


@admin.register(Question)
class QuestionAdmin(OfEdition):
    """What applicants are asked beyond the short form. A question that was answered is switched off, not deleted."""

    list_display = ("__str__", "position", "kind", "is_required", "is_active", "condition", "edition_number")
    list_filter = ("edition", "is_active", "kind")
    list_select_related = ("edition", "asked_if")
    search_fields = ("label_en", "label_zh")
    fieldsets = (
        (
            None,
            {"fields": ("edition", ("label_en", "label_zh"), ("help_en", "help_zh"), ("kind", "position"), "choices")},
        ),
        (_("When it is asked"), {"fields": (("is_active", "is_required"), ("asked_if", "asked_if_value"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).order_by("-edition__number", "position", "pk")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "asked_if":
            kwargs["queryset"] = Question.objects.filter(asked_if=None).order_by("-edition__number", "position")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("asked only after"))
    def condition(self, question: Question) -> str:
        return f"{question.asked_if}: {question.asked_if_value}" if question.asked_if else ""

    @admin.display(description=_("edition"), ordering="edition__number")
    def edition_number(self, question: Question) -> int:
        return question.edition.number


class FieldLockForm(RecordForm):
    """Only fields that an accepted exhibitor could change at all can be locked."""

    field = forms.ChoiceField(label=_("Field"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "field" in self.fields:
            choice: Any = self.fields["field"]
            choice.choices = [(name, capfirst(label_of(name))) for name in LOCKABLE]


@admin.register(FieldLock)
class FieldLockAdmin(OfEdition):
    """What accepted exhibitors may no longer change by themselves, with the reason they read."""

    form = FieldLockForm
    list_display = ("label", "reason_en", "reason_zh", "edition_number")
    fields = ("edition", "field", ("reason_en", "reason_zh"))

    @admin.display(description=_("field"), ordering="field")
    def label(self, lock: FieldLock) -> str:
        return str(capfirst(label_of(lock.field)))

    @admin.display(description=_("edition"), ordering="edition__number")
    def edition_number(self, lock: FieldLock) -> int:
        return lock.edition.number
