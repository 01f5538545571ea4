"""What machines ask for: health, readiness, robots, site map; and uploaded pictures."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.exceptions import SuspiciousFileOperation
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils._os import safe_join
from django.views.decorators.http import require_safe

from expo import registry
from expo.access import door
from expo.models import Origin
from expo.search.embedder import embedder


@door
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@door
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration; 503 with the reason where not. `semantic` says whether texts are
    also found by their meaning.
    """
    try:
        loader = MigrationLoader(connection)
        missing = [key for key in loader.graph.nodes if key not in loader.applied_migrations]
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "reason": "The database does not answer."}, status=503)
    if missing:
        return JsonResponse({"status": "unavailable", "reason": f"{len(missing)} migrations are missing."}, status=503)
    return JsonResponse({"status": "ok", "semantic": embedder() is not None})


@door
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /*?", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@door
@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Prepared pictures only: an upload still carries its metadata. A proxy may serve `pictures/` instead."""
    if not path.startswith("pictures/") or ".." in path.split("/"):
        raise Http404
    try:
        file = open(safe_join(settings.MEDIA_ROOT, path), "rb")  # noqa: SIM115
    except (OSError, ValueError, SuspiciousFileOperation):
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


class ListingSitemap(Sitemap):
    """All real rows of one listing, in both languages."""

    i18n = True
    alternates = True
    x_default = True
    protocol = "https" if settings.SITE_URL.startswith("https") else "http"
    limit = 5000

    def __init__(self, listing: registry.Listing) -> None:
        self.listing = listing

    def get_domain(self, site: object = None) -> str:
        return settings.SITE_URL.partition("//")[2]

    def items(self) -> QuerySet:
        rows = self.listing.queryset().exclude(origin=Origin.SAMPLE)
        order = (*(self.listing.model._meta.ordering or ()), "pk")
        rows = rows.order_by(*order)  # by key alone, neighbors would tell what was entered together
        return rows if hasattr(self.listing.model, "get_absolute_url") else rows.none()


class PageSitemap(ListingSitemap):
    """Home and the listings themselves."""

    def __init__(self) -> None: ...

    def items(self) -> list[str]:  # type: ignore[override]
        return ["home", *(row.url_name for row in registry.listings.values() if row.in_sitemap)]

    def location(self, item: str) -> str:
        return reverse(item)


def sitemaps() -> dict[str, Sitemap]:
    return {
        "pages": PageSitemap(),
        **{row.noun: ListingSitemap(row) for row in registry.listings.values() if row.in_sitemap},
    }
