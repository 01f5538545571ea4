"""The fair itself: editions with their opening hours, halls, zones, stands and places."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from expo.admin import jobs
from expo.admin.base import FairAdmin
from expo.admin.start import Counted
from expo.models import Edition, Hall, OpeningHours, PlacePoint, Stand, Zone


class OpeningHoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0
    fields = ("day", "opens", "closes", "note_en", "note_zh", "origin")


@admin.register(Edition)
class EditionAdmin(FairAdmin):
    job = jobs.FAIR
    list_display = ("__str__", "number", "opens_on", "closes_on", "city_en", "is_current", "is_sample")
    search_fields = ("name_en", "name_zh", "=number")
    inlines = (OpeningHoursInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "number",
                    ("name_en", "name_zh"),
                    ("short_name_en", "short_name_zh"),
                    ("summary_en", "summary_zh"),
                    "is_current",
                    "origin",
                )
            },
        ),
        (
            _("When and where"),
            {"fields": (("opens_on", "closes_on"), "time_zone", ("venue_en", "venue_zh"), ("city_en", "city_zh"))},
        ),
    )


@admin.register(Hall)
class HallAdmin(FairAdmin):
    job = jobs.FAIR
    list_display = ("__str__", "edition", "width", "depth", "position", "is_sample")
    list_filter = ("edition", "origin")
    list_select_related = ("edition",)
    search_fields = ("name_en", "name_zh", "slug")
    autocomplete_fields = ("edition",)
    prepopulated_fields = {"slug": ("name_en",)}
    fields = (
        "edition",
        ("name_en", "name_zh"),
        "slug",
        ("width", "depth"),
        ("note_en", "note_zh"),
        "position",
        "origin",
    )


@admin.register(Zone)
class ZoneAdmin(FairAdmin):
    job = jobs.FAIR
    list_display = ("__str__", "edition", "hall", "is_sales_zone", "is_sample")
    list_filter = ("edition", "hall", "is_sales_zone", "origin")
    list_select_related = ("edition", "hall")
    search_fields = ("letter", "name_en", "name_zh", "slug")
    autocomplete_fields = ("edition", "hall")
    prepopulated_fields = {"slug": ("name_en",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "edition",
                    ("letter", "hue"),
                    ("name_en", "name_zh"),
                    "slug",
                    ("claim_en", "claim_zh"),
                    "is_sales_zone",
                    "origin",
                )
            },
        ),
        (_("On the plan"), {"fields": ("hall", ("x", "y"), ("width", "depth"))}),
    )


@admin.register(Stand)
class StandAdmin(FairAdmin):
    """Who holds a stand is changed on the move page, which shows first what it touches."""

    job = jobs.FAIR
    in_menu = True
    counted = (
        Counted(
            _("stands given"),
            lambda rows: rows.public().exclude(exhibitor=None),
            "exhibitor__isempty=0&zone__edition__is_current__exact=1",
        ),
    )
    list_display = ("sign", "zone", "exhibitor", "floor", "is_sample")
    list_filter = (
        "zone",
        ("exhibitor", admin.EmptyFieldListFilter),
        "zone__edition",
        "zone__edition__is_current",
        "origin",
    )
    list_select_related = ("zone__hall", "exhibitor__organization")
    search_fields = ("number", "zone__letter", "exhibitor__organization__name_en", "exhibitor__organization__name_zh")
    search_help_text = _("Number, zone letter or exhibitor")
    autocomplete_fields = ("zone",)
    readonly_fields = ("exhibitor",)
    fields = ("zone", "number", "exhibitor", ("x", "y"), ("width", "depth"), "origin")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """“C12” as on the signs finds stand 12 of zone C."""
        rows, duplicates = super().get_search_results(request, queryset, search_term)
        letter, number = search_term[:1], search_term[1:].strip()
        if letter.isalpha() and number:
            rows |= queryset.filter(zone__letter__iexact=letter, number__iexact=number)
        return rows, duplicates

    @admin.display(description=_("stand"), ordering="zone__letter")
    def sign(self, stand: Stand) -> str:
        return stand.code

    @admin.display(description=_("floor (m²)"))
    def floor(self, stand: Stand) -> str:
        return f"{stand.area:.0f}"

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        stand = kwargs.get("obj")
        if stand is not None and self.has_change_permission(request, stand):
            held = {"exhibitor": stand.exhibitor_id, "leaves": stand.pk}
            query = urlencode(held if stand.exhibitor_id else {"enters": stand.pk})
            label = gettext("Move or release") if stand.exhibitor_id else gettext("Give this stand")
            context["links"] = [(label, f"{reverse('admin:stand-move')}?{query}")]
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(PlacePoint)
class PlacePointAdmin(FairAdmin):
    job = jobs.FAIR
    list_display = ("name", "kind", "hall", "zone", "is_sample")
    list_filter = ("kind", "hall", "origin")
    list_select_related = ("hall__edition", "zone")
    search_fields = ("name_en", "name_zh", "slug", "hall__name_en", "hall__name_zh")
    autocomplete_fields = ("hall", "zone")
    prepopulated_fields = {"slug": ("name_en",)}
    fields = ("hall", "kind", ("name_en", "name_zh"), "slug", "zone", ("x", "y"), "origin")

    @admin.display(description=pgettext_lazy("of a thing", "name"), ordering="name_en")
    def name(self, place: PlacePoint) -> str:
        return str(place.name)


@admin.register(OpeningHours)
class OpeningHoursAdmin(FairAdmin):
    job = jobs.FAIR
    list_display = ("day", "opens", "closes", "edition", "note_en")
    list_filter = ("edition",)
    list_select_related = ("edition",)
    date_hierarchy = "day"
    search_fields = ("note_en", "note_zh")
    autocomplete_fields = ("edition",)
    fields = ("edition", "day", ("opens", "closes"), ("note_en", "note_zh"), "origin")
