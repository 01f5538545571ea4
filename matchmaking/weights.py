"""The weights of matching in organizers' hands: proposed, looked at, adopted; and learned from what people decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expo.errors import DomainError
from expo.models import Origin, User
from matchmaking.introducing.sides import was_accepted
from matchmaking.matching import learning
from matchmaking.matching.learning import Decision, Learned, TooFew, reweighed
from matchmaking.matching.parts import (
    BUDGET,
    DEFAULTS,
    EQUITY,
    MATURITY,
    MODES,
    NAMES,
    REQUIREMENTS,
    SECTOR,
    TEAM,
    Part,
    read,
    total,
)
from matchmaking.models import (
    DecisionVerdict,
    DeclineReason,
    Introduction,
    Match,
    MatchDecision,
    MatchWeights,
    Side,
    WeightsOrigin,
)

# Codes that tell something of the two or of the moment, nothing of how well they fit: no part learns from them.
NOT_OF_FIT = (DeclineReason.DUPLICATE, DeclineReason.NO_BUDGET, DeclineReason.NO_REPLY, DeclineReason.COMPETITOR)
BLAMED: Mapping[str, str] = {  # the part of which a code speaks first
    DeclineReason.WRONG_SPEC: REQUIREMENTS, DeclineReason.TOO_EARLY: MATURITY, DeclineReason.NOT_STRATEGIC: SECTOR,
    DeclineReason.IP_SCOPE: MODES, DeclineReason.PRICE: BUDGET, DeclineReason.EQUITY_TERMS: EQUITY,
    DeclineReason.TEAM_UNAVAILABLE: TEAM,
}  # fmt: skip
LOOKED_AT = 500  # demands that a preview holds the weights against, those matched last
FIRST = 10  # matches of each that people look at
SHOWN = 20  # demands named in a preview


def in_force() -> MatchWeights | None:
    """The newest adopted weights; None where those of the code are in force."""
    return MatchWeights.objects.exclude(adopted_at=None).order_by("-adopted_at", "-pk").first()


def values_in_force() -> dict[str, int]:
    row = in_force()
    return dict(DEFAULTS) if row is None else {name: int(row.values.get(name, 0)) for name in NAMES}


# ------------------------------------------------------------------ proposing and adopting
def propose_weights(values: Mapping[str, int], *, by: User | None, note: str = "") -> MatchWeights:
    """Write weights down, to be looked at before they count. Raises DomainError where they are no 100 points."""
    return MatchWeights.objects.create(values=checked(values), note=note.strip(), created_by=by)


def checked(values: Mapping[str, Any]) -> dict[str, int]:
    """Whole points for every part, together 100."""
    if unknown := set(values) - set(NAMES):
        raise DomainError(_("There is no part called “%(name)s”.") % {"name": sorted(unknown)[0]})
    points = {name: values.get(name, 0) for name in NAMES}
    for value in points.values():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
            raise DomainError(_("Weights are whole numbers from 0 to 100."))
    if (found := sum(points.values())) != 100:
        raise DomainError(_("The weights add up to %(sum)d. They must add up to 100.") % {"sum": found})
    return points


def adopt_weights(weights: MatchWeights, *, by: User | None, now: dt.datetime | None = None) -> MatchWeights:
    """Let them count from the next computation on. Adopting the weights in force again changes nothing."""
    with transaction.atomic():
        stored = MatchWeights.objects.select_for_update().get(pk=weights.pk)
        checked(stored.values)
        if (current := in_force()) is not None and current.pk == stored.pk:
            return current
        stored.adopted_by, stored.adopted_at = by, now or timezone.now()
        stored.save(update_fields=["adopted_by", "adopted_at"])
    return stored


# ------------------------------------------------------------------ what would change
@dataclass(frozen=True)
class Changed:
    """A demand whose first match would be another one, with both scores as they would be."""

    before: Match
    after: Match
    score_before: int
    score_after: int


@dataclass(frozen=True)
class Preview:
    """What other weights would do to the stored matches of `demands`: of how many the `first` match changes, and how
    many of the `shown` first ten would come up from behind; `moved` is the mean change of a score, in points."""

    demands: int
    first: int
    shown: int
    entering: int
    moved: float
    examples: tuple[Changed, ...]


def preview(values: Mapping[str, int]) -> Preview:
    """Computed from the parts that are stored, so no text is searched again."""
    demands = first = shown = entering = count = 0
    moved = 0.0
    examples: list[Changed] = []
    for rows in _by_demand():
        scores = {row.pk: total(reweighed(read(row.parts), values)) for row in rows}
        after = sorted(rows, key=lambda row: (-scores[row.pk], row.pk))
        demands += 1
        moved += sum(abs(scores[row.pk] - row.score) for row in rows)
        count += len(rows)
        known = {row.pk for row in rows[:FIRST]}
        shown += len(known)
        entering += sum(row.pk not in known for row in after[:FIRST])
        if after[0].pk != rows[0].pk:
            first += 1
            if len(examples) < SHOWN:
                examples.append(Changed(rows[0], after[0], scores[rows[0].pk], scores[after[0].pk]))
    return Preview(demands, first, shown, entering, round(moved / count, 1) if count else 0.0, tuple(examples))


def _by_demand() -> Iterator[list[Match]]:
    """The matches of the demands that were matched last, best first."""
    newest = Match.objects.order_by("-matched_at", "-pk").values_list("demand", flat=True)
    keys = list(dict.fromkeys(newest[: LOOKED_AT * FIRST]))[:LOOKED_AT]
    rows: dict[int, list[Match]] = defaultdict(list)
    found = Match.objects.filter(demand__in=keys).select_related("demand", "innovation", "product", "instrument")
    for row in found.order_by("demand", "-score", "pk"):
        rows[row.demand_id].append(row)
    yield from rows.values()


# ------------------------------------------------------------------ learning
def learn_weights(*, by: User | None = None) -> MatchWeights:
    """Learn from the real decisions and write the result down, not yet adopted. Raises DomainError with how many are
    missing."""
    before, words = values_in_force(), last_words()
    try:
        learned = learning.learn(of_fit(words), before)
    except TooFew as error:
        told = [missing_in_words(error), left_out_in_words(len(words) - len(of_fit(words)))]
        raise DomainError(" ".join(filter(None, told))) from error
    evaluation = evaluation_of(learned, before) | {"declined": dict(declined_for(words))}
    return MatchWeights.objects.create(
        values=learned.weights, origin=WeightsOrigin.LEARNED, created_by=by, evaluation=evaluation
    )


def left_out_in_words(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d more says nothing of how well two fit (“we have it already”, “no budget”) and is left out.",
        "%(count)d more say nothing of how well two fit (“we have it already”, “no budget”) and are left out.",
        count,
    ) % {"count": count}


def missing_in_words(error: TooFew) -> str:
    count = error.missing
    match error.kind:
        case "wanted":
            told = ngettext(
                "Too few of the decisions wanted to meet: %(count)d more is needed.",
                "Too few of the decisions wanted to meet: %(count)d more are needed.",
                count,
            )
        case "unwanted":
            told = ngettext(
                "Too few of the decisions said “not for us”: %(count)d more is needed.",
                "Too few of the decisions said “not for us”: %(count)d more are needed.",
                count,
            )
        case _:
            told = ngettext(
                "Too few decisions to learn from: %(count)d more is needed. Samples do not count.",
                "Too few decisions to learn from: %(count)d more are needed. Samples do not count.",
                count,
            )
    return told % {"count": count}


def evaluation_of(learned: Learned, before: Mapping[str, int]) -> dict[str, Any]:
    return {
        "before": dict(before),
        "coefficients": learned.coefficients,
        "said": learned.said,
        "kept": list(learned.kept),
        "learned_from": learned.learned_from,
        "judged_before": asdict(learned.before),
        "judged_after": asdict(learned.after),
    }


@dataclass(frozen=True)
class Word:
    """The last word of one side about a pair, with the parts of the match as they were; `reason` of a decline."""

    at: dt.datetime
    parts: Sequence[Mapping[str, Any]]
    is_wanted: bool
    reason: str = ""


def decisions() -> list[Decision]:
    """What learning reads: what real people decided about how well real matches fit, the oldest first."""
    return of_fit(last_words())


def of_fit(words: Sequence[Word]) -> list[Decision]:
    return [Decision(_parts(row.parts), row.is_wanted) for row in words if row.reason not in NOT_OF_FIT]


def declined_for(words: Sequence[Word]) -> Counter[str]:
    """How often each code was given."""
    return Counter(str(row.reason) for row in words if row.reason)


def last_words() -> list[Word]:
    """What real people decided about real matches, the oldest first: each side of a pair once, its last word."""
    found: dict[tuple[object, ...], Word] = {}
    for row in MatchDecision.objects.filter(of_sample=False).exclude(parts=[]).order_by("at", "pk"):
        is_wanted = row.verdict == DecisionVerdict.SHORTLISTED
        found[row.side, *_pair(row)] = Word(row.at, row.parts, is_wanted, row.reason)
    for introduction in _introductions():
        for side, is_wanted in _words_of(introduction):
            at, key = introduction.answered_at or introduction.created_at, (side, *_pair(introduction))
            if key not in found or found[key].at <= at:
                reason = "" if is_wanted else introduction.decline_reason
                found[key] = Word(at, introduction.parts, is_wanted, reason)
    return sorted(found.values(), key=lambda row: row.at)


def _introductions() -> Sequence[Introduction]:
    rows = Introduction.objects.exclude(origin=Origin.SAMPLE).exclude(demand=None).exclude(parts=[])
    return list(rows.order_by("created_at", "pk"))


def _words_of(introduction: Introduction) -> Iterator[tuple[str, bool]]:
    """Who wrote wanted to meet; who answered says so or not. One that nobody answered says nothing of the other."""
    side = Side(introduction.from_side)
    yield side, True
    if introduction.decline_reason:
        yield side.other, False
    elif was_accepted(introduction):  # also where it is closed by now
        yield side.other, True


def _pair(row: MatchDecision | Introduction) -> tuple[object, ...]:
    return (row.demand_id, row.innovation_id, row.product_id, row.instrument_id)


def _parts(stored: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    return tuple(part for part in read(stored) if part.name in DEFAULTS)
