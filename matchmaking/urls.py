"""Addresses of demands and deals, below each language."""

from django.urls import path

from expo.views.listing import listing
from matchmaking.views import begin, confidential, details, introductions, match_acts, match_try, matches

app_name = "matchmaking"
urlpatterns = [
    path("demands/", listing, {"noun": "demand"}, name="demand-list"),
    path("demands/<slug:slug>/", details.demand, name="demand-detail"),
    path("deals/", listing, {"noun": "deal"}, name="deal-list"),
    path("deals/<slug:code>/", details.deal, name="deal-detail"),
    path("introductions/<slug:noun>/<slug:slug>/", begin.begin, name="introduction-begin"),
    path("work/<slug:slug>/introductions/", introductions.listed, name="work-introductions"),
    path("work/<slug:slug>/readings/", confidential.readings, name="work-readings"),
    path("work/<slug:slug>/introductions/new/", introductions.new, name="introduction-new"),
    path("work/<slug:slug>/introductions/<slug:code>/", introductions.opened, name="introduction"),
    path("work/<slug:slug>/introductions/<slug:code>/nda/", confidential.nda, name="introduction-nda"),
    path(
        "work/<slug:slug>/introductions/<slug:code>/confidential/", confidential.shown, name="introduction-confidential"
    ),
    path("work/<slug:slug>/introductions/<slug:code>/<slug:act>/", introductions.act, name="introduction-act"),
    path("work/<slug:slug>/matches/", matches.listed, name="work-matches"),
    path("work/<slug:slug>/matches/try/", match_try.try_out, name="match-try"),
    path("work/<slug:slug>/matches/declined/", match_acts.declined, name="match-declined"),
    path("work/<slug:slug>/matches/declined/<int:pk>/put-back/", match_acts.put_back, name="match-put-back"),
    path("work/<slug:slug>/matches/never/", match_acts.never, name="match-never"),
    path("work/<slug:slug>/matches/never/<int:pk>/remove/", match_acts.never_remove, name="match-never-remove"),
    path("work/<slug:slug>/matches/<int:pk>/shortlist/", match_acts.shortlist, name="match-shortlist"),
    path("work/<slug:slug>/matches/<int:pk>/decline/", match_acts.decline, name="match-decline"),
    path("work/<slug:slug>/matches/demand/<slug:demand>/", matches.of_demand, name="demand-matches"),
    path("work/<slug:slug>/matches/demand/<slug:demand>/compare/", matches.compare, name="match-compare"),
    path("work/<slug:slug>/matches/<slug:noun>/<slug:offer>/", matches.of_offer, name="offer-matches"),
]
