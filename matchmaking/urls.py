"""Addresses of demands and deals, below each language."""

from django.urls import path

from expo.views.listing import listing
from matchmaking.views import details

app_name = "matchmaking"
urlpatterns = [
    path("demands/", listing, {"noun": "demand"}, name="demand-list"),
    path("demands/<slug:slug>/", details.demand, name="demand-detail"),
    path("deals/", listing, {"noun": "deal"}, name="deal-list"),
    path("deals/<slug:code>/", details.deal, name="deal-detail"),
]
