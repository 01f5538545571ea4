"""Innovation platforms, instruments with their rates and capabilities, partner cities and countries."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from expo import platforms
from expo.admin import jobs
from expo.admin.acts import Act, ActsAdmin, is_end, leading_to
from expo.admin.base import HistoryAdmin, MeasuredInline, Waiting
from expo.admin.pictures import PictureInline
from expo.admin.start import Counted
from expo.admin.touches import by_closing
from expo.models import (
    INSTRUMENT_MOVES,
    PLATFORM_MOVES,
    Capability,
    Country,
    InnovationPlatform,
    Instrument,
    InstrumentState,
    PartnerCity,
    PlatformState,
    Rate,
    ServiceMode,
)

P, S = PlatformState, InstrumentState
PLATFORM_ACTS = (
    Act("approve", _("Note the approval"), platforms.approve_platform, leading_to(PLATFORM_MOVES, P.APPROVED)),
    Act("open", _("Open"), platforms.open_platform, leading_to(PLATFORM_MOVES, P.OPERATING), tone="go"),
    Act(
        "rectify",
        _("Order rectification"),
        platforms.order_rectification,
        leading_to(PLATFORM_MOVES, P.UNDER_RECTIFICATION),
        reason="required",
    ),
    Act(
        "merge",
        _("Merge into its successor"),
        platforms.merge_platform,
        leading_to(PLATFORM_MOVES, P.MERGED),
        reason="optional",
        tone="stop",
        irreversible=is_end(PLATFORM_MOVES, P.MERGED),
        touches=by_closing,
    ),
    Act(
        "delist",
        _("Delist"),
        platforms.delist_platform,
        leading_to(PLATFORM_MOVES, P.DELISTED),
        reason="required",
        tone="stop",
        irreversible=is_end(PLATFORM_MOVES, P.DELISTED),
        touches=by_closing,
    ),
)
INSTRUMENT_ACTS = (
    Act("submit", _("Hand in"), platforms.submit_instrument, leading_to(INSTRUMENT_MOVES, S.SUBMITTED)),
    Act("offer", _("Offer"), platforms.offer_instrument, leading_to(INSTRUMENT_MOVES, S.AVAILABLE), tone="go"),
    Act(
        "return",
        _("Return"),
        platforms.return_instrument,
        leading_to(INSTRUMENT_MOVES, S.RETURNED),
        reason="required",
    ),
    Act(
        "maintain",
        _("Begin maintenance"),
        platforms.begin_maintenance,
        leading_to(INSTRUMENT_MOVES, S.MAINTENANCE),
        reason="optional",
    ),
    Act(
        "report-fault",
        _("Report a fault"),
        platforms.report_fault,
        leading_to(INSTRUMENT_MOVES, S.FAULT),
        reason="required",
    ),
    Act("hide", _("Hide"), platforms.hide_instrument, leading_to(INSTRUMENT_MOVES, S.HIDDEN)),
    Act(
        "retire",
        _("Retire"),
        platforms.retire_instrument,
        leading_to(INSTRUMENT_MOVES, S.RETIRED),
        reason="required",
        tone="stop",
        irreversible=is_end(INSTRUMENT_MOVES, S.RETIRED),
    ),
)


class ServiceModeInline(admin.TabularInline):
    model = ServiceMode
    extra = 0


class RateInline(admin.TabularInline):
    model = Rate
    extra = 0


class CapabilityInline(MeasuredInline):
    model = Capability


@admin.register(InnovationPlatform)
class InnovationPlatformAdmin(ActsAdmin, HistoryAdmin):
    job = jobs.PLATFORMS
    acts = PLATFORM_ACTS
    counted = (
        Counted(_("platforms in operation"), lambda rows: rows.filter(state=P.OPERATING), "state__exact=operating"),
    )
    list_display = ("__str__", "state_badge", "kind", "level", "organization", "valid_to", "is_sample")
    list_filter = ("state", "kind", "level", "sector", "evaluation", "origin")
    list_select_related = ("organization", "sector")
    search_fields = ("name_en", "name_zh", "slug", "organization__name_en", "organization__name_zh")
    search_help_text = _("Name or host")
    autocomplete_fields = ("organization", "co_hosts", "sector", "successor")
    prepopulated_fields = {"slug": ("name_en",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_en", "name_zh"),
                    "slug",
                    "state",
                    ("kind", "level"),
                    "organization",
                    "co_hosts",
                    "sector",
                    "origin",
                )
            },
        ),
        (_("Story"), {"fields": (("claim_en", "claim_zh"), ("about_en", "about_zh"))}),
        (
            _("Approval"),
            {"fields": (("approver_en", "approver_zh"), ("approved_on", "valid_to"), "evaluation", "successor")},
        ),
        (_("On the site"), {"fields": ("position",)}),
    )


@admin.register(Instrument)
class InstrumentAdmin(ActsAdmin, HistoryAdmin):
    job = jobs.PLATFORMS
    acts = INSTRUMENT_ACTS
    counted = (
        Counted(_("instruments that work"), lambda rows: rows.filter(state=S.AVAILABLE), "state__exact=available"),
        Counted(_("instruments in review"), lambda rows: rows.waiting(), "waiting=1"),
    )
    list_display = ("__str__", "state_badge", "organization", "platform", "sector", "external_open", "is_sample")
    list_filter = (
        Waiting,
        "state",
        "external_open",
        "sector",
        "service_modes__mode",
        "organization__kind",
        "qualification_required",
        "origin",
    )
    list_select_related = ("organization", "platform", "sector")
    search_fields = (
        "name_en",
        "name_zh",
        "slug",
        "manufacturer",
        "model_name",
        "organization__name_en",
        "organization__name_zh",
    )
    search_help_text = _("Name, model or owner")
    autocomplete_fields = ("organization", "platform", "sector")
    prepopulated_fields = {"slug": ("name_en",)}
    inlines = (ServiceModeInline, RateInline, CapabilityInline, PictureInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_en", "name_zh"),
                    "slug",
                    "state",
                    "organization",
                    "platform",
                    "sector",
                    ("external_open", "qualification_required"),
                    "origin",
                )
            },
        ),
        (
            _("Story"),
            {
                "fields": (
                    ("claim_en", "claim_zh"),
                    ("functions_en", "functions_zh"),
                    ("specification_en", "specification_zh"),
                )
            },
        ),
        (
            _("The thing itself"),
            {
                "fields": (
                    ("manufacturer", "model_name"),
                    ("made_in", "commissioned_on"),
                    ("location_en", "location_zh"),
                )
            },
        ),
        (_("On the site"), {"fields": ("position",)}),
    )
    confidential = (
        _("Contact and value, for organizers only"),
        {"fields": ("contact_name", ("contact_email", "contact_phone"), ("original_value", "currency"))},
    )


@admin.register(PartnerCity)
class PartnerCityAdmin(HistoryAdmin):
    job = jobs.PLATFORMS
    list_display = ("__str__", "country", "relation", "signed_on", "is_sample")
    list_filter = ("relation", "country", "origin")
    list_select_related = ("country",)
    search_fields = ("name_en", "name_zh", "slug", "country__name_en", "country__name_zh")
    search_help_text = _("City or country")
    autocomplete_fields = ("country",)
    prepopulated_fields = {"slug": ("name_en",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_en", "name_zh"),
                    "slug",
                    ("country", "subdivision"),
                    ("relation", "signed_on"),
                    "website",
                    "origin",
                )
            },
        ),
        (_("Story"), {"fields": (("claim_en", "claim_zh"), ("about_en", "about_zh"))}),
        (_("On the site"), {"fields": ("position",)}),
    )
    confidential = (_("Contact, for organizers only"), {"fields": ("contact_name", "contact_email")})


@admin.register(Country)
class CountryAdmin(HistoryAdmin):
    job = jobs.PLATFORMS
    list_display = ("__str__", "name_zh", "code", "is_sample")
    list_filter = ("origin",)
    search_fields = ("name_en", "name_zh", "slug")
    fields = ("code", ("name_en", "name_zh"), ("about_en", "about_zh"), "origin")
