"""Telling both organizations of a strong match that is new: each of them at most once a day for each of its records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expo.models import Membership, Organization, User
from expo.notices import members_of, tell
from expo.own.telling import owners_of
from expo.registry import NoticeKind, WorkspacePage, add_notice_kind, add_workspace_page
from matchmaking.gathering import records_of
from matchmaking.match_rows import STRONG, undecided
from matchmaking.models import Demand, Match
from matchmaking.programs import emit_matches

KINDS = (
    NoticeKind(
        "new-matches", _("New matches for a demand"), _("Something new may answer “%(title)s”."),
        _("See what fits, and what does not."), position=30, delivery="daily",
    ),
    NoticeKind(
        "new-demands", _("New demands for an offer"), _("Somebody may need “%(title)s”."),
        _("See what fits, and what does not."), position=31, delivery="daily",
    ),
)  # fmt: skip


def register() -> None:
    for kind in KINDS:
        add_notice_kind(kind)
    add_workspace_page(
        WorkspacePage(
            "matchmaking:work-matches",
            _("Matches"),
            position=44,
            count=undecided,
            hint=_("Strong new ones for what you need or offer."),
            action=_("Look"),
        )
    )


def tell_new(demand: Demand, new: Sequence[Match], *, now: dt.datetime) -> None:
    """Real people hear of real matches; those of sample organizations of matches between samples."""
    strong = [row for row in new if max(row.score, row.offer_score) >= STRONG]
    if not strong:
        return
    offers = {
        key: offer
        for key, offer in records_of(row.offer_key for row in strong).items()
        if offer.is_sample == demand.is_sample
    }
    told = [(row, offers[row.offer_key]) for row in strong if row.offer_key in offers]
    emit_matches(demand, told, least=STRONG, now=now)
    day = timezone.localdate(now)
    inhabited = _inhabited([demand.organization_id], [row for row, _offer in told])
    if demand.organization_id in inhabited and any(row.score >= STRONG for row, _offer in told):
        names = {"title_en": demand.title_en, "title_zh": demand.title_zh}
        url = reverse("matchmaking:demand-matches", args=[demand.organization.slug, demand.slug])
        key = f"new-matches-{demand.pk}-{day}"
        tell("new-matches", _people(demand.organization, demand.is_sample), key=key, url=url, now=now, **names)
    for row, offer in told:
        if row.offer_score >= STRONG and row.offer_key in inhabited:
            _tell_owners(row.noun, offer, key=f"new-demands-{row.noun}-{offer.pk}-{day}", now=now)


def tell_proposed(match: Match, *, now: dt.datetime) -> None:
    """Both sides hear of what a broker brings together, whatever its score."""
    demand, offer = match.demand, match.offer
    if demand.is_sample != offer.is_sample:
        return
    key = f"proposed-{match.pk}"
    names = {"title_en": demand.title_en, "title_zh": demand.title_zh}
    url = reverse("matchmaking:demand-matches", args=[demand.organization.slug, demand.slug])
    tell("new-matches", _people(demand.organization, demand.is_sample), key=key, url=url, now=now, **names)
    _tell_owners(match.noun, offer, key=key, now=now)


def _inhabited(organizations: Sequence[int], matches: Sequence[Match]) -> set[Any]:
    """Of organizations (keys) and offers (noun, key) those that somebody acts for: most of a large fair have nobody."""
    members = Membership.objects.order_by()
    found: set[Any] = set(
        members.filter(organization__in=organizations).values_list("organization", flat=True).distinct()
    )
    for noun, path in (("innovation", "holdings__innovation"), ("product", "products"), ("instrument", "instruments")):
        keys = [row.offer_key[1] for row in matches if row.noun == noun]
        rows = members.filter(**{f"organization__{path}__in": keys}) if keys else members.none()
        found |= {(noun, key) for key in rows.values_list(f"organization__{path}", flat=True)}
    return found


def _tell_owners(noun: str, offer: Any, *, key: str, now: dt.datetime) -> None:
    column = "name" if noun == "instrument" else "title"
    names = {f"title_{lang}": getattr(offer, f"{column}_{lang}") for lang in ("en", "zh")}
    for owner in owners_of(offer):
        url = reverse("matchmaking:offer-matches", args=[owner.slug, noun, offer.slug])
        tell("new-demands", _people(owner, offer.is_sample), key=key, url=url, now=now, **names)


def _people(organization: Organization, is_sample: bool) -> list[User]:
    return members_of(organization) if organization.is_sample == is_sample else []
