"""Exhibitors: applications are decided here, and the accepted ones get their stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo import registration
from expo.admin import jobs
from expo.admin.acts import Act, ActsAdmin, is_end, leading_to
from expo.admin.applications import AcceptForm, InHand, ReviewerForm, WithAnswers
from expo.admin.base import HistoryAdmin, Waiting
from expo.admin.stand_moves import StandChoice, stands_named
from expo.admin.start import Counted
from expo.admin.touches import by_declining, by_withdrawing
from expo.errors import DomainError
from expo.exhibiting import applying
from expo.forms.records import in_words
from expo.models import EXHIBITOR_MOVES, Exhibitor, ExhibitorState, Stand, User
from expo.stands import give_stand

S = ExhibitorState


def from_states(to: str) -> frozenset[str]:
    """Deciding on a submitted application takes it up first."""
    return leading_to(EXHIBITOR_MOVES, to, taken_up=S.SUBMITTED, review=S.IN_REVIEW)


ACTS = (
    Act("submit", _("Hand in"), registration.submit, from_states(S.SUBMITTED)),
    Act("take-up", _("Take up for review"), registration.take_up, leading_to(EXHIBITOR_MOVES, S.IN_REVIEW)),
    Act("assign", _("Assign a reviewer"), applying.assign, frozenset(map(str, applying.ASSIGNABLE)), form=ReviewerForm),
    Act("accept", _("Accept"), registration.accept, from_states(S.ACCEPTED), tone="go", form=AcceptForm),
    Act("return", _("Return"), registration.give_back, from_states(S.RETURNED), reason="required"),
    Act(
        "decline",
        _("Decline"),
        registration.decline,
        from_states(S.DECLINED),
        reason="required",
        tone="stop",
        irreversible=is_end(EXHIBITOR_MOVES, S.DECLINED),
        touches=by_declining,
    ),
    Act("redraft", _("Open again"), registration.redraft, leading_to(EXHIBITOR_MOVES, S.DRAFT)),
    Act(
        "withdraw",
        _("Withdraw"),
        registration.withdraw,
        leading_to(EXHIBITOR_MOVES, S.WITHDRAWN),
        reason="optional",
        tone="stop",
        irreversible=is_end(EXHIBITOR_MOVES, S.WITHDRAWN),
        touches=by_withdrawing,
    ),
)


class OnThePlan(admin.SimpleListFilter):
    """With a stand of its own or its host's, or without any."""

    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("without a stand")), ("some", _("with a stand"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "none":
            return queryset.filter(stands=None, host=None)
        if self.value() == "some":
            return queryset.exclude(stands=None, host=None)
        return queryset


class StandInline(admin.TabularInline):
    """The stands it holds. They change hands only through the move page."""

    model = Stand
    extra = 0
    can_delete = False
    verbose_name_plural = _("stands")
    fields = readonly_fields = ("sign", "zone", "measures", "move")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stand]:
        return super().get_queryset(request).select_related("zone")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("stand"))
    def sign(self, stand: Stand) -> str:
        return stand.code

    @admin.display(description=_("floor"))
    def measures(self, stand: Stand) -> str:
        return f"{stand.width:g} × {stand.depth:g} m"

    @admin.display(description=_("move"))
    def move(self, stand: Stand) -> str:
        url = f"{reverse('admin:stand-move')}?{urlencode({'exhibitor': stand.exhibitor_id or '', 'leaves': stand.pk})}"
        return format_html('<a href="{}">{}</a>', url, gettext("Move or release"))


class AssignForm(forms.Form):
    """One choice of a free stand per exhibitor, within its zone."""

    def __init__(self, *args: Any, exhibitors: list[Exhibitor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exhibitors = exhibitors
        zones = {exhibitor.zone_id for exhibitor in exhibitors}
        free = list(Stand.objects.empty().filter(zone__in=zones).select_related("zone"))
        known = stands_named(self.data.get(f"stand-{exhibitor.pk}") for exhibitor in exhibitors)
        for exhibitor in exhibitors:
            field = StandChoice(required=False, label=str(exhibitor))
            field.offer(
                [stand for stand in free if stand.zone_id == exhibitor.zone_id], empty=_("not now"), known=known
            )
            self.fields[f"stand-{exhibitor.pk}"] = field

    def rows(self) -> list[tuple[Exhibitor, forms.BoundField]]:
        return [(exhibitor, self[f"stand-{exhibitor.pk}"]) for exhibitor in self.exhibitors]

    def give(self, *, by: User) -> int:
        """Give each chosen stand; what is refused becomes the field's error. Returns how many were given."""
        given = 0
        for exhibitor in self.exhibitors:
            name = f"stand-{exhibitor.pk}"
            if stand := self.cleaned_data.get(name):
                try:
                    give_stand(stand, exhibitor=exhibitor, by=by)
                    given += 1
                except DomainError as error:
                    self.add_error(name, in_words(error))
        return given


@admin.register(Exhibitor)
class ExhibitorAdmin(WithAnswers, ActsAdmin, HistoryAdmin):
    job = jobs.EXHIBITION
    in_menu = True
    acts = ACTS
    actions = ("assign_stands",)
    counted = (
        Counted(
            _("exhibitors accepted"),
            lambda rows: rows.published().of_current_edition(),
            "state__exact=accepted&edition__is_current__exact=1",
        ),
        Counted(_("applications that wait"), lambda rows: rows.waiting(), "waiting=1"),
    )
    list_display = (
        "organization",
        "state_badge",
        "zone",
        "stand_codes",
        "kind",
        "edition_number",
        "assigned_to",
        "is_sample",
    )
    list_filter = (
        Waiting,
        InHand,
        "state",
        OnThePlan,
        "zone",
        ("zone_wish", admin.RelatedOnlyFieldListFilter),
        "organization__kind",
        "edition",
        "edition__is_current",
        "origin",
    )
    list_select_related = ("organization", "zone", "zone_wish", "edition", "host__organization", "assigned_to")
    search_fields = (
        "organization__name_en",
        "organization__name_zh",
        "organization__slug",
        "contact_name",
        "contact_email",
    )
    search_help_text = _("Organization or contact")
    autocomplete_fields = ("edition", "organization", "zone", "host", "zone_wish")
    readonly_fields = ("assigned_to", "answers_told")
    inlines = (StandInline,)
    fieldsets = (
        (None, {"fields": ("organization", "edition", "state", "zone", "host", "area_wanted", "origin")}),
        (_("What the public reads"), {"fields": (("claim_en", "claim_zh"), ("shows_en", "shows_zh"))}),
    )
    confidential = (
        _("Contact, for organizers only"),
        {"fields": ("contact_name", "contact_email", "contact_phone")},
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The application is for those who may decide on it, and no part of a look into the history."""
        fieldsets = super().get_fieldsets(request, obj)
        is_shown = obj is not None and self.has_change_permission(request, obj)
        return (*fieldsets, self.application) if is_shown and not getattr(request, "in_history", False) else fieldsets

    def confidential_names(self) -> set[str]:
        """With what only the application says."""
        return super().confidential_names() | {"products_planned"}

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Who may not read a contact does not find by it either."""
        may = self.has_change_permission(request)
        return [name for name in super().get_search_fields(request) if may or not name.startswith("contact_")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exhibitor]:
        return super().get_queryset(request).prefetch_related("stands__zone", "host__stands__zone")

    @admin.display(description=_("stands"))
    def stand_codes(self, exhibitor: Exhibitor) -> str:
        return ", ".join(stand.code for stand in exhibitor.places()) or "–"

    @admin.display(description=_("edition"), ordering="edition__number")
    def edition_number(self, exhibitor: Exhibitor) -> int:
        return exhibitor.edition.number

    @admin.display(description=_("kind"), ordering="organization__kind")
    def kind(self, exhibitor: Exhibitor) -> str:
        return exhibitor.organization.get_kind_display()

    @admin.action(description=_("Assign stands"), permissions=["change"])
    def assign_stands(self, request: HttpRequest, rows: QuerySet[Exhibitor]) -> HttpResponse | None:
        exhibitors = list(rows)
        form = AssignForm(request.POST if "apply" in request.POST else None, exhibitors=exhibitors)
        if form.is_valid():
            given = form.give(by=request.user)  # type: ignore[arg-type]
            if given:
                messages.success(request, gettext("Stands given: %(count)d.") % {"count": given})
            if not form.errors:
                return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Assign stands"),
            "opts": self.opts,
            "form": form,
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/assign_stands.html", context)
