"""What programs of the two organizations may ask, and what their servers are told: codes and addresses, no words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from expo.own.telling import owners_of
from expo.programs import ApiDoor, WebhookEvent, add_api_door, add_webhook_event
from expo.webhooks import emit, emit_many, listening
from matchmaking.introducing.sides import page_of
from matchmaking.models import Demand, Introduction, Match, Side

MATCH_NEW = "match.new"
RECEIVED = "introduction.received"
CHANGED = "introduction.state_changed"
MESSAGE = "introduction.message"
EVENTS = {
    MATCH_NEW: _("A strong new match of one of our records"),
    RECEIVED: _("Somebody wants to meet us"),
    CHANGED: _("An introduction was accepted, declined, not answered in time or closed"),
    MESSAGE: _("The other side asked, answered or wrote something"),
}
# The notice that people are told by -> the event. Of a change both sides' servers hear, whoever did it.
OF_NOTICE = {
    "introduction-received": RECEIVED,
    "introduction-question": MESSAGE,
    "introduction-replied": MESSAGE,
    "introduction-message": MESSAGE,
    "introduction-accepted": CHANGED,
    "introduction-declined": CHANGED,
    "introduction-stale": CHANGED,
    "introduction-unanswered": CHANGED,
    "introduction-gone": CHANGED,
    "introduction-closed": CHANGED,
}


def register() -> None:
    for code, label in EVENTS.items():
        add_webhook_event(WebhookEvent(code, label))
    add_api_door(ApiDoor("match-list", "matches/", "matchmaking.api.Matches"))
    add_api_door(ApiDoor("introduction-list", "introductions/", "matchmaking.api.Introductions"))
    add_api_door(ApiDoor("introduction-detail", "introductions/<slug:code>/", "matchmaking.api.OneIntroduction"))


# ------------------------------------------------------------------ introductions
def emit_introduction(notice: str, introduction: Introduction, side: str, *, what: str, at: dt.datetime) -> None:
    """With each notice to a side; a kind that is no event of ours tells nobody."""
    if (event := OF_NOTICE.get(notice)) is None:
        return
    for told in Side if event == CHANGED else (Side(side),):
        key = f"introduction-{introduction.pk}-{what}"
        emit(introduction.organization_of(told), event, key, about_introduction(introduction, told), now=at)


def about_introduction(introduction: Introduction, side: str) -> dict[str, Any]:
    """The address of a demand that is not named is a code, so it tells nobody whose it is."""
    organization = introduction.organization_of(side)
    with override("en"):
        page = settings.SITE_URL + page_of(introduction, organization)
    return {
        "organization": organization.slug,
        "introduction": introduction.code,
        "side": str(side),
        "state": introduction.state,
        "demand": introduction.demand.slug if introduction.demand else None,
        "offer": _address(introduction.offer) if introduction.offer else None,
        "api": settings.SITE_URL + reverse("api:introduction-detail", args=[introduction.code]),
        "page": page,
    }


# ------------------------------------------------------------------ matches
def emit_matches(demand: Demand, new: Iterable[tuple[Match, Any]], *, least: int, now: dt.datetime) -> None:
    """Of matches and their offers: those that are strong for a side are told to it."""
    if not listening(MATCH_NEW):  # which is so for nearly every fair: owners are asked for one by one
        return
    told: list[tuple[int, str, dict[str, Any]]] = []
    for match, offer in new:
        if match.score >= least:
            payload = _about_match(match, demand, offer, Side.ASKING, match.score)
            told.append((demand.organization_id, f"match-{match.pk}", payload))
        if match.offer_score >= least:
            payload = _about_match(match, demand, offer, Side.OFFERING, match.offer_score)
            told += [(owner.pk, f"match-{match.pk}", payload) for owner in owners_of(offer)]
    emit_many(MATCH_NEW, told, now=now)


def _about_match(match: Match, demand: Demand, offer: Model, side: Side, score: int) -> dict[str, Any]:
    own = demand if side == Side.ASKING else offer
    asked = f"{own._meta.model_name}={own.slug}"  # type: ignore[attr-defined]
    return {
        "match": match.pk,
        "side": str(side),
        "score": score,
        "demand": demand.slug,
        "offer": _address(offer),
        "api": f"{settings.SITE_URL}{reverse('api:match-list')}?{asked}",
    }


def _address(offer: Any) -> str:
    """“innovation/its-slug”."""
    return f"{offer._meta.model_name}/{offer.slug}"
