"""From the tables to the facts of matching, in a few queries for many keys.

Only columns that are named here are read: never what is confidential.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from expo.models import (
    Capability,
    Holding,
    Innovation,
    Instrument,
    Metric,
    OfferedMode,
    Parameter,
    Product,
    Sector,
)
from expo.prepared import Prepared
from expo.search.likeness import Key
from matchmaking.matching.facts import DemandFacts, OfferFacts, Place
from matchmaking.matching.figures import Figure
from matchmaking.models import (
    OFFERS,
    DecisionVerdict,
    Demand,
    MatchDecision,
    NeverShow,
    TargetMetric,
    WantedMode,
)

MODELS: Mapping[str, type[Innovation] | type[Product] | type[Instrument]] = {
    "innovation": Innovation, "product": Product, "instrument": Instrument,
}  # fmt: skip
BATCH = 500  # keys asked for at a time
MEASURES = (
    "parameter_id", "operator", "value", "value_to", "is_change", "condition_en", "condition_zh",
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A parameter."""

    slug: str
    en: str
    zh: str
    unit: str


NEWER = Named("", "", "", "")  # a parameter that came after the others were read


class Ground:
    """What many pairs share, read once: sectors, parameters, and who is never shown to whom."""

    def __init__(self) -> None:
        rows = list(Sector.objects.order_by().values_list("pk", "parent", "name_en", "name_zh", "slug"))
        self.sectors = {pk: Place(pk, *names) for pk, *names, _slug in rows}
        self.slugs: dict[int, str] = {row[0]: row[-1] for row in rows}
        parameters = Parameter.objects.order_by().values_list("pk", "slug", "name_en", "name_zh", "unit")
        self.parameters = {pk: Named(*names) for pk, *names in parameters}
        self.never: dict[int, set[int]] = defaultdict(set)  # whom an organization does not want to see
        self.unwanted: dict[int, set[int]] = defaultdict(set)  # who does not want to see it
        for one, other in NeverShow.objects.order_by().values_list("organization", "other"):
            self.never[one].add(other)
            self.unwanted[other].add(one)

    def apart_from(self, organization: int | None, *, is_named: bool = True) -> frozenset[int]:
        """Who is never brought together with an organization. Lists of others hold back no demand that names nobody:
        they would find out by it who asks.
        """
        key = organization or 0
        return frozenset(self.never.get(key, set()) | (self.unwanted.get(key, set()) if is_named else set()))

    def place(self, key: int | None) -> Place | None:
        return None if key is None else self.sectors.get(key)

    def figure(
        self, parameter: int, operator: str, value: Decimal, to: Decimal | None, is_change: bool, *condition: str
    ) -> Figure:
        named = self.parameters.get(parameter, NEWER)
        unit = "%" if is_change else named.unit
        return Figure(parameter, operator, value, to, is_change, unit, named.en, named.zh, *condition)


# ------------------------------------------------------------------ demands
def demand_facts(demands: Sequence[Demand], ground: Ground) -> dict[int, DemandFacts]:
    """By key, of demands that are stored."""
    keys = [demand.pk for demand in demands]
    stated = TargetMetric.objects.filter(demand__in=keys).order_by("position", "pk")
    targets = _by_key(stated.values_list("demand", *MEASURES))
    modes = _by_key(WantedMode.objects.filter(demand__in=keys).order_by().values_list("demand", "mode"))
    declined: dict[int, set[Key]] = defaultdict(set)
    rows = MatchDecision.objects.filter(demand__in=keys, verdict=DecisionVerdict.DECLINED).order_by()
    for demand, *offers in rows.values_list("demand", *(f"{noun}_id" for noun in OFFERS)):
        declined[demand] |= {(noun, key) for noun, key in zip(OFFERS, offers, strict=True) if key is not None}
    return {
        row.pk: facts_of(
            row,
            ground,
            targets=[ground.figure(*values) for values in targets[row.pk]],
            modes=[mode for (mode,) in modes[row.pk]],
            declined=declined[row.pk],
        )
        for row in demands
    }


def facts_of(
    demand: Demand, ground: Ground, *, targets: Iterable[Figure], modes: Iterable[str], declined: Iterable[Key] = ()
) -> DemandFacts:
    """Of a demand that need not be stored, with its lines."""
    return DemandFacts(
        key=demand.pk, organization=demand.organization_id, is_open=demand.is_open, kind=demand.kind,
        sector=ground.place(demand.sector_id), trl=demand.trl_wanted, modes=frozenset(modes),
        budget_min=demand.budget_min, budget_max=demand.budget_max, currency=demand.currency,
        accepts_equity=demand.accepts_equity, wants_team=demand.wants_team, region=demand.region_wanted,
        deadline=demand.deadline, targets=tuple(targets), is_detailed=demand.is_detailed,
        never=ground.apart_from(demand.organization_id, is_named=demand.is_named), declined=frozenset(declined),
    )  # fmt: skip


def _by_key(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """By the first column, the others."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for pk, *values in rows:
        found[pk].append(tuple(values))
    return found


# ------------------------------------------------------------------ offers
class Offers:
    """The facts of offers, read once and kept while many demands are held against them."""

    def __init__(self, ground: Ground, *, today: dt.date | None = None) -> None:
        self.ground = ground
        self.today = today or timezone.localdate()
        self.known: dict[Key, OfferFacts] = {}
        self.parameters: frozenset[int] | None = None  # whose figures are read; None: all
        self.queries = {name: Prepared(rows) for name, rows in QUERIES.items()}
        self.figures = {noun: Prepared(rows, lists=2) for noun, rows in FIGURES.items()}

    def of(self, keys: Iterable[Key]) -> dict[Key, OfferFacts]:
        """Those among the keys that are public."""
        keys = sorted(set(keys))
        missing: dict[str, list[int]] = defaultdict(list)
        for noun, key in keys:
            if (noun, key) not in self.known:
                missing[noun].append(key)
        for noun, wanted in missing.items():
            for start in range(0, len(wanted), BATCH):
                for facts in READERS[noun](self, wanted[start : start + BATCH]):
                    self.known[noun, facts.key] = facts
        return {key: self.known[key] for key in keys if key in self.known}

    def innovations(self, keys: Sequence[int]) -> Iterator[OfferFacts]:
        modes: dict[int, set[str]] = defaultdict(set)
        holders: dict[int, set[int]] = defaultdict(set)
        places: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for pk, mode in self.queries["modes"](keys):
            modes[pk].add(mode)
        for pk, holder, region, country in self.queries["holdings"](keys):
            holders[pk].add(holder)
            places[pk].append((region, country))
        metrics, place = self._figures("innovation", keys), self.ground.place
        for row in self.queries["innovation"](keys):
            pk, sector, trl, price_min, price_max, currency, team, ready_on = row
            yield OfferFacts(
                "innovation", pk, frozenset(holders[pk]), True, place(sector), trl, frozenset(modes[pk]), price_min,
                price_max, currency, 1, team, _regions(places[pk]), ready_on, metrics[pk],
            )  # fmt: skip

    def products(self, keys: Sequence[int]) -> Iterator[OfferFacts]:
        for row in self.queries["product"](keys):
            pk, sector, price, currency, least, days, seller, *place = row
            cost = None if price is None else price * least
            ready_on = None if days is None else self.today + dt.timedelta(days=days)
            yield OfferFacts(
                "product", pk, frozenset([seller]), True, self.ground.place(sector), price_min=cost, price_max=cost,
                currency=currency, least=least, regions=_regions([place]), ready_on=ready_on,
            )  # fmt: skip

    def instruments(self, keys: Sequence[int]) -> Iterator[OfferFacts]:
        can = self._figures("instrument", keys)
        for pk, sector, owner, *place in self.queries["instrument"](keys):
            yield OfferFacts(
                "instrument", pk, frozenset([owner]), True, self.ground.place(sector), regions=_regions([place]),
                figures=can[pk],
            )  # fmt: skip

    def _figures(self, noun: str, keys: Sequence[int]) -> dict[int, tuple[Figure, ...]]:
        found: dict[int, tuple[Figure, ...]] = defaultdict(tuple)
        parameters = self.ground.parameters if self.parameters is None else self.parameters
        if parameters:
            for pk, values in _by_key(self.figures[noun](keys, parameters)).items():
                found[pk] = tuple(self.ground.figure(*row) for row in values)
        return found


def _public(model: Any, keys: Any, *columns: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.public().select_related(None).filter(pk__in=keys).order_by()
    return rows.values_list("pk", "sector", *columns)


OF_ONE = ("organization", "organization__region", "organization__country")
QUERIES: Mapping[str, Callable[[Any], QuerySet[Any, Any]]] = {
    "innovation": lambda keys: _public(
        Innovation, keys, "trl", "price_min", "price_max", "currency", "team_available", "ready_on"
    ),
    "modes": lambda keys: OfferedMode.objects.filter(innovation__in=keys).order_by().values_list("innovation", "mode"),
    "holdings": lambda keys: (
        Holding.objects.filter(innovation__in=keys).order_by().values_list("innovation", *OF_ONE)
    ),
    "product": lambda keys: _public(
        Product, keys, "price", "currency", "minimum_order", "lead_time_days", *OF_ONE
    ),
    "instrument": lambda keys: _public(Instrument, keys, *OF_ONE),
}  # fmt: skip
FIGURES: Mapping[str, Callable[[Any, Any], QuerySet[Any, Any]]] = {
    "innovation": lambda keys, parameters: (
        Metric.objects.filter(innovation__in=keys, parameter__in=parameters)
        .order_by("position", "pk").values_list("innovation", *MEASURES)
    ),
    "instrument": lambda keys, parameters: (
        Capability.objects.filter(instrument__in=keys, parameter__in=parameters)
        .order_by("position", "pk").values_list("instrument", *MEASURES)
    ),
}  # fmt: skip


def _regions(places: Iterable[Sequence[str]]) -> frozenset[str]:
    """Of (region, country) of organizations: the region, or the country where it is abroad."""
    return frozenset(region or country for region, country in places if region or (country and country != HOME))


HOME = "CN"  # whose regions are told apart
READERS: Mapping[str, Callable[[Offers, Sequence[int]], Iterator[OfferFacts]]] = {
    "innovation": Offers.innovations,
    "product": Offers.products,
    "instrument": Offers.instruments,
}


def records_of(keys: Iterable[Key]) -> dict[Key, Any]:
    """The offers themselves, with what their cards show."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for noun, key in keys:
        wanted[noun].append(key)
    return {
        (noun, row.pk): row
        for noun, found in wanted.items()
        for row in MODELS[noun].objects.public().filter(pk__in=found)
    }
