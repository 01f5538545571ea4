"""The first question about a demand or an innovation, in the organizers' pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from expo.admin.base import FairAdmin
from expo.forms.secrecy import SecrecyForm
from expo.secrecy import QUESTION


class AsksSecrecy(FairAdmin):
    """An admin that asks before it stores. Who only looks, or looks into the history, is not asked."""

    form = SecrecyForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        may = self.has_add_permission(request) if obj is None else self.has_change_permission(request, obj)
        if not may or getattr(request, "in_history", False):
            return fieldsets
        return ((_("Secrecy"), {"fields": (QUESTION,)}), *fieldsets)
