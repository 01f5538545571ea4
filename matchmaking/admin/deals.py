"""Deals: their parties, the steps they go, what of them is public, and the terms they rest on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from expo.admin.acts import Act, ActsAdmin, is_end, leading_to
from expo.admin.base import Fields, HistoryAdmin
from expo.admin.start import Counted
from expo.models import User
from matchmaking import deals, term_sheets
from matchmaking.admin import jobs
from matchmaking.admin.touches import by_freezing, by_taking_effect
from matchmaking.models import DEAL_MOVES, FROZEN_STATES, STAGE_STATES, Deal, DealParty, DealState, Stage, TermSheet

S = DealState
NEXT_VERSION = "next-version"


def step(name: str, label: Any, do: Any, to: str, **more: Any) -> Act:
    """A step that asks for its evidence."""
    return Act(name, label, do, leading_to(DEAL_MOVES, to), **{"reason": "required", **more})


def next_version(deal: Deal, *, by: User | None) -> TermSheet:
    return term_sheets.next_version(deal, by=by)


ACTS = (
    step("open-terms", _("Open the terms"), deals.open_terms, S.TERM_SHEET, reason="", tone="go"),
    Act(
        NEXT_VERSION,
        _("New version of the terms"),
        next_version,
        frozenset(set(DealState.values) - set(FROZEN_STATES)),
        permission="matchmaking.add_termsheet",
    ),
    step("due-diligence", _("Begin due diligence"), deals.begin_due_diligence, S.DUE_DILIGENCE, tone="go"),
    step("valuation", _("Begin valuation"), deals.begin_valuation, S.VALUATION),
    step("approval", _("Ask for approval"), deals.ask_approval, S.INTERNAL_APPROVAL, tone="go"),
    step("notice", _("Post the public notice"), deals.post_notice, S.PUBLIC_NOTICE),
    step("objection", _("Note an objection"), deals.note_objection, S.OBJECTION, tone="stop"),
    step("signing", _("Begin signing"), deals.begin_signing, S.SIGNING, tone="go"),
    step(
        "signed",
        _("Note the signatures"),
        deals.note_signatures,
        S.SIGNED,
        tone="go",
        irreversible=True,  # from here on the terms are frozen
        touches=by_freezing,
    ),
    step("closing", _("Begin closing"), deals.begin_closing, S.CLOSING, tone="go"),
    step(
        "effective",
        _("Make effective"),
        deals.make_effective,
        S.EFFECTIVE,
        tone="go",
        irreversible=True,  # the innovations it hands over are off the market for good
        touches=by_taking_effect,
    ),
    step("complete", _("Complete"), deals.complete_deal, S.COMPLETED, irreversible=is_end(DEAL_MOVES, S.COMPLETED)),
    step(
        "cancel",
        _("Cancel"),
        deals.cancel_deal,
        S.CANCELED,
        tone="stop",
        irreversible=is_end(DEAL_MOVES, S.CANCELED),
        touches=by_freezing,
    ),
    step(
        "terminate",
        _("Terminate"),
        deals.terminate_deal,
        S.TERMINATED,
        tone="stop",
        irreversible=is_end(DEAL_MOVES, S.TERMINATED),
        touches=by_freezing,
    ),
    step(
        "archive",
        _("Archive"),
        deals.archive_deal,
        S.ARCHIVED,
        reason="",
        irreversible=is_end(DEAL_MOVES, S.ARCHIVED),
        touches=by_freezing,
    ),
    Act("publish", _("Publish"), deals.publish_deal, frozenset(DealState.values) - {str(S.ARCHIVED)}, tone="go"),
    Act("unpublish", _("Take off the site"), deals.unpublish_deal, frozenset(DealState.values), tone="stop"),
)
LEGS = _(
    "Each leg is hidden, a teaser or in full. A teaser tells what kind of thing it is: no amounts, no names. In full, "
    "technology shows every asset with its prices, team every member, and equity the capital and every holder. Parties "
    "that may not be named stay unnamed there too; members, and what each holds, are told only where team and equity "
    "are both in full."
)


class StageFilter(admin.SimpleListFilter):
    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Stage.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Deal]) -> QuerySet[Deal]:
        states = STAGE_STATES.get(self.value() or "")
        return queryset.filter(state__in=states) if states else queryset


class DealPartyInline(Fields, admin.TabularInline):
    """Once signed, no party comes or goes; whether it may be named can still be said."""

    model = DealParty
    extra = 0
    autocomplete_fields = ("organization",)
    fields = ("role", "organization", "name_en", "name_zh", "is_named", "position")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DealParty]:
        return super().get_queryset(request).select_related("organization")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("role", "organization", "name_en", "name_zh") if obj is not None and obj.is_frozen else ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not (obj is not None and obj.is_frozen)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.is_frozen)


@admin.register(Deal)
class DealAdmin(ActsAdmin, HistoryAdmin):
    job = jobs.MATCHMAKING
    in_menu = True
    acts = ACTS
    counted = (
        Counted(_("deals on their way"), lambda rows: rows.filter(state__in=STAGE_STATES[Stage.OPEN]), "stage=open"),
        Counted(_("deals published"), lambda rows: rows.filter(is_published=True), "is_published__exact=1"),
    )
    list_display = ("__str__", "state_badge", "structure", "sector", "is_published", "team_share", "is_sample")
    list_filter = (StageFilter, "state", "is_published", "structure", "sector", "origin")
    list_select_related = ("sector",)
    search_fields = ("title_en", "title_zh", "code", "parties__organization__name_en", "parties__organization__name_zh")
    search_help_text = _("Title, code or party")
    autocomplete_fields = ("sector", "demand", "innovations")
    readonly_fields = ("code", "is_published", "team_share", "amount", "versions", "findings")
    inlines = (DealPartyInline,)
    fieldsets = (
        (
            None,
            {"fields": (("title_en", "title_zh"), ("claim_en", "claim_zh"), "state", "code", "sector", "origin")},
        ),
        (_("Terms"), {"fields": ("versions", "findings", ("team_share", "amount"))}),
        (
            _("What is bound together"),
            {
                "fields": (
                    ("structure", "vehicle"),
                    ("company_en", "company_zh"),
                    ("founded_on", "currency"),
                    ("demand", "innovations"),
                    "has_reward_agreement",
                    ("story_en", "story_zh"),
                )
            },
        ),
        (
            _("What the public sees"),
            {"description": LEGS, "fields": ("is_published", ("technology_leg", "team_leg", "equity_leg"), "position")},
        ),
    )
    confidential = (_("For organizers only"), {"fields": ("note",), "classes": ("collapse",)})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = list(super().get_readonly_fields(request, obj))
        return [*names, *Deal.FROZEN_FIELDS, "innovations"] if obj is not None and obj.is_frozen else names

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was signed is archived, not deleted; a sample may go."""
        kept = obj is not None and obj.is_frozen and not obj.is_sample
        return super().has_delete_permission(request, obj) and not kept

    # ------------------------------------------------------------------ acts
    def acts_for(self, request: HttpRequest, record: Deal) -> list[Act]:
        idle = "publish" if record.is_published else "unpublish"
        return [act for act in super().acts_for(request, record) if act.name != idle]

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        """A new version of the terms is opened at once."""
        response = super().act_view(request, object_id, act)
        if act == NEXT_VERSION and isinstance(response, HttpResponseRedirect):
            sheet = TermSheet.objects.filter(deal__pk=object_id, is_current=True).first()
            if sheet is not None:
                return HttpResponseRedirect(reverse("admin:matchmaking_termsheet_change", args=[sheet.pk]))
        return response

    # ------------------------------------------------------------------ the terms
    @admin.display(description=_("term sheets"))
    def versions(self, deal: Deal) -> str:
        """Every version with its address, whether it is in force, and the beginning of its hash."""
        rows = [
            (
                reverse("admin:matchmaking_termsheet_change", args=[sheet.pk]),
                gettext("Version %(number)d") % {"number": sheet.number},
                gettext("in force") if sheet.is_current else gettext("replaced"),
                sheet.content_hash or gettext("not settled yet"),
            )
            for sheet in deal.term_sheets.order_by("-number")
        ]
        if not rows:
            return gettext("None yet. “New version of the terms” begins the first one.")
        items = format_html_join("", '<li><a href="{}">{}</a>: {}. <code>{}</code></li>', rows)
        return format_html("<ul>{}</ul>", items)

    @admin.display(description=_("what was found in them"))
    def findings(self, deal: Deal) -> str:
        sheet = deal.term_sheets.filter(is_current=True).first()
        return told(sheet) if sheet is not None else "–"


def told(sheet: TermSheet) -> str:
    """Errors and warnings of a sheet as a list, or that nothing was found."""
    errors, warnings = term_sheets.problems(term_sheets.as_stored(sheet))
    rows = [(gettext("Error"), words) for words in errors] + [(gettext("Warning"), words) for words in warnings]
    if not rows:
        return gettext("Everything adds up.")
    return format_html("<ul>{}</ul>", format_html_join("", "<li><strong>{}</strong>: {}</li>", rows))
