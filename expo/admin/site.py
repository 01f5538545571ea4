"""The organizers' workplace: one admin site whose models are grouped by job."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class ExpoAdminSite(AdminSite):
    site_header = _("Organizers")
    site_title = _("Organizers")
    index_title = _("What waits for a decision")
