"""Matches: which offers answer a demand and why, found, scored, and stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from expo.audit import told_as_one
from expo.models import Organization
from expo.search.likeness import Key
from matchmaking.gathering import MODELS, demand_facts, facts_of, records_of
from matchmaking.match_news import tell_new
from matchmaking.match_texts import said_of_demand, said_of_text
from matchmaking.matcher import MOST, Asked, Matcher, Scored
from matchmaking.matching.facts import DemandFacts
from matchmaking.matching.parts import Part
from matchmaking.models import Demand, Match, MatchSource
from matchmaking.models.match import MatchQuerySet
from matchmaking.weights import values_in_force

COLUMNS = ("score", "parts", "offer_score", "offer_parts", "matched_at")


@dataclass(frozen=True)
class Found:
    """An offer, and what it would earn of a demand."""

    offer: Model
    score: int
    parts: list[Part]


@dataclass
class Counts:
    """What storing changed."""

    kept: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0


def weights_in_force() -> Mapping[str, int]:
    """Points of 100 by part, as the next computation takes them."""
    return values_in_force()


# ------------------------------------------------------------------ looked up, nothing stored
def for_draft(demand: Demand, *, most: int = 20) -> list[Found]:
    """What would answer a demand of one's own that need not be published, nor stored. Raises NotReady."""
    matcher = Matcher()
    facts = _own(demand, matcher)
    return _found(matcher.narrow(facts).best(Asked(facts, said_of_demand(demand))), most)


def for_text(text: str, *, organization: Organization | None, most: int = 20) -> list[Found]:
    """What would answer a pasted text, for an organization of which nothing of its own is found. Raises NotReady."""
    said = said_of_text(text)
    if not said:
        return []
    matcher = Matcher()
    key = organization.pk if organization is not None else None
    facts = DemandFacts(organization=key, never=matcher.ground.apart_from(key))
    return _found(matcher.narrow(facts).best(Asked(facts, said)), most)


def hold(demand: Demand, offer: Model) -> Found | None:
    """One pair, whatever its score, the demand open or not; None where the two are not brought together at all."""
    matcher = Matcher()
    key = (str(offer._meta.model_name), offer.pk)
    facts = _own(demand, matcher)
    rows = matcher.narrow(facts).hold(Asked(facts, said_of_demand(demand)), [key])
    return Found(offer, rows[0].score, rows[0].parts) if rows else None


def _own(demand: Demand, matcher: Matcher) -> DemandFacts:
    """As its own people see it: all of it, as if it were open."""
    if demand.pk:
        facts = demand_facts([demand], matcher.ground)[demand.pk]
    else:
        facts = facts_of(demand, matcher.ground, targets=(), modes=())
    return replace(facts, is_open=True)


def _found(rows: Sequence[Scored], most: int) -> list[Found]:
    rows = sorted(rows, key=lambda row: (-row.score, row.key))[:most]
    offers = records_of(row.key for row in rows)
    return [Found(offers[row.key], row.score, row.parts) for row in rows if row.key in offers]


# ------------------------------------------------------------------ stored
def match_demand(demand: Demand, *, now: dt.datetime | None = None) -> list[Match]:
    """Compute a demand's matches and store them. One that is not open has none. Raises NotReady."""
    store_best(Matcher(), [demand], now=now or timezone.now())
    return list(Match.objects.of_demand(demand))


def store_best(matcher: Matcher, demands: Sequence[Demand], *, now: dt.datetime) -> Counts:
    """The best of each demand in the place of what was stored; what brokers proposed stays, computed anew."""
    found = []
    facts = demand_facts(demands, matcher.ground)
    for demand in demands:
        proposed = Match.objects.of_demand(demand).filter(source=MatchSource.BROKER)
        always = [row.offer_key for row in proposed]
        rows = matcher.best(asked_of(demand, facts[demand.pk]), always=always) if demand.is_open else []
        found.append((demand, rows))
    try:
        return _store_all(found, now)
    except IntegrityError:  # an offer was deleted between the look at it and the end; by now that can be seen
        return _store_all(found, now)


def _store_all(found: Iterable[tuple[Demand, Sequence[Scored]]], now: dt.datetime) -> Counts:
    """In one transaction: SQLite has one writer, for whom other processes wait."""
    counts = Counts()
    with transaction.atomic(), told_as_one():
        for demand, rows in found:
            if (stored := _stored(demand)) is not None:
                _store(demand, rows, stored, now, counts)
    return counts


def store_pairs(matcher: Matcher, demand: Demand, keys: Sequence[Key], *, now: dt.datetime) -> Counts:
    """What some offers earn of a demand, beside all that is stored of it; of each noun the best stay."""
    counts = Counts()
    facts = demand_facts([demand], matcher.ground)[demand.pk]
    rows = matcher.hold(asked_of(demand, facts), keys) if demand.is_open else []
    with transaction.atomic(), told_as_one():
        if (every := _stored(demand)) is None:
            return counts
        stored = {key: row for key, row in every.items() if key in keys}
        good = [row for row in rows if row.is_match or _is_proposed(stored.get(row.key))]
        _store(demand, good, stored, now, counts)
        _trim(demand, counts)
    return counts


def _stored(demand: Demand) -> dict[Key, Match] | None:
    """By offer, with the demand locked: two computations of it wait for each other. None: it was deleted meanwhile."""
    if Demand.objects.select_for_update().filter(pk=demand.pk).values_list("pk").first() is None:
        return None
    return {row.offer_key: row for row in Match.objects.of_demand(demand)}


def _existing(keys: Iterable[Key]) -> set[Key]:
    """Without the offers that were deleted since the index was read."""
    by_noun: dict[str, list[int]] = {}
    for noun, key in keys:
        by_noun.setdefault(noun, []).append(key)
    found = ((noun, MODELS[noun].objects.filter(pk__in=pks).order_by()) for noun, pks in by_noun.items())
    return {(noun, key) for noun, rows in found for key in rows.values_list("pk", flat=True)}


def asked_of(demand: Demand, facts: DemandFacts) -> Asked:
    shown = None if demand.is_detailed else said_of_demand(demand, shown=True)
    return Asked(facts, said_of_demand(demand), shown)


def _is_proposed(match: Match | None) -> bool:
    return match is not None and match.source == MatchSource.BROKER


def _store(
    demand: Demand, rows: Sequence[Scored], stored: Mapping[Key, Match], now: dt.datetime, counts: Counts
) -> None:
    """Write what is new or changed, take away what is gone; nothing that brokers proposed."""
    new, changed, same = [], [], []
    there = _existing(row.key for row in rows if row.key not in stored) | set(stored)
    rows = [row for row in rows if row.key in there]
    for row in rows:
        known = stored.get(row.key)
        match = known or Match(demand=demand, **{f"{row.key[0]}_id": row.key[1]}, found_at=now)
        before = (match.score, match.parts, match.offer_score, match.offer_parts)
        match.score, match.parts = row.score, [part.to_dict() for part in row.parts]
        match.offer_score, match.offer_parts = row.offer_score, match.parts
        if row.offer_parts is not row.parts:
            match.offer_parts = [part.to_dict() for part in row.offer_parts]
        match.matched_at = now
        if known is None:
            new.append(match)
        elif before == (match.score, match.parts, match.offer_score, match.offer_parts):
            same.append(match.pk)
        else:
            changed.append(match)
            counts.moved += before[0] != match.score
    held = {row.key for row in rows}
    gone = [row.pk for key, row in stored.items() if key not in held and not _is_proposed(row)]
    Match.objects.bulk_create(new)
    Match.objects.bulk_create(changed, update_conflicts=True, unique_fields=["pk"], update_fields=COLUMNS)
    Match.objects.filter(pk__in=same).update(matched_at=now)
    Match.objects.filter(pk__in=gone).delete()
    counts.kept += len(rows)
    counts.added += len(new)
    counts.removed += len(gone)
    tell_new(demand, new, now=now)


def _trim(demand: Demand, counts: Counts) -> None:
    """Of each noun no more than are kept."""
    for noun, most in MOST.items():
        rows = Match.objects.of_demand(demand).filter(**{f"{noun}__isnull": False}, source=MatchSource.COMPUTED)
        gone = list(rows.order_by("-score", noun).values_list("pk", flat=True)[most:])
        counts.removed += Match.objects.filter(pk__in=gone).delete()[0] if gone else 0


def forget(matches: MatchQuerySet) -> int:
    """Take away those that were computed; what brokers proposed stays. Returns how many."""
    with told_as_one():
        return matches.filter(source=MatchSource.COMPUTED).delete()[0]
