"""Facets: filters whose every value shows how many rows it would leave. A facet ignores its own choice."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import Case, Count, DateField, Q, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils.functional import Promise

from expo.search.memory import remembered

NOT_STATED = "none"
SHORT = 9  # a list up to this long is shown whole, with the values that would leave nothing


@dataclass(frozen=True)
class Option:
    value: str
    label: str | Promise
    plate: str = ""
    hue: str = ""
    depth: int = 0
    unit: str = ""

    def spoken(self) -> Option:
        """With its label in the language of this moment."""
        return replace(self, label=str(self.label))


@dataclass(slots=True)
class Choice:
    """An option as the page shows it."""

    value: str
    label: str
    count: int
    is_chosen: bool
    id: str
    plate: str
    hue: str
    depth: int


@dataclass(frozen=True)
class RangeField:
    name: str
    label: str
    value: str
    id: str
    unit: str


@dataclass(frozen=True)
class FacetBlock:
    name: str
    label: str
    kind: str
    choices: tuple[Choice, ...] = ()
    fields: tuple[RangeField, ...] = ()

    @property
    def first(self) -> tuple[Choice, ...]:
        """What is shown at once; the rest, `more`, unfolds."""
        return self.choices if len(self.choices) <= SHORT else self.choices[: SHORT - 1]

    @property
    def more(self) -> tuple[Choice, ...]:
        return self.choices[len(self.first) :]

    def is_of_use(self) -> bool:
        """One value alone leaves nothing to choose, unless it has a range."""
        return len(self.choices) > (0 if self.fields else 1) or any(choice.is_chosen for choice in self.choices)


def stated(value: object) -> str:
    return str(value) if value not in ("", None) else NOT_STATED


class FacetFilter(django_filters.MultipleChoiceFilter):
    """Any of the chosen values of one column. `options` may ask the database: a FilterSet calls it once.

    One that is not `is_counted` is offered without the number of rows each value would leave. `parts`: how many columns
    of the index share its values, so that many rows have the same of each; without one only chosen values are counted.
    """

    is_counted: ClassVar[bool] = True
    parts: ClassVar[int] = 1

    def __init__(self, *, column: str, options: Callable[..., Iterable[Option]], **kwargs: Any) -> None:
        self.column = column
        self.options = options
        super().__init__(**kwargs)

    @cached_property
    def loaded(self) -> tuple[Option, ...]:
        """The options in order, fetched when they are first asked for: who only reads columns needs none."""
        return self.fetched()

    @cached_property
    def known(self) -> dict[str, Option]:
        """The options by value."""
        return {option.value: option for option in self.loaded}

    def fetched(self) -> tuple[Option, ...]:
        """Remembered with their words until something public changes."""
        return remembered(("options", *self.remembered_by()), self.spoken, self.parent.stamp)

    def spoken(self) -> tuple[Option, ...]:
        return tuple(option.spoken() for option in self.offered())

    def remembered_by(self) -> tuple[Hashable, ...]:
        """What the options depend on."""
        return (self.options,)

    def offered(self) -> Iterable[Option]:
        return self.options()

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(self.condition(value)) if value else qs

    def condition(self, values: list[str]) -> Q:
        """The empty string stands for “not stated”."""
        known = [value for value in values if value != NOT_STATED]
        condition = Q(**{f"{self.column}__in": known}) if known else Q(pk__in=[])
        if NOT_STATED in values:
            condition |= Q(**{self.column: ""})
        return condition

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        rows = qs.order_by().values_list(self.column).annotate(n=Count("pk", distinct=True))
        return {stated(value): n for value, n in rows}

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        """(key, value) of every row and every value it counts under, for the index."""
        return ((pk, stated(value)) for pk, value in qs.order_by().values_list("pk", self.column))


class EditionFacet(FacetFilter):
    """What an edition has of its own: `options` gets the editions that the FilterSet shows, its `editions`."""

    def offered(self) -> Iterable[Option]:
        return self.options(self.parent.editions)

    def remembered_by(self) -> tuple[Hashable, ...]:
        return (self.options, *(edition.pk for edition in self.parent.editions))


class TreeFacet(FacetFilter):
    """Two levels: choosing a parent chooses its children too. `column` leads to the foreign key."""

    def condition(self, values: list[str]) -> Q:
        return Q(**{f"{self.column}__slug__in": values}) | Q(**{f"{self.column}__parent__slug__in": values})

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        rows = qs.order_by().values_list(f"{self.column}__slug", f"{self.column}__parent__slug")
        counts: dict[str, int] = {}
        for slug, parent, n in rows.annotate(n=Count("pk", distinct=True)):
            for key in filter(None, (slug, parent)):
                counts[key] = counts.get(key, 0) + n
        return counts

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        for pk, *slugs in qs.order_by().values_list("pk", f"{self.column}__slug", f"{self.column}__parent__slug"):
            yield from ((pk, slug) for slug in slugs if slug)


class BucketFacet(FacetFilter):
    """Named ranges of a number, both ends included; rows without the number are “not stated”."""

    def __init__(self, *, buckets: Mapping[str, tuple[float, float]], **kwargs: Any) -> None:
        self.buckets = buckets
        super().__init__(**kwargs)

    def condition(self, values: list[str]) -> Q:
        condition = Q(**{f"{self.column}__isnull": True}) if NOT_STATED in values else Q(pk__in=[])
        for value in values:
            if value in self.buckets:
                condition |= Q(**{f"{self.column}__range": self.buckets[value]})
        return condition

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        counts = {
            key: Count("pk", filter=Q(**{f"{self.column}__range": ends}), distinct=True)
            for key, ends in self.buckets.items()
        }
        missing = Count("pk", filter=Q(**{f"{self.column}__isnull": True}), distinct=True)
        row = qs.order_by().aggregate(**{f"n{i}": count for i, count in enumerate(counts.values())}, missing=missing)
        return {**{key: row[f"n{i}"] for i, key in enumerate(counts)}, NOT_STATED: row["missing"]}

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        for pk, number in qs.order_by().values_list("pk", self.column):
            if number is None:
                yield pk, NOT_STATED
            yield from (
                (pk, name) for name, (low, high) in self.buckets.items() if number is not None and low <= number <= high
            )


class ThroughFacet(FacetFilter):
    """A value that hangs on related rows. `related()` gives those rows, `back` leads from one to the listed row."""

    def __init__(self, *, related: Callable[[], QuerySet[Any]], back: str, **kwargs: Any) -> None:
        self.related = related
        self.back = back
        super().__init__(**kwargs)

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return qs
        return qs.filter(pk__in=self.related().filter(**{f"{self.column}__in": value}).order_by().values(self.back))

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        rows = self.related().filter(**{f"{self.back}__in": qs.order_by().values("pk")}).order_by()
        counted = rows.values_list(self.column).annotate(n=Count(self.back, distinct=True))
        return {str(value): n for value, n in counted if value}

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        rows = self.related().filter(**{f"{self.back}__in": qs.order_by().values("pk")}).order_by()
        return ((pk, str(value)) for pk, value in rows.values_list(self.back, self.column) if value)


class ManyFacet(ThroughFacet):
    """Rows have many values each, hardly two of them the same."""

    parts = 8


class AskedFacet(ManyFacet):
    """Too many values to offer: `options` gets those of the address (the FilterSet's `asked`) and gives the known."""

    parts = 0

    def fetched(self) -> tuple[Option, ...]:
        return self.spoken()

    def offered(self) -> Iterable[Option]:
        values = [value.strip() for value in self.parent.asked.getlist(self.field_name)]
        values = [value for value in values if value and value.isprintable()]
        return self.options(values) if values else ()

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        return super().count(qs) if self.loaded else {}


class DayFacet(EditionFacet):
    """Days of a moment, written 2025-09-26, each in the time zone of its row's edition (`FilterSet.time_zones`)."""

    def condition(self, values: list[str]) -> Q:
        return Q(pk__in=self._days(self.parent.queryset).filter(day__in=values).values("pk"))

    def count(self, qs: QuerySet[Any]) -> dict[str, int]:
        rows = self._days(qs).order_by().values_list("day").annotate(n=Count("pk", distinct=True))
        return {day.isoformat(): n for day, n in rows if day}

    def values(self, qs: QuerySet[Any]) -> Iterable[tuple[int, str]]:
        rows = self._days(qs).order_by().values_list("pk", "day")
        return ((pk, day.isoformat()) for pk, day in rows if day)

    def _days(self, qs: QuerySet[Any]) -> QuerySet[Any]:
        zones = [
            When(edition__time_zone=name, then=TruncDate(self.column, tzinfo=ZoneInfo(name)))
            for name in self.parent.time_zones
        ]
        return qs.annotate(day=Case(*zones, output_field=DateField()))
