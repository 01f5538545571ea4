"""What the registered contracts come to, by year and type. Samples and real ones are never added up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from expo.models import Origin
from matchmaking.models import ContractAmendment, ContractType, TechnologyContract


@dataclass
class Sums:
    """Number of contracts and their values in one currency."""

    count: int = 0
    contract_value: Decimal = Decimal(0)
    technology_value: Decimal = Decimal(0)

    def add(self, count: int, contract_value: Decimal | None, technology_value: Decimal | None) -> None:
        self.count += count
        self.contract_value += contract_value or 0
        self.technology_value += technology_value or 0


@dataclass
class Year:
    """One year of registration in one currency: sums by type, in the order of the types, and in all."""

    year: int
    currency: str
    types: dict[str, Sums] = field(default_factory=lambda: {kind: Sums() for kind in ContractType.values})
    total: Sums = field(default_factory=Sums)

    def add(self, kind: str, count: int, contract_value: Decimal | None, technology_value: Decimal | None) -> None:
        for sums in (self.types[kind], self.total):
            sums.add(count, contract_value, technology_value)

    def rows(self) -> list[tuple[str, Sums]]:
        """(label, sums) of the types that occur."""
        labels = dict(ContractType.choices)
        return [(str(labels[kind]), sums) for kind, sums in self.types.items() if sums != Sums()]


def by_year(*, samples: bool, side: str = "", city: str = "") -> list[Year]:
    """The newest year first. A contract counts in the year it was registered, an amendment's difference in its own.

    `side` “seller” or “buyer” with a `city` (English name) leaves the contracts whose seller (the city's output) or
    buyer (its absorption) sits there; one between two local parties is in both views and once in the whole.
    """
    contracts = _of(TechnologyContract.objects.counted(), "", samples, side, city)
    counted = TechnologyContract.objects.counted()
    amendments = _of(ContractAmendment.objects.filter(contract__in=counted), "contract__", samples, side, city)
    years: dict[tuple[int, str], Year] = {}
    grouped = contracts.order_by().values(year=ExtractYear("registered_on"), kind=F("type"), money=F("currency"))
    _collect(years, grouped.annotate(n=Count("pk"), value=Sum("contract_value"), part=Sum("technology_value")))
    changes = amendments.order_by().values(
        year=ExtractYear("registered_on"), kind=F("contract__type"), money=F("contract__currency")
    )
    sums = changes.annotate(value=Sum("contract_value_change"), part=Sum("technology_value_change"))
    _collect(years, sums)
    return sorted(years.values(), key=lambda row: (-row.year, row.currency))


def _of(rows: QuerySet, path: str, samples: bool, side: str, city: str) -> QuerySet:
    of_sample = Q(**{f"{path}origin": Origin.SAMPLE})
    rows = rows.filter(of_sample) if samples else rows.exclude(of_sample)
    return rows.filter(**{f"{path}{side}__city_en": city}) if side and city else rows


def _collect(years: dict[tuple[int, str], Year], rows: Iterable[dict]) -> None:
    for row in rows:
        year = years.setdefault((row["year"], row["money"]), Year(row["year"], row["money"]))
        year.add(row["kind"], row.get("n", 0), row["value"], row["part"])
