"""What matching knows of a demand and of an offer: plain data that `matchmaking.gathering` reads from the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from matchmaking.matching.figures import Figure


@dataclass(frozen=True)
class Place:
    """A sector and the one it is part of."""

    key: int
    parent: int | None = None
    name_en: str = ""
    name_zh: str = ""


@dataclass(frozen=True)
class DemandFacts:
    """`never` are organizations that it and its own are never shown to each other; `declined` the offers (noun, key) of
    pairs that one side declined. A draft or a pasted text that its own people match is open to them.
    """

    key: int | None = None
    organization: int | None = None
    is_open: bool = True
    kind: str = ""
    sector: Place | None = None
    trl: int | None = None
    modes: frozenset[str] = frozenset()
    budget_min: Decimal | None = None
    budget_max: Decimal | None = None
    currency: str = "CNY"
    accepts_equity: bool | None = None
    wants_team: bool | None = None
    region: str = ""
    deadline: dt.date | None = None
    targets: tuple[Figure, ...] = ()
    is_detailed: bool = True
    never: frozenset[int] = frozenset()
    declined: frozenset[tuple[str, int]] = frozenset()

    def shown(self) -> DemandFacts:
        """What is public of it: where the rest waits for a confidentiality agreement, its kind and its field."""
        if self.is_detailed:
            return self
        return replace(
            self, trl=None, modes=frozenset(), budget_min=None, budget_max=None, accepts_equity=None, wants_team=None,
            region="", deadline=None, targets=(),
        )  # fmt: skip


@dataclass(frozen=True)
class OfferFacts:
    """An innovation, a product or an instrument. `ready_on` is the day from which a partner could have it.

    `regions` are codes of regions, or of the country where an organization is abroad. Of a product the price is that
    of its smallest order.
    """

    noun: str
    key: int
    organizations: frozenset[int] = frozenset()
    is_public: bool = True
    sector: Place | None = None
    trl: int | None = None
    modes: frozenset[str] = frozenset()
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    currency: str = "CNY"
    least: int = 1
    team: bool | None = None
    regions: frozenset[str] = frozenset()
    ready_on: dt.date | None = None
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Shared:
    """Of the words that tell most of a demand, in one language: how many were looked for, and which the offer has."""

    asked: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """How well the offer's text answers the demand's, as `expo.search.likeness` measures it; `score` None where the
    offer was not read yet. `certainty` is smaller for a short text. `nearness` is the cosine of the titles, None
    without a model. A demand that says nothing asks for no subject.
    """

    score: float | None = None
    is_semantic: bool = False
    nearness: float | None = None
    shared: Mapping[str, Shared] = field(default_factory=dict)  # by language, en or zh
    is_asked: bool = True
    certainty: float = 1.0
