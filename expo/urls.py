"""Every address of the fair."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path
from django.utils.functional import SimpleLazyObject
from django.views.generic import RedirectView

from expo import feeds
from expo.access import door
from expo.views import comparing, details, finding, halls, listing, pages, service, styleguide

sitemaps = SimpleLazyObject(service.sitemaps)


def shelf(address: str, noun: str):
    return path(address, listing.listing, {"noun": noun}, name=f"{noun}-list")


urlpatterns = [
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
    path("robots.txt", service.robots, name="robots"),
    path("favicon.ico", RedirectView.as_view(url="/static/expo/favicon.ico"), name="favicon"),
    path(
        "sitemap.xml",
        door(sitemap_views.index),
        {"sitemaps": sitemaps, "sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", door(sitemap_views.sitemap), {"sitemaps": sitemaps}, name="sitemap-section"),
    path("media/<path:path>", service.media, name="media"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("expo.api.urls")),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path("search/", finding.search, name="search"),
        path("search/suggestions/", finding.suggested, name="search-suggestions"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        shelf("exhibitors/", "exhibitor"),
        path("exhibitors/<slug:slug>/", details.exhibitor, name="exhibitor-detail"),
        shelf("innovations/", "innovation"),
        path("innovations/compare/", comparing.compare, {"noun": "innovation"}, name="innovation-compare"),
        path("innovations/<slug:slug>/", details.innovation, name="innovation-detail"),
        shelf("products/", "product"),
        path("products/compare/", comparing.compare, {"noun": "product"}, name="product-compare"),
        path("products/<slug:slug>/", details.product, name="product-detail"),
        shelf("programme/", "session"),
        path("programme/<slug:slug>/", details.session, name="session-detail"),
        shelf("organizations/", "organization"),
        path("organizations/<slug:slug>/", details.organization, name="organization-detail"),
        shelf("sectors/", "sector"),
        path("sectors/<slug:slug>/", details.sector, name="sector-detail"),
        shelf("zones/", "zone"),
        path("zones/<slug:slug>/", details.zone, name="zone-detail"),
        path("zones/<slug:slug>/sign/", halls.zone_sign, name="zone-sign"),
        shelf("halls/", "hall"),
        path("halls/<slug:slug>/", halls.hall, name="hall-detail"),
        path("halls/<slug:slug>/print/", halls.hall_print, name="hall-print"),
        shelf("figures/", "figure"),
        shelf("news/", "announcement"),
        path("news/feed/", door(feeds.announcements), name="announcement-feed"),
        path("news/<slug:slug>/", details.announcement, name="announcement-detail"),
        shelf("editions/", "edition"),
        path("editions/<int:number>/", details.edition, name="edition-detail"),
        path("editions/<int:number>/exhibitors/<slug:slug>/", details.exhibitor, name="edition-exhibitor"),
        shelf("platforms/", "innovationplatform"),
        path("platforms/<slug:slug>/", details.platform, name="innovationplatform-detail"),
        shelf("instruments/", "instrument"),
        path("instruments/<slug:slug>/", details.instrument, name="instrument-detail"),
        shelf("partners/", "partnercity"),
        path("partners/<slug:slug>/", details.partner_city, name="partnercity-detail"),
        shelf("countries/", "country"),
        path("countries/<slug:slug>/", details.country, name="country-detail"),
        path("", include("matchmaking.urls")),
    ),
]
