"""Home."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from expo import programme
from expo.access import door
from expo.context import edition_of
from expo.listings import innovation_rows, session_rows, zone_rows
from expo.models import Announcement, Figure, Hall, Innovation, Sector, Session, Zone
from expo.pictures import attach_pictures
from expo.plans import hall_plans
from expo.search.first import count_of
from expo.shared_pages import shared
from expo.structured import structured
from expo.views.listing import panels_beside


@door
@require_safe
@shared
def home(request: HttpRequest) -> HttpResponse:
    """What is this fair, when and where, what is on, where to go."""
    now, edition = timezone.now(), edition_of(request)
    day_now = now.astimezone(ZoneInfo(edition.time_zone if edition else "UTC")).date()
    entries = programme.entries(session_rows(Session.objects.public().of_current_edition()), now=now) if edition else []
    days = programme.by_day(entries)
    day = programme.day_to_show(edition, [d.day for d in days], now=now) if edition else None
    landmarks = list(innovation_rows(Innovation.objects.public().filter(is_landmark=True))[:5])
    attach_pictures(landmarks)
    context = {
        "today": next((d for d in days if d.day == day), None),
        "has_opened": edition is not None and edition.opens_on <= day_now,
        "is_today": day == day_now,
        "plans": hall_plans(Hall.objects.public()),
        "zones": zone_rows(Zone.objects.public()),
        "themes": Sector.objects.themes(),
        "landmarks": landmarks,
        "innovation_count": count_of("innovation"),
        "panels": panels_beside("home", edition),
        "figures": Figure.objects.public().filter(on_home=True),
        "news": Announcement.objects.public()[:3],
        "structured": structured(edition) if edition else "",
    }
    return render(request, "expo/home.html", context)
