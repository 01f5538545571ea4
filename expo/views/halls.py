"""Halls: the plan to walk by, and the sheets to hang up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from expo.access import door
from expo.cards import card_of
from expo.models import Hall, Stand, Zone
from expo.plans import Entry, directory, hall_plan, held, load_floors
from expo.views.details import trail

ZOOMS = ("1", "2", "3")


@dataclass(frozen=True)
class Look:
    """How an address wants the plan shown. What it asks in vain is in `ignored`, as it was written."""

    zoom: str = ZOOMS[0]
    zone: str = ""
    stand: str = ""
    ignored: tuple[str, ...] = ()

    def url(self, **changes: str) -> str:
        """The address of this look with changes; the plan, or the stand asked for, comes into view."""
        asked = {"zoom": self.zoom, "zone": self.zone, "stand": self.stand, **changes}
        anchor = f"stand-{asked['stand']}" if asked["stand"] else "plan"
        if asked["zoom"] == ZOOMS[0]:
            del asked["zoom"]
        return f"?{urlencode({name: value for name, value in asked.items() if value})}#{anchor}"

    @property
    def warning(self) -> str:
        if not self.ignored:
            return ""
        return _("Not understood and left out: %(parts)s") % {
            "parts": ", ".join(part[:80] for part in self.ignored[:5])
        }


def look_of(query: QueryDict, hall: Hall) -> Look:
    """Read the address against what the hall has. Needs the hall's floor loaded."""
    zones = {zone.letter: zone for zone in hall.zones.all() if zone.width and zone.depth}
    closeup = query.get("zone", "").upper()
    shown = [zones[closeup]] if closeup in zones else hall.zones.all()
    known = {"zoom": ZOOMS, "zone": zones, "stand": {stand.code for zone in shown for stand in zone.stands.all()}}
    asked = {name: query.get(name, "").upper() for name in known}
    good = {name: value for name, value in asked.items() if value in known[name]}
    ignored = tuple(f"{name}={value}" for name, value in query.items() if value and name not in good)
    return Look(**good, ignored=ignored)


def any_sample(record: Hall | Zone, entries: list[Entry]) -> bool:
    """Whether a sheet shows anything invented: then it says so, since it may hang alone on a wall."""
    return record.is_sample or any(entry.exhibitor.is_sample for entry in entries)


def closeups(hall: Hall, look: Look) -> list[dict[str, Any]]:
    zones = [zone for zone in hall.zones.all() if zone.width and zone.depth]
    return [
        {"zone": zone, "url": look.url(zone=zone.letter, stand=""), "is_current": zone.letter == look.zone}
        for zone in zones
    ]


@door
@require_safe
def hall(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan, and the same as tables."""
    record = get_object_or_404(Hall.objects.public(), slug=slug)
    load_floors([record])
    look = look_of(request.GET, record)
    request.noindex = record.is_sample or bool(request.GET)  # type: ignore[attr-defined]
    context = {
        "record": record,
        "crumbs": trail(record),
        "card": card_of(record),
        "look": look,
        "plan": hall_plan(record, marked=frozenset({look.stand} - {""}), closeup=look.zone),
        "zooms": [{"level": zoom, "url": look.url(zoom=zoom), "is_current": zoom == look.zoom} for zoom in ZOOMS],
        "closeups": closeups(record, look),
        "whole_url": look.url(zone="", stand=""),
        "halls": Hall.objects.public(),
    }
    return render(request, "expo/hall_detail.html", context)


@door
@require_safe
def hall_print(request: HttpRequest, slug: str) -> HttpResponse:
    """One A3 sheet with the plan and the stands by number, and the exhibitors by name behind it."""
    record = get_object_or_404(Hall.objects.public(), slug=slug)
    request.noindex = True  # type: ignore[attr-defined]
    plan = hall_plan(record)
    context = {
        "record": record,
        "plan": plan,
        "entries": (entries := directory(stand.stand for stand in plan.stands)),
        "is_sample": any_sample(record, entries),
        "address": settings.SITE_URL + record.get_absolute_url(),
    }
    return render(request, "expo/hall_print.html", context)


@door
@require_safe
def zone_sign(request: HttpRequest, slug: str) -> HttpResponse:
    """The sign at a zone's entrance: who is where in it."""
    stands = held(Stand.objects.select_related("zone").order_by("number"))
    rows = Zone.objects.public().select_related("hall").prefetch_related(Prefetch("stands", stands))
    record = get_object_or_404(rows, slug=slug)
    request.noindex = True  # type: ignore[attr-defined]
    context = {
        "record": record,
        "entries": (entries := directory(record.stands.all())),
        "is_sample": any_sample(record, entries),
        "address": settings.SITE_URL + record.get_absolute_url(),
    }
    return render(request, "expo/zone_sign.html", context)
