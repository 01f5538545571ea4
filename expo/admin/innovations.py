"""Innovations with their holders, metrics, rights and evidence; sectors and parameters."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from expo import publication
from expo.admin import jobs
from expo.admin.acts import Act, ActsAdmin, is_end, leading_to
from expo.admin.base import FairAdmin, Fields, HistoryAdmin, MeasuredInline, Waiting
from expo.admin.pictures import PictureInline
from expo.admin.secrecy import AsksSecrecy
from expo.admin.start import Counted
from expo.admin.touches import by_taking_off
from expo.models import (
    INNOVATION_MOVES,
    Assessment,
    Evidence,
    Holding,
    Innovation,
    InnovationState,
    IpRight,
    Metric,
    OfferedMode,
    Parameter,
    Sector,
    TeamMember,
)
from expo.models.assessment import CRITERIA

S = InnovationState


def from_states(to: str) -> frozenset[str]:
    """Deciding on a submitted innovation takes it up first."""
    return leading_to(INNOVATION_MOVES, to, taken_up=S.SUBMITTED, review=S.IN_REVIEW)


ACTS = (
    Act("submit", _("Hand in"), publication.submit_innovation, leading_to(INNOVATION_MOVES, S.SUBMITTED)),
    Act("publish", _("Publish"), publication.publish_innovation, from_states(S.PUBLISHED), tone="go"),
    Act("return", _("Return"), publication.return_innovation, from_states(S.RETURNED), reason="required"),
    Act(
        "reject",
        _("Reject"),
        publication.reject_innovation,
        from_states(S.REJECTED),
        reason="required",
        tone="stop",
        irreversible=is_end(INNOVATION_MOVES, S.REJECTED),
        touches=by_taking_off,
    ),
    Act("redraft", _("Open again"), publication.redraft_innovation, leading_to(INNOVATION_MOVES, S.DRAFT)),
    Act("pause", _("Pause"), publication.pause_innovation, leading_to(INNOVATION_MOVES, S.PAUSED)),
    Act(
        "withdraw",
        _("Withdraw"),
        publication.withdraw_innovation,
        leading_to(INNOVATION_MOVES, S.WITHDRAWN),
        reason="optional",
        tone="stop",
        irreversible=is_end(INNOVATION_MOVES, S.WITHDRAWN),
        touches=by_taking_off,
    ),
    Act(
        "expire",
        _("Expire"),
        publication.expire_innovation,
        leading_to(INNOVATION_MOVES, S.EXPIRED),
        reason="optional",
        tone="stop",
        irreversible=is_end(INNOVATION_MOVES, S.EXPIRED),
        touches=by_taking_off,
    ),
    Act(
        "archive",
        _("Archive"),
        publication.archive_innovation,
        leading_to(INNOVATION_MOVES, S.ARCHIVED),
        irreversible=is_end(INNOVATION_MOVES, S.ARCHIVED),
        touches=by_taking_off,
    ),
)


class HoldingInline(Fields, admin.TabularInline):
    model = Holding
    extra = 0
    min_num = 0
    autocomplete_fields = ("organization",)


class OfferedModeInline(admin.TabularInline):
    model = OfferedMode
    extra = 0


class MetricInline(MeasuredInline):
    model = Metric


class IpRightInline(admin.TabularInline):
    model = IpRight
    extra = 0


class EvidenceInline(admin.TabularInline):
    model = Evidence
    extra = 0


class TeamMemberInline(admin.StackedInline):
    model = TeamMember
    extra = 0
    fields = (("name_en", "name_zh"), ("role", "agreed_on"), ("expertise_en", "expertise_zh"), "position")


class AssessmentInline(admin.TabularInline):
    """What the reviewers think, to read: each writes on a page of its own. The public never sees it."""

    model = Assessment
    extra = 0
    fields = readonly_fields = ("reviewer", "of_version", *CRITERIA, "total_words", "verdict_words", "note")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("reviewer")

    @admin.display(description=_("total of 20"))
    def total_words(self, row: Assessment) -> int:
        return row.total

    @admin.display(description=_("points suggest"))
    def verdict_words(self, row: Assessment) -> str:
        return str(row.verdict.label)


@admin.register(Innovation)
class InnovationAdmin(ActsAdmin, AsksSecrecy, HistoryAdmin):
    job = jobs.EXHIBITION
    in_menu = True
    acts = ACTS
    counted = (
        Counted(_("innovations published"), lambda rows: rows.published(), "state__exact=published"),
        Counted(_("innovations in review"), lambda rows: rows.waiting(), "waiting=1"),
    )
    list_display = ("__str__", "state_badge", "sector", "holders", "trl", "is_landmark", "is_sample")
    list_filter = (Waiting, "state", "sector", "stage", "trl", "is_landmark", "origin")
    list_select_related = ("sector",)
    search_fields = ("title_en", "title_zh", "slug", "organizations__name_en", "organizations__name_zh")
    search_help_text = _("Title or organization")
    autocomplete_fields = ("sector",)
    prepopulated_fields = {"slug": ("title_en",)}
    inlines = (
        HoldingInline,
        OfferedModeInline,
        MetricInline,
        IpRightInline,
        EvidenceInline,
        TeamMemberInline,
        PictureInline,
        AssessmentInline,
    )
    fieldsets = (
        (None, {"fields": (("title_en", "title_zh"), "slug", "state", "sector", ("claim_en", "claim_zh"), "origin")}),
        (_("Story"), {"fields": (("abstract_en", "abstract_zh"), ("uses_en", "uses_zh"))}),
        (
            _("Maturity and rights"),
            {
                "fields": (
                    "stage",
                    ("trl", "trl_scale", "trl_assessed_on"),
                    "ip_title",
                    "ownership_confirmed",
                    "secrecy",
                    "team_available",
                )
            },
        ),
        (_("Price and time"), {"fields": (("price_min", "price_max", "currency"), "ready_on")}),
        (_("On the site"), {"fields": ("is_landmark", "position", "cover_family_own")}),
    )
    confidential = (_("Confidential"), {"fields": ("abstract_confidential",), "classes": ("collapse",)})

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("holdings__organization")

    @admin.display(description=_("organizations"))
    def holders(self, innovation: Innovation) -> str:
        return ", ".join(str(holding.organization) for holding in innovation.holdings.all()) or "–"


@admin.register(Sector)
class SectorAdmin(FairAdmin):
    job = jobs.EXHIBITION
    list_display = ("__str__", "parent", "is_theme", "hue", "position", "is_sample")
    list_filter = ("is_theme", ("parent", admin.RelatedOnlyFieldListFilter), "origin")
    list_select_related = ("parent",)
    search_fields = ("name_en", "name_zh", "slug")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name_en",)}
    fields = (
        ("name_en", "name_zh"),
        "slug",
        "parent",
        ("claim_en", "claim_zh"),
        "is_theme",
        ("hue", "cover_family"),
        "position",
        "origin",
    )


@admin.register(Parameter)
class ParameterAdmin(FairAdmin):
    job = jobs.EXHIBITION
    list_display = ("__str__", "name_zh", "unit", "better")
    list_filter = ("better",)
    search_fields = ("name_en", "name_zh", "slug", "unit")
    prepopulated_fields = {"slug": ("name_en",)}
    fields = (("name_en", "name_zh"), "slug", "unit", "better")
