"""Matches as one side reads them: each with its words, what was decided, and how far the two are in touch."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from expo.models import Organization, TeamMember
from expo.registry import listings
from matchmaking.gathering import MODELS, Key
from matchmaking.introducing.sides import Seen, seen_by, with_sides
from matchmaking.matching.parts import TEAM, Part, could_be, read
from matchmaking.matching.words import Explained, explained, part_label
from matchmaking.models import (
    OFFERS,
    DealParty,
    DecisionVerdict,
    Demand,
    DemandState,
    Introduction,
    IntroductionState,
    Match,
    MatchDecision,
    MatchRun,
    MatchSource,
    RunKind,
    RunState,
    Side,
)
from matchmaking.models.match import MatchQuerySet

if TYPE_CHECKING:
    from matchmaking.matches import Found

STRONG = 70  # of 100, from which somebody is told
FITS = 60  # weaker ones are shown when somebody asks for them
NEW = dt.timedelta(days=7)
MOST_NEWS = 200  # that are counted; a thousand would say no more
BEFORE = (DemandState.DRAFT, DemandState.RETURNED, DemandState.SUBMITTED, DemandState.VERIFIED)


@dataclass(frozen=True)
class Piece:
    """A part with its name in words, and what the score would be if it turned out to fit wholly."""

    label: str
    part: Part
    could_be: int


@dataclass(frozen=True)
class Row:
    """`record` is what the reading side does not know yet: the offer, or the demand. `team` are the people who would
    come along, as far as they agreed to be named, where a demand asks for people."""

    match: Match
    rank: int
    record: Any
    score: int
    pieces: tuple[Piece, ...]
    told: Explained
    decision: MatchDecision | None
    talk: Seen | None
    has_met: bool
    team: tuple[TeamMember, ...] = ()

    @property
    def is_shortlisted(self) -> bool:
        return self.decision is not None and self.decision.verdict == DecisionVerdict.SHORTLISTED

    @property
    def may_write(self) -> bool:
        """Whether the two are not in touch about it, nor have been declined."""
        return self.talk is None or self.talk.introduction.state == IntroductionState.CLOSED

    @property
    def other(self) -> Organization | None:
        """Who would be met, where one is named and alone."""
        if isinstance(self.record, Demand):
            return self.record.named_organization
        if hasattr(self.record, "holdings"):
            holdings = self.record.holdings.all()
            return holdings[0].organization if len(holdings) == 1 else None
        found: Organization = self.record.organization
        return found

    @property
    def is_proposed(self) -> bool:
        return bool(self.match.proposed_reason)


def shown_to(side: str, rows: MatchQuerySet) -> MatchQuerySet:
    """In the order of the side's own score; what is equal keeps its order."""
    if side == Side.ASKING:
        return rows.shown_to_asking().order_by("-score", "pk")
    return rows.shown_to_offering().order_by("-offer_score", "pk")


def score_column(side: str) -> str:
    return "score" if side == Side.ASKING else "offer_score"


def shown_first(side: str) -> Q:
    """What a list shows that nobody narrowed: strong matches, and what a broker proposed, whatever its score."""
    return Q(**{f"{score_column(side)}__gte": FITS}) | Q(source=MatchSource.BROKER)


def rows_of(matches: Sequence[Match], *, side: str, organization: Organization, first: int = 1) -> list[Row]:
    """In a few queries, however many there are."""
    records = _records(matches, side)
    decisions, talks = _decisions(matches, side), _introductions(matches, organization)
    met, teams = met_by(organization), _teams(matches, side)
    found = []
    for rank, match in enumerate(matches, start=first):
        record = records.get(match.demand_id if side == Side.OFFERING else match.offer_key)
        if record is None:  # taken off between two queries
            continue
        parts = read(match.parts if side == Side.ASKING else match.offer_parts)
        others = _organizations(record)
        found.append(
            Row(
                match, rank, record, sum(part.points for part in parts), pieces_of(parts), explained(parts, side=side),
                decisions.get(_pair(match)), talks.get(_pair(match)), bool(others & met),
                tuple(teams[match.innovation_id]),
            )
        )  # fmt: skip
    return found


def _pair(row: Any) -> tuple[Any, ...]:
    return (row.demand_id, row.innovation_id, row.product_id, row.instrument_id)


def _records(matches: Sequence[Match], side: str) -> Mapping[Any, Any]:
    if side == Side.OFFERING:
        demands = Demand.objects.public().filter(pk__in=[match.demand_id for match in matches])
        return {row.pk: row for row in listings["demand"].related(demands)}
    return _offers({match.offer_key for match in matches})


def _offers(keys: Collection[Key]) -> dict[Key, Any]:
    """Those that are public, with what their heads show."""
    found: dict[Key, Any] = {}
    for noun in OFFERS:
        if wanted := [key for name, key in keys if name == noun]:
            rows = listings[noun].related(listings[noun].queryset().filter(pk__in=wanted))
            found |= {(noun, row.pk): row for row in rows}
    return found


def _teams(matches: Sequence[Match], side: str) -> Mapping[int | None, list[TeamMember]]:
    """By innovation, where a demand asks for people. Names are read now: who takes theirs back is gone."""
    found: dict[int | None, list[TeamMember]] = defaultdict(list)
    asked = {match.innovation_id for match in matches if any(part["name"] == TEAM for part in match.parts)}
    if side == Side.ASKING and asked - {None}:
        for member in TeamMember.objects.public().filter(innovation__in=asked, innovation__team_available=True):
            found[member.innovation_id].append(member)
    return found


def _decisions(matches: Iterable[Match], side: str) -> dict[tuple[Any, ...], MatchDecision]:
    rows = MatchDecision.objects.filter(demand__in={match.demand_id for match in matches}, side=side)
    return {_pair(row): row for row in rows}


def _introductions(matches: Iterable[Match], organization: Organization) -> dict[tuple[Any, ...], Seen]:
    """The newest of each pair."""
    rows = with_sides(Introduction.objects.of_organization(organization))
    rows = rows.filter(demand__in={match.demand_id for match in matches}).order_by("created_at", "pk")
    return {_pair(row): seen_by(row, organization) for row in rows}


def met_by(organization: Organization) -> set[int]:
    """The organizations it has met: both wanted to, or they are parties of one deal."""
    wanted = Introduction.objects.of_organization(organization).exclude(answered_at=None).filter(decline_reason="")
    wanted = wanted.exclude(state=IntroductionState.SENT)
    found = {key for pair in wanted.values_list("asking", "offering") for key in pair}
    deals = DealParty.objects.filter(organization=organization).values("deal")
    found |= set(DealParty.objects.filter(deal__in=deals).values_list("organization", flat=True))
    return found - {organization.pk, None}


def _organizations(record: Any) -> set[int]:
    """Whom one would meet; nobody where a demand keeps its name to itself."""
    if isinstance(record, Demand):
        return {record.organization_id} if record.is_named else set()
    if hasattr(record, "holdings"):
        return {holding.organization_id for holding in record.holdings.all()}
    return {record.organization_id}


@dataclass(frozen=True)
class Tried:
    """What would answer a draft or a text: shown as a row is, with nothing to decide."""

    record: Any
    score: int
    pieces: tuple[Piece, ...]
    told: Explained


def tried(found: Iterable[Found]) -> list[Tried]:
    """With what the heads of the rows show, in a few queries."""
    rows = list(found)
    keys = {(str(row.offer._meta.model_name), row.offer.pk) for row in rows}
    records = _offers(keys)
    told = ((row, records.get((str(row.offer._meta.model_name), row.offer.pk))) for row in rows)
    return [
        Tried(record, row.score, pieces_of(row.parts), explained(row.parts, side=Side.ASKING))
        for row, record in told
        if record is not None
    ]


def pieces_of(parts: Sequence[Part]) -> tuple[Piece, ...]:
    return tuple(Piece(part_label(part.name), part, could_be(parts, part)) for part in parts)


# ------------------------------------------------------------------ the overview
@dataclass(frozen=True)
class Line:
    """One of the organization's own records with how many matches it has; `fitting` of them are shown first, `new` of
    these were found in the last days."""

    record: Any
    noun: str
    total: int = 0
    fitting: int = 0
    new: int = 0
    best: int | None = None


def demand_lines(organization: Organization, *, now: dt.datetime | None = None) -> list[Line]:
    """Its open demands, in its own order."""
    demands = Demand.objects.open().of_organization(organization).order_by("position", "slug")
    return _lines(list(demands), "demand", Side.ASKING, now)


def offer_lines(organization: Organization, *, now: dt.datetime | None = None) -> list[Line]:
    """What it offers in public, what has most fitting matches first."""
    found: list[Line] = []
    for noun in OFFERS:
        own = MODELS[noun].objects.of_organization(organization).order_by().values("pk")
        offers = MODELS[noun].objects.public().filter(pk__in=own).order_by("slug")
        found += _lines(list(offers), noun, Side.OFFERING, now)
    return sorted(found, key=lambda line: (-line.fitting, -(line.best or 0)))


def _lines(records: Sequence[Any], noun: str, side: str, now: dt.datetime | None) -> list[Line]:
    column, fits = score_column(side), shown_first(side)
    fresh = fits & Q(found_at__gte=(now or timezone.now()) - NEW)
    rows = shown_to(side, Match.objects.filter(**{f"{noun}__in": [record.pk for record in records]}))
    counted = rows.order_by().values(noun).annotate(
        total=Count("pk"), fitting=Count("pk", filter=fits), new=Count("pk", filter=fresh), best=Max(column)
    )  # fmt: skip
    known = {row.pop(noun): row for row in counted} if records else {}
    return [Line(record, noun, **known.get(record.pk, {})) for record in records]


def drafts_of(organization: Organization) -> list[Demand]:
    """Its demands that are not public yet: they are matched only when somebody asks."""
    return list(Demand.objects.of_organization(organization).filter(state__in=BEFORE).order_by("-updated_at"))


# ------------------------------------------------------------------ what is new since somebody looked
def look_key(organization: Organization) -> str:
    return f"matches-looked-at-{organization.pk}"


def note_look(organization: Organization, *, now: dt.datetime | None = None) -> None:
    """Somebody of the organization opens its overview: what was found until now is no news."""
    cache.set(look_key(organization), now or timezone.now(), timeout=int(NEW.total_seconds()))


def undecided(organization: Organization, *, now: dt.datetime | None = None) -> int:
    """Strong matches of the last days, found since the overview was opened; two short queries where none is."""
    since = cache.get(look_key(organization)) or (now or timezone.now()) - NEW
    found = 0
    for side in Side:
        rows = Match.objects.of_organization(organization, side)
        rows = rows.filter(found_at__gt=since, **{f"{score_column(side)}__gte": STRONG})
        if keys := list(rows.order_by().values_list("pk", flat=True)[:MOST_NEWS]):
            found += shown_to(side, Match.objects.filter(pk__in=keys)).count()
    return found


def run_of_now() -> tuple[MatchRun | None, MatchRun | None]:
    """(the run of all demands that is at work, the one that was done last)."""
    runs: QuerySet[MatchRun] = MatchRun.objects.filter(kind=RunKind.FULL)
    at_work = runs.filter(state=RunState.RUNNING).order_by("-started_at").first()
    return at_work, runs.filter(state=RunState.DONE).order_by("-ended_at").first()
