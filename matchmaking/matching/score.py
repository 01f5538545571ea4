"""From the facts of a demand and an offer to the value of each part, 0..1 where both said something.

Every rule grows with what the offer says in favor of itself: to reach one more target, to be more mature, cheaper,
earlier or open to one more way of working never costs a point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matchmaking.matching import parts
from matchmaking.matching.facts import DemandFacts, OfferFacts, Place, Text
from matchmaking.matching.figures import RANK, Figure, Verdict, compare
from matchmaking.matching.parts import Valued

# What the score of a text of likeness.MOST_TERMS is worth: nothing at the first figure, all of it from the second one
# on. By words alone, and what a model of meaning adds. Another number of terms moves both: docs/benchmarks.md, "What a
# text's score is worth", tells how they were measured.
BY_WORDS, BY_MEANING = (0.023, 0.127), (0.08, 0.13)
EARNED = {Verdict.MET: 1.0, Verdict.PARTLY: 0.5, Verdict.MISSED: 0.0, Verdict.UNKNOWN: 0.0}
PART_OF, BESIDE = 0.8, 0.4  # of a sector: the whole of it or a part; another part of the same whole
PER_LEVEL = 0.3  # lost for each level of readiness that is missing
OVER = 0.5  # of the budget: a price so far above it is beyond talking
LATE = 180  # days after the deadline from which an offer is too late
MOST_WORDS = 8
TEAM_KINDS = ("talent", "capital_team")
IN_USE = 9  # what is on sale, or in use by others, is as mature as can be

# Which ways on offer serve one that is wanted: who may have all rights may use them, so more rights serve who asks for
# fewer; never fewer who asks for more. What the additional rights cost is told by the budget. A license paid later is
# a license; but who must pay later is served by nothing else. Shares and work together stand for themselves.
SERVED_BY: Mapping[str, frozenset[str]] = {
    "assignment": frozenset(["assignment"]),
    "exclusive": frozenset(["exclusive", "assignment"]),
    "sole": frozenset(["sole", "exclusive", "assignment"]),
    "non_exclusive": frozenset(["non_exclusive", "sole", "exclusive", "assignment", "use_first_pay_later"]),
    "in_kind": frozenset(["in_kind"]),
    "joint_development": frozenset(["joint_development"]),
    "use_first_pay_later": frozenset(["use_first_pay_later"]),
}
NOTHING: frozenset[str] = frozenset()

# Parts that cannot be said of a noun: nobody asks a product which license it comes with.
DOES_NOT_APPLY: Mapping[str, frozenset[str]] = {
    "product": frozenset([parts.EQUITY, parts.TEAM]),
    "instrument": frozenset([parts.EQUITY, parts.TEAM, parts.BUDGET, parts.DEADLINE]),
}
BUYING_KINDS = ("product", "equipment", "testing")  # of demands that a purchase, or the use of an instrument, answers


# ------------------------------------------------------------------ who cannot meet at all
def excluded(demand: DemandFacts, offer: OfferFacts) -> str:
    """The code of the reason why the two are not brought together; empty where nothing speaks against it."""
    if demand.organization is not None and demand.organization in offer.organizations:
        return "own"
    if not offer.is_public or not demand.is_open:
        return "not_public"
    if demand.never & offer.organizations:
        return "never"
    if (offer.noun, offer.key) in demand.declined:
        return "declined"
    if demand.modes and offer.modes and not served(demand.modes, offer.modes):
        return "modes"
    return ""


def served(wanted: frozenset[str], offered: frozenset[str]) -> list[str]:
    """The wanted ways that one on offer serves."""
    return sorted(mode for mode in wanted if SERVED_BY.get(mode, NOTHING) & offered)


# ------------------------------------------------------------------ what it is worth
def asked_for(demand: DemandFacts, noun: str, *, text: bool = True) -> list[str]:
    """The parts that the demand asks for and that can be said of an offer of this noun."""
    skipped = DOES_NOT_APPLY.get(noun, NOTHING)
    names = [name for name, rule in RULES.items() if name not in skipped and rule.asks(demand)]
    return [parts.SUBJECT, *names] if text else names


def score(demand: DemandFacts, offer: OfferFacts, *, text: Text, points: Mapping[str, int]) -> int:
    """The points of all parts together, without their facts; `points` are those of `parts.shares`."""
    found = 0
    for name, most in points.items():
        if name != parts.UNSAID:
            value = subject(text) if name == parts.SUBJECT else RULES[name].value(demand, offer)
            found += parts.earned(most, value)
    return found


def valued(demand: DemandFacts, offer: OfferFacts, *, text: Text) -> list[Valued]:
    """Each part that is asked for, with the facts behind its value."""
    found = []
    for name in asked_for(demand, offer.noun, text=text.is_asked):
        if name == parts.SUBJECT:
            found.append(Valued(name, subject(text), _spoken(text)))
        else:
            found.append(Valued(name, RULES[name].value(demand, offer), RULES[name].facts(demand, offer)))
    return found


# ------------------------------------------------------------------ subject
def subject(text: Text) -> float | None:
    if text.score is None:
        return None
    return worth(text.score, is_semantic=text.is_semantic, certainty=text.certainty)


def worth(score: float, *, is_semantic: bool, certainty: float = 1.0) -> float:
    """What a text's score is worth of the subject, 0..1. Of a short text more of its words must be found."""
    low, high = (words / certainty + meaning * is_semantic for words, meaning in zip(BY_WORDS, BY_MEANING, strict=True))
    return round(min(1.0, max(0.0, (score - low) / (high - low))), 4)


def _spoken(text: Text) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for lang, shared in text.shared.items():
        facts[f"asked_{lang}"] = shared.asked
        facts[f"count_{lang}"] = len(shared.words)
        facts[f"shared_{lang}"] = list(shared.words[:MOST_WORDS])
    if text.nearness is not None:
        facts["nearness"] = round(text.nearness, 2)
    return facts


# ------------------------------------------------------------------ requirements
def requirements(demand: DemandFacts, offer: OfferFacts) -> float | None:
    """The share of what the known targets earn of all: one of three met and two unknown earns a third."""
    verdicts = [_held(target, offer.figures)[0] for target in demand.targets]
    if all(verdict == Verdict.UNKNOWN for verdict in verdicts):
        return None
    return sum(EARNED[verdict] for verdict in verdicts) / len(verdicts)


def _held(target: Figure, figures: tuple[Figure, ...]) -> tuple[Verdict, Figure | None]:
    """The best of what is stated."""
    best: tuple[Verdict, Figure | None] = (Verdict.UNKNOWN, None)
    for figure in figures:
        if figure.parameter_id == target.parameter_id:
            verdict = compare(target, figure)
            if RANK.index(verdict) < RANK.index(best[0]):
                best = (verdict, figure)
    return best


def _requirements(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    told = []
    for target in demand.targets:
        verdict, stated = _held(target, offer.figures)
        told.append({
            "name_en": target.name_en, "name_zh": target.name_zh, "unit": target.unit, "is_change": target.is_change,
            "verdict": str(verdict), **target.said(), "stated": None if stated is None else stated.said(),
        })  # fmt: skip
    return {"targets": told}


# ------------------------------------------------------------------ sector and maturity
def sector(demand: DemandFacts, offer: OfferFacts) -> float | None:
    one, other = demand.sector, offer.sector
    if one is None or other is None:
        return None
    if one.key == other.key:
        return 1.0
    if one.key == other.parent or other.key == one.parent:
        return PART_OF
    return BESIDE if one.parent is not None and one.parent == other.parent else 0.0


def _sector(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    return {"wanted": _named(demand.sector), "offered": _named(offer.sector)}


def _named(place: Place | None) -> dict[str, str] | None:
    return None if place is None else {"en": place.name_en, "zh": place.name_zh}


def _level(offer: OfferFacts) -> int | None:
    return offer.trl if offer.noun == "innovation" else IN_USE


def maturity(demand: DemandFacts, offer: OfferFacts) -> float | None:
    level = _level(offer)
    return None if level is None else max(0.0, 1.0 - PER_LEVEL * max(0, (demand.trl or 0) - level))


def _maturity(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    return {"wanted": demand.trl, "offered": _level(offer), "is_in_use": offer.noun != "innovation"}


# ------------------------------------------------------------------ terms
def modes(demand: DemandFacts, offer: OfferFacts) -> float | None:
    """The share of the wanted ways that are served. What is sold, or used by the hour, is no right in anything."""
    if offer.noun != "innovation":
        return float(demand.kind in BUYING_KINDS)
    return len(served(demand.modes, offer.modes)) / len(demand.modes) if offer.modes else None


def _modes(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    fitting = served(demand.modes, offer.modes)
    noun = "" if offer.noun == "innovation" else offer.noun
    return {"wanted": sorted(demand.modes), "offered": sorted(offer.modes), "served": fitting, "thing": noun}


def budget(demand: DemandFacts, offer: OfferFacts) -> float | None:
    """1 where all of the price lies below the budget's end, half where its beginning just does, less above it.

    A price is never held against a budget of another currency, nor a range against one that ends before it begins.
    """
    most, low, high = demand.budget_max, offer.price_min, offer.price_max
    if (low is None and high is None) or demand.currency != offer.currency or _is_contradictory(demand, offer):
        return None
    high = low if high is None else high
    low = Decimal(0) if low is None else low
    if most is None or high is None or high <= most:
        return 1.0
    if low < most:
        return 0.5 + 0.5 * float((most - low) / (high - low))
    return 0.5 * max(0.0, 1.0 - float(low / most - 1) / OVER) if most else 0.0


def _is_contradictory(demand: DemandFacts, offer: OfferFacts) -> bool:
    ranges = ((demand.budget_min, demand.budget_max), (offer.price_min, offer.price_max))
    return any(low is not None and high is not None and low > high for low, high in ranges)


def _budget(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    return {
        "budget": [_plain(demand.budget_min), _plain(demand.budget_max)], "budget_currency": demand.currency,
        "price": [_plain(offer.price_min), _plain(offer.price_max)], "price_currency": offer.currency,
        "least": offer.least, "is_contradictory": _is_contradictory(demand, offer),
        "is_of_one_currency": demand.currency == offer.currency or (offer.price_min, offer.price_max) == (None, None),
    }  # fmt: skip


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def equity(demand: DemandFacts, offer: OfferFacts) -> float | None:
    """Who would give shares need not: without shares on offer half is earned. Who would not is lost to an offer for
    shares alone."""
    if not offer.modes:
        return None
    if demand.accepts_equity:
        return 1.0 if "in_kind" in offer.modes else 0.5
    return 0.0 if offer.modes == {"in_kind"} else 1.0


def _equity(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    return {"accepts": demand.accepts_equity, "offers": "in_kind" in offer.modes if offer.modes else None}


def team(demand: DemandFacts, offer: OfferFacts) -> float | None:
    return None if offer.team is None else float(offer.team)


def _team(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    return {"available": offer.team}


# ------------------------------------------------------------------ where and when
def region(demand: DemandFacts, offer: OfferFacts) -> float | None:
    return float(demand.region in offer.regions) if offer.regions else None


def _region(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    return {"wanted": demand.region, "offered": sorted(offer.regions)}


def deadline(demand: DemandFacts, offer: OfferFacts) -> float | None:
    if offer.ready_on is None or demand.deadline is None:
        return None
    return max(0.0, 1.0 - max(0, (offer.ready_on - demand.deadline).days) / LATE)


def _deadline(demand: DemandFacts, offer: OfferFacts) -> dict[str, Any]:
    days = {"wanted": demand.deadline, "offered": offer.ready_on}
    return {name: day.isoformat() if day else None for name, day in days.items()}


@dataclass(frozen=True)
class Rule:
    """Whether a demand asks for a part, what an offer earns of it (None where it says nothing), and the facts told."""

    asks: Callable[[DemandFacts], bool]
    value: Callable[[DemandFacts, OfferFacts], float | None]
    facts: Callable[[DemandFacts, OfferFacts], dict[str, Any]]


RULES: Mapping[str, Rule] = {
    parts.REQUIREMENTS: Rule(lambda demand: bool(demand.targets), requirements, _requirements),
    parts.SECTOR: Rule(lambda demand: demand.sector is not None, sector, _sector),
    parts.MATURITY: Rule(lambda demand: demand.trl is not None, maturity, _maturity),
    parts.MODES: Rule(lambda demand: bool(demand.modes), modes, _modes),
    parts.BUDGET: Rule(lambda demand: demand.budget_min is not None or demand.budget_max is not None, budget, _budget),
    parts.EQUITY: Rule(lambda demand: demand.accepts_equity is not None, equity, _equity),
    parts.TEAM: Rule(lambda demand: bool(demand.wants_team) or demand.kind in TEAM_KINDS, team, _team),
    parts.REGION: Rule(lambda demand: bool(demand.region), region, _region),
    parts.DEADLINE: Rule(lambda demand: demand.deadline is not None, deadline, _deadline),
}
