"""Organizations: who they are, whatever the edition."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from expo.admin import jobs
from expo.admin.base import HistoryAdmin
from expo.admin.pictures import PictureInline
from expo.models import Organization


@admin.register(Organization)
class OrganizationAdmin(HistoryAdmin):
    job = jobs.EXHIBITION
    instead_of_deleting = _(
        "An organization is public as long as something of it is. Withdraw what it exhibits, offers and asks for: then "
        "the public meets it no more, and what was agreed with others still says with whom."
    )
    list_display = ("__str__", "kind", "region", "city_en", "sector", "is_sample")
    list_filter = ("kind", "sector", "region", "origin", "is_state_established")
    list_select_related = ("sector",)
    search_fields = ("name_en", "name_zh", "slug", "usci", "ror", "lei")
    search_help_text = _("Name, short name or identifier")
    autocomplete_fields = ("sector",)
    prepopulated_fields = {"slug": ("name_en",)}
    inlines = (PictureInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_en", "name_zh"),
                    "slug",
                    "kind",
                    "sector",
                    ("about_en", "about_zh"),
                    "website",
                    "origin",
                )
            },
        ),
        (_("Where"), {"fields": ("country", "region", ("city_en", "city_zh"))}),
        (_("Identity"), {"fields": ("usci", "ror", "lei", "mail_domain", "is_state_established")}),
    )
