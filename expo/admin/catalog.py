"""The catalog for print: a page in each language, and a workbook for the print shop."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from expo.admin.exchange import download
from expo.exchange.catalog import as_workbook, catalog


def urls() -> list[URLPattern]:
    return [
        path("catalogue/", admin.site.admin_view(catalog_page), name="catalog"),
        path("catalogue/catalogue.xlsx", admin.site.admin_view(catalog_workbook), name="catalog-workbook"),
    ]


def check_may_print(request: HttpRequest) -> None:
    """It holds what the public sees anyway; putting it together is the organizers' work."""
    if not request.user.has_perm("expo.view_exhibitor"):
        raise PermissionDenied


def catalog_page(request: HttpRequest) -> HttpResponse:
    """`language` chooses the catalog's language, whatever the reader's own is."""
    check_may_print(request)
    language = request.GET.get("language") or get_language() or "en"
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with override(language):
        context = {
            **admin.site.each_context(request),
            "title": gettext("Catalog"),
            "catalog": catalog(),
            "catalog_languages": [(code, code == language) for code, _name in settings.LANGUAGES],
        }
        return HttpResponse(render_to_string("admin/catalog.html", context, request=request))


def catalog_workbook(request: HttpRequest) -> HttpResponse:
    check_may_print(request)
    return download(as_workbook(), "xlsx", f"catalog-{timezone.localdate():%Y-%m-%d}")
