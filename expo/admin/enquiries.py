"""Enquiries as organizers see them: figures by organization. Nobody but the two sides reads the words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from expo.admin import jobs
from expo.admin.base import FairAdmin, ReadOnly
from expo.enquiry_counts import counts_by_organization
from expo.models import Enquiry


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnly, FairAdmin):
    """One page. No single enquiry is opened here, whatever rights somebody holds."""

    job = jobs.EXHIBITION
    opens_rows = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "rows": counts_by_organization(),
        }
        return TemplateResponse(request, "admin/enquiry_counts.html", context)
