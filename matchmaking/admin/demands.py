"""Demands: what enterprises need, verified before it is shown, and followed to an outcome."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.admin.acts import Act, ActsAdmin, is_end, leading_to
from expo.admin.base import HistoryAdmin, MeasuredInline, Waiting
from expo.admin.secrecy import AsksSecrecy
from expo.admin.start import Counted
from matchmaking import demands
from matchmaking.admin import jobs
from matchmaking.admin.touches import by_ending_demand
from matchmaking.models import DEMAND_MOVES, Demand, DemandState, TargetMetric, WantedMode

S = DemandState


def from_states(to: str) -> frozenset[str]:
    return leading_to(DEMAND_MOVES, to)


def ending(name: str, label: Any, do: Any, to: str, reason: str) -> Act:
    """An act after which nothing or only the archive comes, or which only a new draft mends."""
    last = is_end(DEMAND_MOVES, to)
    return Act(name, label, do, from_states(to), reason, "stop", irreversible=last, touches=by_ending_demand)


ACTS = (
    Act("submit", _("Hand in"), demands.submit_demand, from_states(S.SUBMITTED)),
    Act("verify", _("Verify"), demands.verify_demand, from_states(S.VERIFIED), reason="required", tone="go"),
    Act("publish", _("Publish"), demands.publish_demand, from_states(S.PUBLISHED), tone="go"),
    Act("return", _("Return"), demands.return_demand, from_states(S.RETURNED), reason="required"),
    Act("redraft", _("Open again"), demands.redraft_demand, from_states(S.DRAFT)),
    Act("match", _("Look for partners"), demands.begin_matching, from_states(S.MATCHING)),
    Act("negotiate", _("Begin negotiation"), demands.begin_negotiation, from_states(S.NEGOTIATING)),
    Act("contract", _("Note the contract"), demands.note_contract, from_states(S.CONTRACTED), "optional", "go"),
    Act(
        "solve",
        _("Declare solved"),
        demands.declare_solved,
        from_states(S.SOLVED),
        reason="required",
        tone="go",
        irreversible=is_end(DEMAND_MOVES, S.SOLVED),
        touches=by_ending_demand,
    ),
    ending("unsolve", _("Declare unsolved"), demands.declare_unsolved, S.UNSOLVED, "required"),
    ending("withdraw", _("Withdraw"), demands.withdraw_demand, S.WITHDRAWN, "optional"),
    ending("expire", _("Expire"), demands.expire_demand, S.EXPIRED, "optional"),
    ending("archive", _("Archive"), demands.archive_demand, S.ARCHIVED, ""),
)
WARNING = _(
    "Public: everything below with the enterprise's name. Anonymous: everything below, but no name; a text that tells "
    "the name is refused, and the address is a code. Title only: the title, the one sentence, the kind and the field; "
    "targets, texts and budget follow after a confidentiality agreement. Who decides is never shown."
)


class TargetMetricInline(MeasuredInline):
    model = TargetMetric

    def get_queryset(self, request: HttpRequest) -> QuerySet[TargetMetric]:
        return super().get_queryset(request).select_related("parameter")


class WantedModeInline(admin.TabularInline):
    model = WantedMode
    extra = 0


@admin.register(Demand)
class DemandAdmin(ActsAdmin, AsksSecrecy, HistoryAdmin):
    job = jobs.MATCHMAKING
    in_menu = True
    acts = ACTS
    counted = (
        Counted(_("demands that wait"), lambda rows: rows.waiting(), "waiting=1"),
        Counted(_("demands in matching"), lambda rows: rows.filter(state=S.MATCHING), "state__exact=matching"),
    )
    list_display = ("__str__", "state_badge", "kind", "confidentiality", "organization", "deadline", "is_sample")
    list_filter = (Waiting, "state", "kind", "confidentiality", "sector", "unsolved_reason", "origin")
    list_select_related = ("organization", "sector")
    date_hierarchy = "deadline"
    search_fields = ("title_en", "title_zh", "slug", "organization__name_en", "organization__name_zh")
    search_help_text = _("Title or enterprise")
    autocomplete_fields = ("organization", "sector")
    prepopulated_fields = {"slug": ("title_en",)}
    readonly_fields = ("verified_by", "verified_at")
    inlines = (TargetMetricInline, WantedModeInline)
    fieldsets = (
        (
            _("Who asks, and who may know"),
            {"description": WARNING, "fields": ("organization", "confidentiality", "slug", "state", "origin")},
        ),
        (
            _("What is needed"),
            {
                "fields": (
                    ("title_en", "title_zh"),
                    ("claim_en", "claim_zh"),
                    ("kind", "sector", "trl_wanted"),
                    ("problem_en", "problem_zh"),
                    ("situation_en", "situation_zh"),
                    ("limits_en", "limits_zh"),
                )
            },
        ),
        (
            _("Money and time"),
            {
                "description": _("Without a budget the public reads why there is none."),
                "fields": (
                    ("budget_min", "budget_max", "currency"),
                    ("budget_reason_en", "budget_reason_zh"),
                    ("deadline", "expires_on"),
                ),
            },
        ),
        (_("Rights and shares"), {"fields": (("ip_expectation", "accepts_equity"), ("wants_team", "region_wanted"))}),
        (_("Outcome"), {"fields": ("unsolved_reason", "position")}),
    )
    confidential = (
        _("Who decides: never shown"),
        {"fields": ("decision_owner", "decision_owner_email", ("verified_by", "verified_at"))},
    )

    def save_model(self, request: HttpRequest, obj: Demand, form: BaseForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        typed = form.cleaned_data.get("slug")
        if typed and typed != obj.slug:
            words = gettext("The public is not to know who asks, so the address is a code now: %(slug)s.")
            messages.info(request, words % {"slug": obj.slug})
